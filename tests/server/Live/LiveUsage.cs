// Live usage of parties with many subscriptions, and streams of it.
namespace OrleansBilling.Server.Tests.Live;

public sealed class LiveUsageOnSqlite(OnSqlite place) : LiveUsage(place), IClassFixture<OnSqlite>;

public sealed class LiveUsageOnPostgres(OnPostgres place) : LiveUsage(place), IClassFixture<OnPostgres>;

public abstract class LiveUsage(ServerPlace place) : Scenario(place)
{
    // More than a fan-out is used for (Limits.FanOutSubscriptions).
    const int Subscriptions = 202;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Customer("beta", "nordreach");
        await Scene.Agreement("retail", "nordreach", "beta");
        await Scene.Plan("sms", Charge.Sms("0.05", "FI"), Charge.Sms("0.06"));
        await Scene.Plan("gold", Charge.Sms("0.10"));
        await Scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "sms"));
    }

    [Fact]
    public async Task the_sums_of_a_partner_follow_its_subscriptions_through_restarts_and_a_crash()
    {
        await Many();
        await Admin.Events(Numbers.Select(number => Scene.Sms("1", $"beta-{number}", "05-11", 2, number % 2 == 0 ? "FI" : "SE")));
        using (var stream = await Stream($"/v1/partners/{Scene.Id("nordreach")}/usage/stream"))
        {
            (await stream.Until("404")).Text("period").ShouldBe("current");
            await Admin.Events(Scene.Sms("2", "beta-7", "05-11", 10));
            await stream.Until("414");
        }

        await Place.Restart();
        (await Place.KeptSums(Scene.Id("nordreach"))).ShouldBe(1, "a large partner keeps its sums");
        (await Place.KeptSums(Scene.Id("alfa"))).ShouldBe(0, "a small customer keeps none");
        await Admin.Events(Scene.Sms("3", "beta-8", "05-11", 10));
        await Place.KillAndStart();
        using (var stream = await Stream($"/v1/partners/{Scene.Id("nordreach")}/usage/stream?period={Scene.Month("05")}"))
            await stream.Until("424");
        var (summed, exact) = (await Read("?group_by=charge"), await Read("?group_by=charge&consistency=exact"));
        summed.ShouldBe(exact);
        summed.ShouldContain("\"charge\":\"sms-fi\"");
        await Scene.Clock("06-02");
        (await Read("")).ShouldBe("[]", "nothing in June yet");
        (await Scene.Usage("partners", "nordreach", Scene.Month("05"))).Quantity.ShouldBe("424");
    }

    [Fact]
    public async Task amounts_of_sums_are_shown_to_those_who_sell_or_buy()
    {
        await Many();
        await Admin.Events(Numbers.Select(number => Scene.Sms("1", $"beta-{number}", "05-11", 2)));
        using (var stream = await Stream($"/v1/customers/{Scene.Id("beta")}/usage/stream"))
            await stream.Until("404");
        var key = await KeyOf("beta", "usage:read");
        (await Scene.Usage(key, "customers", "beta")).ShouldBe(("404", "40.40"));
        (await key.TryGet($"/v1/partners/{Scene.Id("nordreach")}/usage")).Refused(404, "not_found");
    }

    [Fact]
    public async Task a_stream_begins_with_the_figure_and_ends_with_its_key()
    {
        await Scene.Clock("05-12T12:00");
        var key = (await Admin.Post("/v1/api_keys", new { name = "stream", party = Scene.Id("alfa"), scopes = new[] { "usage:read" } })).Json;
        using var stream = await UsageStreamReading.Open(Place.Server.Url, key.Text("key"), $"/v1/subscriptions/{Scene.Id("alfa-0")}/usage/stream");
        (await stream.Next())!.Value.List("meters").ShouldBeEmpty();
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-12", 3));
        await stream.Until("3");
        using var above = await Stream($"/v1/partners/{Scene.Id("nordreach")}/usage/stream");
        await above.Until("3");
        await Admin.Delete($"/v1/api_keys/{key.Text("id")}");
        (await stream.Next()).ShouldBeNull("the key is revoked");
        await Place.Server.Stop();
        (await above.Next()).ShouldBeNull("the server has stopped");
    }

    [Fact]
    public async Task a_stream_refuses_what_a_read_refuses()
    {
        (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("nobody")}/usage/stream")).Refused(404, "not_found");
        (await Admin.TryGet($"/v1/partners/{Scene.Id("nordreach")}/usage/stream?period=May")).Fields.ShouldBe(["period"]);
        (await Admin.TryGet($"/v1/partners/{Scene.Id("nordreach")}/usage?group_by=colour")).Fields.ShouldBe(["group_by"]);
    }

    static IEnumerable<int> Numbers => Enumerable.Range(0, Subscriptions);

    Task<UsageStreamReading> Stream(string path) => UsageStreamReading.Open(Place.Server.Url, ServerProcess.AdminKey, path);

    async Task<string> Read(string query) =>
        (await Admin.Get($"/v1/partners/{Scene.Id("nordreach")}/usage{query}")).Json.GetProperty("meters").GetRawText();

    [Fact]
    public async Task sums_of_partners_above_count_what_partners_below_have_sold()
    {
        await Scene.Partner("top");
        await Admin.Put($"/v1/partners/{Scene.Id("low")}", new { name = "low", country = "FI", currency = "EUR", parent = Scene.Id("top") });
        await Scene.Agreement("op-top", "operator", "top");
        await Scene.Customer("gamma", "low");
        foreach (var some in Numbers.Chunk(20))
            await Task.WhenAll(some.Select(number => Scene.Subscribe($"gamma-{number}", "gamma", "05-01", ("op-top", "sms"))));
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Numbers.Select(number => Scene.Sms("1", $"gamma-{number}", "05-11", 2, "FI")));
        foreach (var party in new[] { "top", "low" })
        {
            using var stream = await Stream($"/v1/partners/{Scene.Id(party)}/usage/stream");
            await stream.Until("404");
            await Admin.Events(Scene.Sms(party, "gamma-7", "05-11", 10));
            await stream.Until("414");
            await Admin.Post("/v1/corrections", new
            {
                id = "c-" + party, subscription = Scene.Id("gamma-7"), corrects = new { source = "/scenarios", id = party, time = Scene.At("05-11") }, action = "retract", reason = "test",
            });
            await stream.Until("404");
        }
        await Place.Restart();
        (await Scene.Usage("partners", "top")).ShouldBe(("404", "20.20"));
        (await Place.KeptSums(Scene.Id("top"))).ShouldBe(1);
    }

    [Fact]
    public async Task ANTX_f_sums_of_a_partner_keep_what_a_customer_used_before_it_was_moved_and_nothing_since()
    {
        await Scene.Partner("south");
        await Scene.Agreement("op-south", "operator", "south");
        await Many();
        await Admin.Events(Numbers.Select(number => Scene.Sms("1", $"beta-{number}", "05-11", 2)).Append(Scene.Sms("a", "alfa-0", "05-11", 10, "FI")));
        using (var stream = await Stream($"/v1/partners/{Scene.Id("nordreach")}/usage/stream"))
            await stream.Until("414");
        await Scene.Clock("05-16");
        (await Admin.TryPost($"/v1/customers/{Scene.Id("alfa")}/move", new { to = Scene.Id("south"), at = Scene.At("05-16") })).Expect(200);
        Scene.EndsLater("alfa-0:2", new()
        {
            ["customer"] = Scene.Id("alfa"), ["starts_at"] = Scene.At("05-16"), ["legs"] = new[] { new { agreement = Scene.Id("op-south"), plan = Scene.Id("sms") } },
            ["funding"] = new { mode = "postpaid" },
        });
        await Scene.Clock("05-16T09:00");
        await Admin.Events(Scene.Sms("b", "alfa-0", "05-16T08:00", 5, "FI"), Scene.Sms("c", "alfa-0", "05-15T23:00", 3, "FI"), Scene.Sms("2", "beta-7", "05-16T08:00", 1));
        foreach (var restarted in new[] { false, true })
        {
            if (restarted) await Place.Restart();
            (await Scene.Usage("partners", "nordreach")).Quantity.ShouldBe("418");
            (await Scene.Usage("partners", "south")).ShouldBe(("5", "0.25"));
            (await Scene.Usage("partners", "nordreach", Scene.Month("05"))).Quantity.ShouldBe("418");
            (await Scene.Usage("customers", "alfa")).Quantity.ShouldBe("18");
        }
    }

    async Task Many()
    {
        foreach (var some in Numbers.Chunk(20))
            await Task.WhenAll(some.Select(number => Scene.Subscribe($"beta-{number}", "beta", "05-01", ("wholesale", "sms"), ("retail", "gold"))));
        await Scene.Clock("05-12T12:00");
    }
}
