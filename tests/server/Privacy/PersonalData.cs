// Personal data: numbers that the journal knows only as hashes, and customers that are erased.
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Privacy;

public sealed class PersonalDataOnSqlite(OnSqlite place) : PersonalData(place), IClassFixture<OnSqlite>;

public sealed class PersonalDataOnPostgres(OnPostgres place) : PersonalData(place), IClassFixture<OnPostgres>;

public abstract class PersonalData(ServerPlace place) : Scenario(place)
{
    const string Number = "+358401234567";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Admin.Put("/v1/meters/message", new { unit = "message", dimensions = new[] { "country" }, personal_dimensions = new[] { "to", "from" } });
        await Scene.Plan("price", new { id = "messages", kind = "usage", meter = "message", unit_price = "0.05" }, Charge.Sms("0.05"));
        foreach (var id in (string[])["alfa", "beta"])
        {
            await Scene.Customer(id, "reseller");
            await Scene.Subscribe(id, id, "05-01", ("wholesale", "price"));
        }
        await Scene.Clock("05-12T12:00");
    }

    [Fact]
    public async Task a_number_is_never_written_and_counts_as_any_other_value()
    {
        (await Admin.Events(Message("1", "alfa", Number), Message("2", "alfa", Number), Message("3", "alfa", "+358409999999"), Message("4", "beta", Number),
            Scene.Sms("5", "alfa", "05-12T11:00"))).Counts.ShouldBe((5, 0, 0, 0));
        var (one, two, other, beta) = (await To("alfa", "1"), await To("alfa", "2"), await To("alfa", "3"), await To("beta", "4"));
        one.ShouldStartWith("hash:");
        one.Length.ShouldBe(48);
        two.ShouldBe(one, "one number is one hash with its customer");
        other.ShouldNotBe(one);
        beta.ShouldNotBe(one, "customers cannot be compared");
        await StandsNowhere(Number);

        await Place.Restart();
        (await Admin.Events(Message("1", "alfa", Number))).Counts.ShouldBe((0, 1, 0, 0));
        (await Admin.Events(Message("1", "alfa", "+358400000000"))).Counts.ShouldBe((0, 0, 1, 0));
        (await Scene.Usage("subscriptions", "beta")).ShouldBe(("1", "0.05"));
    }

    [Fact]
    public async Task what_is_declared_holds_from_the_answer_on()
    {
        var meter = Scene.Id("later");
        await Admin.Put($"/v1/meters/{meter}", new { unit = "message", dimensions = new[] { "country" } });
        await Scene.PlanVersion("price", Scene.Date("05-02"), new { id = "later", kind = "usage", meter, unit_price = "0.05" });
        (await Admin.Events(Message("clear", "alfa", "clear-text", meter))).Counts.ShouldBe((1, 0, 0, 0));
        (await To("alfa", "clear")).ShouldBe("clear-text");
        await Admin.Put($"/v1/meters/{meter}", new { unit = "message", dimensions = new[] { "country" }, personal_dimensions = new[] { "to" } });
        (await Admin.Events(Message("hidden", "alfa", Number + "7", meter))).Counts.ShouldBe((1, 0, 0, 0));
        (await To("alfa", "hidden")).ShouldStartWith("hash:");
        await StandsNowhere(Number + "7");
    }

    [Fact]
    public async Task prices_and_holds_cannot_go_by_what_is_personal()
    {
        var answer = await Admin.TryPut("/v1/meters/both", new { unit = "message", dimensions = new[] { "to" }, personal_dimensions = new[] { "to", "to", "quantity" } });
        answer.Expect(400);
        Faults(answer, "personal_dimensions[0]").ShouldBe("must not be one of dimensions: prices cannot match on a hash");
        Faults(answer, "personal_dimensions[1]").ShouldStartWith("is listed twice");
        Faults(answer, "personal_dimensions[2]").ShouldBe("must not be \"quantity\": that is what is counted");
        var hold = await Admin.TryPost($"/v1/subscriptions/{Scene.Id("alfa")}/holds",
            new { id = "h", meter = "message", quantity = "1", dimensions = new { to = Number }, expires_in_seconds = 60 });
        Faults(hold, "dimensions.to").ShouldBe("is personal and must not be in a hold: leave it out");
    }

    [Fact]
    public async Task an_erased_customer_keeps_what_was_billed_and_nothing_of_who_it_was()
    {
        string[] personal = ["Aino Virtanen", "Kotikatu 1", "aino@home.example", "FI12345671", "Virtanen-Korhonen"];
        await Customer("Aino Virtanen");
        await Customer("Aino Virtanen-Korhonen");
        await Scene.Agreement("retail", "reseller", "alfa");
        await Scene.Subscribe("own", "alfa", "05-01", ("retail", "price"));
        await Admin.Events(Message("e", "own", Number));
        var before = await To("own", "e");
        await Scene.Clock("06-02");
        var invoice = (await Scene.TheDocument("alfa")).GetRawText();
        Faults(await Admin.TryPost(Path("alfa", "erase"), new { reason = " " }), "reason").ShouldBe("must not be blank");
        (await Admin.TryPost(Path("nobody", "erase"), new { reason = "asked" })).Expect(404);
        (await (await KeyOf("reseller", "admin")).TryPost(Path("alfa", "erase"), new { reason = "asked" })).Expect(403);

        for (var time = 1; time <= 2; time++)
        {
            var told = (await Admin.Post(Path("alfa", "erase"), new { reason = "asked for on 2 June" })).Json;
            told.List("data").First().Text("reason").ShouldBe("asked for on 2 June");
        }
        (await Admin.Get(Path("alfa", "erasures"))).Json.List("data").ShouldNotBeEmpty();
        (await Admin.Get($"/v1/customers/{Scene.Id("alfa")}")).Json.Text("name").ShouldBe("Erased");
        await using (var connection = await Place.OpenStore())
        {
            foreach (var table in (string[])["definitions", "definition_history", "idempotent_answers"])
                foreach (var text in await Column(connection, $"select body from {table}"))
                    personal.ShouldAllBe(word => !text.Contains(word, StringComparison.Ordinal), table);
            (await Column(connection, $"select customer from personal_secrets where customer = '{Scene.Id("alfa")}'")).ShouldBeEmpty();
        }
        (await Scene.TheDocument("alfa")).GetRawText().ShouldBe(invoice);
        (await To("own", "e")).ShouldBe(before);
        // Who goes on with it goes on, under another secret.
        await Place.Restart();
        (await Admin.Events(Message("new", "own", Number, time: "06-01T11:00"))).Counts.ShouldBe((1, 0, 0, 0));
        (await To("own", "new")).ShouldNotBe(before);
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
    }

    Task<Answer> Customer(string name) => Admin.Send(HttpMethod.Put, $"/v1/customers/{Scene.Id("alfa")}", new
    {
        name, partner = Scene.Id("reseller"), kind = "individual", billing_email = "aino@home.example", vat_id = "FI12345671", address = new[] { "Kotikatu 1", "00100 Helsinki" },
    }, idempotencyKey: Guid.NewGuid().ToString());

    JsonObject Message(string id, string subscription, string to, string meter = "message", string time = "05-12T11:00")
    {
        var one = Scene.Sms(id, subscription, time, 1, "FI", meter);
        one["data"]!["to"] = to;
        return one;
    }

    static string Faults(Answer answer, string field) =>
        string.Join("; ", answer.Expect(400).Json.GetProperty("errors").GetProperty(field).EnumerateArray().Select(one => one.GetString()));

    string Path(string customer, string verb) => $"/v1/customers/{Scene.Id(customer)}/{verb}";

    async Task<string> To(string subscription, string id)
    {
        var lines = (await Admin.Get($"/v1/subscriptions/{Scene.Id(subscription)}/events", "application/x-ndjson")).Lines;
        return lines.Select(line => JsonDocument.Parse(line).RootElement).Single(one => one.Text("id") == id).GetProperty("dimensions").Text("to");
    }

    async Task StandsNowhere(string text)
    {
        await using var connection = await Place.OpenStore();
        foreach (var sql in (string[])["select payload from journal", "select state from snapshots", "select payload from event_id_parts"])
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync()) reader.GetFieldValue<byte[]>(0).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)).ShouldBe(-1, sql);
        }
    }

    static async Task<IReadOnlyList<string>> Column(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync()) found.Add(reader.GetString(0));
        return found;
    }
}
