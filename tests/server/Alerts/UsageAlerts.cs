// Usage alerts: each threshold once per period, at every level, as a notification and on the stream; and what is refused.
namespace OrleansBilling.Server.Tests.Alerts;

public sealed class UsageAlertsOnSqlite(OnSqlite place) : UsageAlerts(place), IClassFixture<OnSqlite>;

public sealed class UsageAlertsOnPostgres(OnPostgres place) : UsageAlerts(place), IClassFixture<OnPostgres>;

public abstract class UsageAlerts(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "nordreach");
        await Scene.Customer("alfa", "nordreach");
        await Scene.Customer("beta", "nordreach");
        await Scene.Agreement("retail", "nordreach", "alfa", documents: "statement");
        await Scene.Plan("cost", Charge.Sms("0.05"));
        await Scene.Plan("price", Charge.Sms("0.10"));
        await Scene.Subscribe("one", "alfa", "05-01", ("wholesale", "cost"), ("retail", "price"));
        await Scene.Subscribe("two", "beta", "05-01", ("wholesale", "cost"));
        await Scene.Clock("05-12T12:00");
    }

    [Fact]
    public async Task each_threshold_is_told_once_per_period_at_every_level()
    {
        await Alert("of-partner", new { party = Scene.Id("nordreach"), agreement = Scene.Id("wholesale"), metric = "amount", thresholds = new[] { "1", "2.5" } });
        await Alert("of-customer", new { party = Scene.Id("alfa"), agreement = Scene.Id("retail"), metric = "amount", meter = "sms.mt.segment", thresholds = new[] { "2" } });
        await Alert("of-sub", new { subscription = Scene.Id("two"), agreement = Scene.Id("wholesale"), metric = "quantity", thresholds = new[] { "10", "40" } });
        await Admin.Events(Scene.Sms("1", "one", "05-12T11:00", 19), Scene.Sms("1", "two", "05-12T11:00", 10));
        await Scene.Clock("05-12T12:01");
        (await Told()).ShouldBe(["of-partner 1 1.45 EUR", "of-sub 10 10"]);
        await Admin.Events(Scene.Sms("2", "one", "05-12T11:00", 1), Scene.Sms("2", "two", "05-12T11:00", 30));
        await Scene.Clock("05-12T12:02");
        await Place.KillAndStart();
        await Scene.Clock("05-12T12:03");
        (await Told()).ShouldBe(["of-customer 2 2 EUR", "of-partner 1 1.45 EUR", "of-partner 2.5 3 EUR", "of-sub 10 10", "of-sub 40 40"]);
        // Nobody has looked since: what was reached in May is told although June begins at once.
        await Admin.Events(Scene.Sms("3", "one", "05-12T11:00", 1));
        await Scene.Clock("06-02");
        (await Told()).Count.ShouldBe(5);
        await Admin.Events(Scene.Sms("4", "two", "06-01T12:00", 10));
        await Scene.Clock("06-02T01:00");
        (await Told()).Count(one => one == "of-sub 10 10").ShouldBe(2);
    }

    [Fact]
    public async Task an_open_stream_hears_it_within_seconds()
    {
        await Alert("a", new { party = Scene.Id("alfa"), agreement = Scene.Id("retail"), metric = "amount", thresholds = new[] { "0.30" } });
        var key = (await Admin.Post("/v1/api_keys", new { name = "scenario", party = Scene.Id("alfa"), scopes = new[] { "usage:read" } })).Json.Text("key");
        using var stream = await Live.UsageStreamReading.Open(Place.Server.Url, key, $"/v1/customers/{Scene.Id("alfa")}/usage/stream");
        await Admin.Events(Scene.Sms("1", "one", "05-12T11:00", 3));
        var told = await stream.Alert();
        (told.Text("kind"), told.Text("party"), told.GetProperty("data").Text("value")).ShouldBe(("usage_threshold", Scene.Id("alfa"), "0.3"));
    }

    [Fact]
    public async Task nobody_learns_of_a_leg_that_is_not_its_own()
    {
        await Alert("w", new { party = Scene.Id("alfa"), agreement = Scene.Id("wholesale"), metric = "amount", thresholds = new[] { "1" } });
        await Admin.Events(Scene.Sms("1", "one", "05-12T11:00", 40));
        await Scene.Clock("05-12T12:01");
        var (customer, partner) = (await KeyOf("alfa", "billing:read", "billing:write"), await KeyOf("nordreach", "billing:read"));
        (await customer.Get("/v1/notifications")).Json.List("data").ShouldBeEmpty();
        (await partner.Get("/v1/notifications")).Json.List("data").Count().ShouldBe(1);
        (await customer.TryGet(Path("w"))).Refused(404, "not_found");
        (await customer.TryPut(Path("w"), new { party = Scene.Id("alfa"), agreement = Scene.Id("retail"), metric = "amount", thresholds = new[] { "1" } }))
            .Refused(404, "not_found");
        (await customer.TryPut(Path("x"), new { party = Scene.Id("alfa"), agreement = Scene.Id("wholesale"), metric = "amount", thresholds = new[] { "1" } }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["agreement"]);
        (await customer.TryPut(Path("x"), new { subscription = Scene.Id("two"), agreement = Scene.Id("retail"), metric = "amount", thresholds = new[] { "1" } }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["subscription"]);
        (await customer.TryPut(Path("x"), new { subscription = Scene.Id("one"), agreement = Scene.Id("retail"), metric = "amount", thresholds = new[] { "1" } })).Expect(201);
        (await customer.Get("/v1/usage_alerts")).Json.List("data").Select(one => one.Text("id")).ShouldBe([Scene.Id("x")]);
        (await partner.Get("/v1/usage_alerts")).Json.List("data").Select(one => one.Text("id")).ShouldBe([Scene.Id("w"), Scene.Id("x")]);
    }

    [Fact]
    public async Task an_alert_is_put_read_listed_and_removed()
    {
        var body = new { party = Scene.Id("alfa"), agreement = Scene.Id("retail"), metric = "amount", thresholds = new[] { "1", "2.50" } };
        (await Admin.TryPut(Path("a"), body)).Expect(201).Json.GetProperty("version").GetInt32().ShouldBe(1);
        (await Admin.TryPut(Path("a"), body with { thresholds = ["3"] })).Expect(200).Json.GetProperty("version").GetInt32().ShouldBe(2);
        var read = (await Admin.Get(Path("a"))).Json;
        (read.Text("metric"), read.Text("told_to"), read.GetProperty("thresholds")[0].GetString()).ShouldBe(("amount", Scene.Id("alfa"), "3"));
        (await Admin.Delete(Path("a"))).Expect(204);
        (await Admin.TryGet(Path("a"))).Refused(404, "not_found");
        (await Admin.Delete(Path("a"))).Refused(404, "not_found");
    }

    [Theory]
    [InlineData("{\"agreement\":\"A\",\"metric\":\"amount\",\"thresholds\":[\"1\"]}", "party")]
    [InlineData("{\"party\":\"P\",\"metric\":\"amount\",\"thresholds\":[\"1\"]}", "agreement")]
    [InlineData("{\"party\":\"P\",\"agreement\":\"A\",\"metric\":\"money\",\"thresholds\":[\"1\"]}", "metric")]
    [InlineData("{\"party\":\"P\",\"agreement\":\"A\",\"metric\":\"amount\",\"thresholds\":[]}", "thresholds")]
    [InlineData("{\"party\":\"P\",\"agreement\":\"A\",\"metric\":\"amount\",\"thresholds\":[\"2\",\"1\"]}", "thresholds[1]")]
    [InlineData("{\"party\":\"P\",\"agreement\":\"A\",\"metric\":\"amount\",\"thresholds\":[\"0\"]}", "thresholds[0]")]
    [InlineData("{\"party\":\"P\",\"agreement\":\"A\",\"metric\":\"amount\",\"meter\":\"none\",\"thresholds\":[\"1\"]}", "meter")]
    [InlineData("{\"party\":\"P\",\"agreement\":\"A\",\"metric\":\"amount\",\"thresholds\":[\"1\"],\"period\":\"day\"}", "period")]
    public async Task bad_input_names_its_field(string body, string field) =>
        (await Admin.TryPut(Path("bad"), body.Replace("\"P\"", $"\"{Scene.Id("alfa")}\"").Replace("\"A\"", $"\"{Scene.Id("retail")}\"")))
            .Refused(400, "invalid_request").Fields.ShouldBe([field]);

    string Path(string id) => $"/v1/usage_alerts/{Scene.Id(id)}";

    async Task Alert(string id, object body) => (await Admin.TryPut(Path(id), body)).Expect(201);

    // What this scene's partner and those below it were told, in order of the alert's name.
    async Task<List<string>> Told() => [.. (await Admin.Get($"/v1/notifications?party={Scene.Id("nordreach")}")).Json.List("data")
        .Select(one => one.GetProperty("data")).Select(data => $"{data.Text("alert")[Scene.Id("").Length..]} {data.Text("threshold")} {data.Text("value")}"
            + (data.TryGetProperty("currency", out var currency) ? $" {currency.GetString()}" : "")).Order(StringComparer.Ordinal)];
}
