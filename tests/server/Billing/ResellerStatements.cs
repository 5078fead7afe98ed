// WLSM and PORT: resellers with prices of their own; the wholesale invoice and the retail statements come from the same events (domain 1.3, 1.5).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class ResellerStatementsOnSqlite(OnSqlite place) : ResellerStatements(place), IClassFixture<OnSqlite>;

public sealed class ResellerStatementsOnPostgres(OnPostgres place) : ResellerStatements(place), IClassFixture<OnPostgres>;

public abstract class ResellerStatements(ServerPlace place) : Scenario(place)
{
    protected override string Zone => "Europe/Berlin";

    [Fact]
    public async Task WLSM_01_a_client_in_arrears_pays_for_what_it_used()
    {
        await Bistro();
        await Scene.Plan("seat", Charge.Monthly("49.00", prorateFirst: false), Charge.Sms("0.0300"));
        await Scene.Plan("keyword", Charge.Monthly("10.00", prorateFirst: false));
        await Scene.Plan("website", Charge.Monthly("15.00", prorateFirst: false));
        foreach (var (id, plan) in new[] { ("sms", "seat"), ("kw-1", "keyword"), ("kw-2", "keyword"), ("site", "website") })
            await Scene.Subscribe(id, "bistro", "05-01", ("retail", plan));
        await Traffic("sms");
        var statement = await Scene.TheDocument("bistro", "statement");
        statement.SortedAmounts().ShouldBe(["10.00", "10.00", "15.00", "49.00", "253.53"]);
        statement.Amount("net").ShouldBe("337.53");
    }

    [Fact]
    public async Task WLSM_02_one_month_of_events_makes_a_retail_statement_with_overage_and_a_wholesale_invoice()
    {
        await Included();
        var statement = await Scene.TheDocument("bistro", "statement");
        statement.Amount("net").ShouldBe("155.28");
        statement.SortedAmounts().ShouldBe(["10.00", "10.00", "49.00", "86.28"]);
        var invoice = await Scene.TheDocument("whitelabel");
        (invoice.Amount("net"), string.Join('+', invoice.SortedAmounts())).ShouldBe(("121.41", "5.00+5.00+10.00+101.41"));
        Proof(statement).Sum.ShouldBe("86.275");
        Proof(invoice).Sum.ShouldBe("101.412");
        Proof(invoice).Count.ShouldBe(Proof(statement).Count);
        (await Scene.Usage("customers", "bistro", Scene.Month("05"))).Quantity.ShouldBe("8451");
        (await Scene.Documents("bistro")).ShouldBeEmpty();
    }

    [Fact]
    public async Task WLSM_08_what_a_reseller_earns_is_its_statements_less_what_it_is_invoiced()
    {
        await Included();
        // 8,451 × 0.0120 = 101.412, two keywords, one seat.
        var invoice = await Scene.TheDocument("whitelabel");
        var costs = invoice.List("lines").Select(line => (Scene.Name(line.Text("subscription")), line.Text("kind"), line.Amount())).ToList();
        costs.ShouldBe([("kw-1", "recurring", "5.00"), ("kw-2", "recurring", "5.00"), ("sms", "recurring", "10.00"), ("sms", "usage", "101.41")], ignoreOrder: true);
        Proof(invoice).Sum.ShouldBe("101.412");
        invoice.Amount("net").ShouldBe("121.41");
        (await Scene.TheDocument("bistro", "statement")).Amount("net").ShouldBe("155.28");

        var reseller = await KeyOf("whitelabel", "billing:read");
        Margin(await Report(reseller, "none")).ShouldBe(["155.28 - 121.41 = 33.87, 21.81 %, False"]);
        Margin(await Report(reseller, "customer")).ShouldBe(["155.28 - 121.41 = 33.87, 21.81 %, False"]);
        Margin(await Report(reseller, "subscription")).ShouldBe(["10.00 - 5.00 = 5.00, 50 %, False", "10.00 - 5.00 = 5.00, 50 %, False",
            "135.28 - 111.41 = 23.87, 17.64 %, False"], ignoreOrder: true);
        (await reseller.Get($"/v1/reports/margin?from={Scene.Month("05")}", "text/csv")).Body.ShouldContain("\"155.28\",\"121.41\",\"33.87\",\"21.81\",\"false\"");
        // The client sees what it is charged and no cost of its reseller's, and another reseller nothing at all.
        var seen = (await Report(await KeyOf("bistro", "billing:read"), "none")).ToString();
        seen.ShouldNotContain("121.41");
        seen.ShouldNotContain("33.87");
        await Scene.Partner("rival");
        (await (await KeyOf("rival", "billing:read")).TryGet($"/v1/reports/margin?party={Scene.Id("whitelabel")}&from={Scene.Month("05")}")).Refused(404, "not_found");
    }

    [Theory]
    [InlineData(false, "10.00")]
    [InlineData(true, "5.16")]
    public async Task WLSM_06_a_keyword_added_on_the_sixteenth_costs_the_month_or_its_days(bool daily, string fee)
    {
        await Bistro();
        await Scene.Plan("keyword", Charge.Monthly("10.00", prorateFirst: daily));
        await Scene.Subscribe("kw", "bistro", "05-16", ("retail", "keyword"));
        await Scene.Clock("06-01T00:10");
        (await Scene.TheDocument("bistro", "statement")).Amount("net").ShouldBe(fee);
    }

    [Fact]
    public async Task WLSM_11_ranges_of_dates_and_totals_of_blasts_add_up_to_the_statement()
    {
        await Bistro();
        var meter = Scene.Id("segments");
        await Admin.Put($"/v1/meters/{meter}", new { unit = "segment", dimensions = new[] { "campaign" } });
        await Scene.Plan("seat", new { id = "sms", kind = "usage", meter, model = "per_unit", unit_price = "0.0300" });
        await Scene.Subscribe("sms", "bistro", "05-01", ("retail", "seat"));
        await Scene.Clock("05-31T20:00");
        // 31 days at 272, the last one at 291: 8,451 segments of three blasts.
        await Admin.Events(Enumerable.Range(1, 31).Select(day => Scene.Sms($"d-{day}", "sms", $"05-{day:00}T10:00", day == 31 ? 291 : 272, type: meter)
            .With("data", new System.Text.Json.Nodes.JsonObject { ["quantity"] = day == 31 ? "291" : "272", ["campaign"] = $"blast-{day % 3}" })));

        var ranges = new List<decimal>();
        foreach (var range in new[] { ("05-01", "05-09"), ("05-10", "05-20"), ("05-21", "05-31") })
            ranges.Add((await Used($"period={Scene.Date(range.Item1)}..{Scene.Date(range.Item2)}")).Text("quantity").Exact());
        ranges.ShouldBe([2448, 2992, 3011]);
        var blasts = (await Used($"period={Scene.Month("05")}&group_by=campaign")).List("groups").Select(group => group.Text("quantity").Exact()).ToList();
        (ranges.Sum(), blasts.Sum(), blasts.Count).ShouldBe((8451, 8451, 3));
        await Scene.Clock("06-01T00:10");
        var line = (await Scene.TheDocument("bistro", "statement")).List("lines").ShouldHaveSingleItem();
        (line.Text("quantity"), line.Amount()).ShouldBe(("8451", "253.53"));

        async Task<JsonElement> Used(string query) =>
            (await (await KeyOf("whitelabel", "usage:read")).Get($"/v1/customers/{Scene.Id("bistro")}/usage?{query}")).Json.List("meters").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task WLSM_14_who_acts_as_its_client_is_marked_in_the_log_and_nobody_acts_as_anothers()
    {
        await Bistro();
        await Scene.Partner("rival");
        await Scene.Customer("cafe", "rival");
        var (reseller, rival) = (await KeyOf("whitelabel", "billing:read", "billing:write"), await KeyOf("rival", "billing:read", "billing:write"));
        object asked = new { user = "X", reason = "ticket 7", minutes = 10 };
        var session = (await reseller.TryPost($"/v1/customers/{Scene.Id("bistro")}/sessions", asked)).Expect(201).Json;
        (session.Text("customer"), session.Text("mark"), session.Text("reason")).ShouldBe((Scene.Id("bistro"), "as bistro by user X", "ticket 7"));
        var acting = Admin.As(session.Text("key"));
        (await Scene.Usage(acting, "customers", "bistro")).Quantity.ShouldBe("0");
        (await acting.TryGet($"/v1/customers/{Scene.Id("cafe")}")).Refused(404, "not_found");
        (await acting.TryPost($"/v1/subscriptions/{Scene.Id("any")}/cancel", new { })).Refused(403, "insufficient_scope");

        // Neither another reseller's client, nor a partner, nor oneself.
        (await rival.TryPost($"/v1/customers/{Scene.Id("bistro")}/sessions", asked)).Refused(404, "not_found");
        (await reseller.TryPost($"/v1/customers/{Scene.Id("cafe")}/sessions", asked)).Refused(404, "not_found");
        (await reseller.TryPost($"/v1/customers/{Scene.Id("whitelabel")}/sessions", asked)).Refused(404, "not_found");
        (await reseller.TryPost($"/v1/customers/{Scene.Id("bistro")}/sessions", new { user = " ", reason = "", minutes = 61 })).Refused(400, "invalid_request")
            .Fields.Order().ShouldBe(["minutes", "reason", "user"]);
        var log = (await reseller.Get("/v1/sessions")).Json.List("data").ShouldHaveSingleItem();
        (log.Text("id"), log.Text("mark"), log.Text("user"), log.TryGetProperty("key", out _)).ShouldBe((session.Text("id"), "as bistro by user X", "X", false));
        (await rival.Get("/v1/sessions")).Json.List("data").ShouldBeEmpty();
        (await Admin.Delete($"/v1/api_keys/{session.Text("id")}")).Expect(204);
        (await acting.TryGet($"/v1/customers/{Scene.Id("bistro")}")).Status.ShouldBe(401);
        (await reseller.Get("/v1/sessions")).Json.List("data").Count().ShouldBe(1);
    }

    [Fact]
    public async Task PORT_01_a_reseller_pays_per_account_whatever_its_customers_pay()
    {
        await Scene.Clock("04-01");
        await Scene.Wholesale("operator", "reseller");
        await Scene.Plan("cost", Charge.Monthly("10.00"));
        var retail = new[] { "20.00", "25.00", "8.00" };
        for (var n = 0; n < retail.Length; n++)
        {
            await Scene.Plan($"price-{n}", Charge.Monthly(retail[n]));
            await Scene.Customer($"account-{n}", "reseller");
            await Scene.Agreement($"retail-{n}", "reseller", $"account-{n}", documents: "statement");
            await Scene.Subscribe($"recording-{n}", $"account-{n}", "04-01", ("wholesale", "cost"), ($"retail-{n}", $"price-{n}"));
        }
        await Scene.Clock("05-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        (invoice.Amount("net"), string.Join('+', invoice.LineAmounts())).ShouldBe(("30.00", "10.00+10.00+10.00"));
        for (var n = 0; n < retail.Length; n++)
            (await Scene.TheDocument($"account-{n}", "statement")).Amount("net").ShouldBe(retail[n]);
    }

    [Fact]
    public async Task PORT_10_an_event_is_charged_on_both_legs_at_once()
    {
        await Bistro();
        await Scene.Plan("reseller", Charge.Sms("0.0350"));
        await Scene.Plan("retail", Charge.Sms("0.0500"));
        await Scene.Subscribe("sms", "bistro", "05-01", ("wholesale", "reseller"), ("retail", "retail"));
        await Scene.Clock("05-20T10:00");
        await Admin.Events(Enumerable.Range(0, 12).Select(n => Scene.Sms($"cz-{n}", "sms", "05-20T09:00", 100)));

        var (reseller, bistro) = (await KeyOf("whitelabel", "usage:read"), await KeyOf("bistro", "usage:read"));
        (await Scene.Usage(bistro, "customers", "bistro")).ShouldBe(("1200", "60.00"));
        var legs = (await reseller.Get($"/v1/partners/{Scene.Id("whitelabel")}/usage")).Json.List("meters").Single().List("legs");
        legs.Select(leg => (leg.Text("agreement"), leg.Amount())).ShouldBe([(Scene.Id("wholesale"), "42.00"), (Scene.Id("retail"), "60.00")], ignoreOrder: true);
        var lines = (await Admin.Get($"/v1/subscriptions/{Scene.Id("sms")}/events", "application/x-ndjson")).Lines
            .Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Count.ShouldBe(12);
        lines.Select(line => line.Text("id")).Distinct().Count().ShouldBe(12);
        foreach (var line in lines)
            line.List("legs").Select(leg => (leg.Text("agreement"), leg.Text("amount"))).ShouldBe([(Scene.Id("wholesale"), "3.5"), (Scene.Id("retail"), "5")], ignoreOrder: true);
    }

    // The reseller buys from the platform and sells to Bistro.
    async Task Bistro()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("platform", "whitelabel");
        await Scene.Customer("bistro", "whitelabel");
        await Scene.Agreement("retail", "whitelabel", "bistro", documents: "statement");
    }

    // 5,000 segments are included and 3,451 beyond them; the reseller pays for each, for the seat and for two keywords.
    async Task Included()
    {
        await Bistro();
        await Scene.Plan("seat-cost", Charge.Monthly("10.00", prorateFirst: false), Charge.Sms("0.0120"));
        await Scene.Plan("seat", Charge.Monthly("49.00", prorateFirst: false), Charge.Included("5000", "0.0250"));
        await Scene.Plan("keyword-cost", Charge.Monthly("5.00", prorateFirst: false));
        await Scene.Plan("keyword", Charge.Monthly("10.00", prorateFirst: false));
        await Scene.Subscribe("sms", "bistro", "05-01", ("wholesale", "seat-cost"), ("retail", "seat"));
        await Scene.Subscribe("kw-1", "bistro", "05-01", ("wholesale", "keyword-cost"), ("retail", "keyword"));
        await Scene.Subscribe("kw-2", "bistro", "05-01", ("wholesale", "keyword-cost"), ("retail", "keyword"));
        await Traffic("sms");
    }

    async Task<JsonElement> Report(Api api, string groupBy) => (await api.Get($"/v1/reports/margin?from={Scene.Month("05")}&group_by={groupBy}")).Json;

    static IEnumerable<string> Margin(JsonElement report) => report.List("rows").Select(row =>
        $"{row.Amount("revenue")} - {row.Amount("cost")} = {row.Amount("margin")}, {row.Text("margin_percent").Exact():0.##} %, {row.GetProperty("below_cost").GetBoolean()}");

    // 8,451 segments in May, then the close.
    async Task Traffic(string subscription)
    {
        await Scene.Clock("05-20T10:00");
        foreach (var (quantity, index) in new[] { 3000, 2000, 3451 }.Select((quantity, index) => (quantity, index)))
            (await Admin.Events(Scene.Sms($"b-{index}", subscription, "05-20T09:00", quantity, "DE"))).Accepted.ShouldBe(1);
        await Scene.Clock("06-01T00:10");
    }

    static (string Sum, long Count) Proof(JsonElement document)
    {
        var proof = document.List("lines").Single(line => line.Text("kind") == "usage").GetProperty("proof");
        return (proof.Text("sum"), proof.GetProperty("count").GetInt64());
    }
}
