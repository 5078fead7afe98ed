// Usage and revenue by columns: month, customer, meter, country and campaign, as JSON and CSV, each key its own (domain 3.8; 0.3, rule 31).
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Reports;

public sealed class UsageAndRevenueOnSqlite(OnSqlite place) : UsageAndRevenue(place), IClassFixture<OnSqlite>;

public sealed class UsageAndRevenueOnPostgres(OnPostgres place) : UsageAndRevenue(place), IClassFixture<OnPostgres>;

public abstract class UsageAndRevenue(ServerPlace place) : Scenario(place)
{
    private string Meter => Scene.Id("blast").Replace('-', '.');

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Admin.Put($"/v1/meters/{Meter}", new { unit = "segment", aggregation = "sum", dimensions = new[] { "country", "campaign" } });
        await Scene.Customer("alfa", "reseller");
        await Scene.Customer("beta", "reseller");
        await Scene.Agreement("retail", "reseller", "alfa", documents: "statement");
        await Scene.Plan("cost", Charge.Monthly("5.00"), Of("0.02"));
        await Scene.Plan("price", Of("0.05"));
        await Scene.Subscribe("alfa-1", "alfa", "05-01", ("wholesale", "cost"), ("retail", "price"));
        await Scene.Subscribe("beta-1", "beta", "05-01", ("wholesale", "cost"));
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Sms("a", "alfa-1", "05-12T11:00", 10, "FI", "spring"), Sms("b", "alfa-1", "05-12T11:00", 20, "EE", "spring"), Sms("c", "beta-1", "05-12T11:00", 100, "FI", "=sale"));
        await Scene.Clock("06-12");
        await Admin.Events(Sms("d", "alfa-1", "06-11T11:00", 7, "FI", "summer"));
        await Scene.Clock("07-01T01:00");
    }

    [Fact]
    public async Task usage_is_told_by_month_customer_country_and_campaign_and_adds_up_to_the_whole()
    {
        var rows = await Rows("usage", "month,customer");
        rows.Select(row => (Group(row, "month"), Group(row, "customer"), row.Text("quantity"), row.Int("count"), Money(row))).ShouldBe(
            [(Scene.Month("05"), Scene.Id("alfa"), "30", 2, "1.50 0.60 0.90"), (Scene.Month("05"), Scene.Id("beta"), "100", 1, "0.00 2.00 -2.00"),
                (Scene.Month("06"), Scene.Id("alfa"), "7", 1, "0.35 0.14 0.21")]);
        (await Rows("usage", "country")).Select(row => (Group(row, "country"), row.Text("quantity"), Money(row))).ShouldBe([("EE", "20", "1.00 0.40 0.60"), ("FI", "117", "0.85 2.34 -1.49")]);
        (await Rows("usage", "campaign,country")).Select(row => (Group(row, "campaign"), Group(row, "country"), row.Text("quantity"))).ShouldBe(
            [("=sale", "FI", "100"), ("spring", "EE", "20"), ("spring", "FI", "10"), ("summer", "FI", "7")]);
        var whole = (await Rows("usage", "")).ShouldHaveSingleItem();
        (Group(whole, "meter"), whole.Text("quantity"), Money(whole)).ShouldBe((Meter, "137", "1.85 2.74 -0.89"));
        (await Rows("usage", "subscription,partner")).Select(row => (Group(row, "subscription"), Group(row, "partner"))).ShouldBe(
            [(Scene.Id("alfa-1"), Scene.Id("reseller")), (Scene.Id("beta-1"), Scene.Id("reseller"))]);
    }

    [Fact]
    public async Task revenue_is_told_from_issued_documents_fees_included()
    {
        (await Rows("revenue", "month,kind", "operator")).Select(row => (Group(row, "month"), Group(row, "kind"), Money(row))).ShouldBe(
            [(Scene.Month("05"), "recurring", "10.00 0.00 10.00"), (Scene.Month("05"), "usage", "2.60 0.00 2.60"),
                (Scene.Month("06"), "recurring", "10.00 0.00 10.00"), (Scene.Month("06"), "usage", "0.14 0.00 0.14")]);
        (await Rows("revenue", "partner,meter", "operator")).Select(row => (Group(row, "partner"), Group(row, "meter"), Money(row))).ShouldBe(
            [(Scene.Id("reseller"), null, "20.00 0.00 20.00"), (Scene.Id("reseller"), Meter, "2.74 0.00 2.74")]);
        (await Rows("revenue", "customer")).Select(row => (Group(row, "customer"), Money(row))).ShouldBe([(Scene.Id("alfa"), "1.85 0.00 1.85")]);
    }

    [Fact]
    public async Task PORT_what_everybody_earns_is_one_report_of_all_levels_and_every_sum_is_the_ledgers()
    {
        await Admin.Put($"/v1/partners/{Scene.Id("sub")}", new { name = "Sub", country = "FI", currency = "EUR", parent = Scene.Id("reseller") });
        await Scene.Customer("gamma", "sub");
        await Scene.Agreement("mid", "reseller", "sub");
        await Scene.Agreement("end", "sub", "gamma");
        await Scene.Plan("mid-price", Of("0.03"));
        await Scene.Subscribe("gamma-1", "gamma", "07-01", ("wholesale", "cost"), ("mid", "mid-price"), ("end", "price"));
        await Scene.Clock("07-12T12:00");
        await Admin.Events(Sms("g", "gamma-1", "07-12T11:00", 100, "FI", "autumn"));
        await Scene.Clock("08-01T01:00");
        var asked = $"/v1/reports/partner_margins?from={Scene.Month("05")}&to={Scene.Month("07")}";
        var report = (await Admin.Get(asked)).Json;
        var rows = report.List("rows").Where(row => row.Text("party").StartsWith(Scene.Id(""), StringComparison.Ordinal)).ToList();
        // Three fees of 5.00 in July, two before; the reseller gives statements to Alfa and an invoice to the partner below it.
        rows.Select(row => (row.Int("level"), Scene.Name(row.Text("party")), row.Amount("revenue"), row.Amount("cost"), row.Amount("margin"), row.GetProperty("below_cost").GetBoolean())).ShouldBe(
            [(0, "operator", "39.74", "0.00", "39.74", false), (1, "reseller", "4.85", "39.74", "-34.89", true), (2, "sub", "5.00", "3.00", "2.00", false)]);
        (rows[2].Text("parent"), rows[2].Text("margin_percent"), rows[1].TryGetProperty("parent", out _)).ShouldBe((Scene.Id("reseller"), "40.00", false));
        foreach (var sums in new[] { "levels", "totals" })
            foreach (var member in new[] { "revenue", "cost", "margin" })
                report.List(sums).Sum(row => row.Amount(member).Exact()).ShouldBe(report.List("rows").Sum(row => row.Amount(member).Exact()), $"{sums}, {member}");

        // The same in each one's own report, its documents and its ledger; statements are no postings.
        foreach (var (row, statements) in rows.Zip(["0", "1.85", "0"]))
        {
            var party = row.Text("party");
            var own = (await Admin.Get($"/v1/reports/margin?party={party}&from={Scene.Month("05")}&to={Scene.Month("07")}&group_by=none")).Json.List("totals").Single();
            (own.Amount("revenue"), own.Amount("cost")).ShouldBe((row.Amount("revenue"), row.Amount("cost")), party);
            var ledger = (await Admin.Get($"/v1/ledger/trial_balance?seller={party}")).Json;
            ledger.List("data").Where(line => line.Text("ledger").StartsWith("revenue", StringComparison.Ordinal)).Sum(line => -line.Amount("balance").Exact())
                .ShouldBe(row.Amount("revenue").Exact() - statements.Exact(), party);
        }

        var csv = (await Admin.Get(asked, "text/csv")).Lines.Select(line => line.TrimEnd('\r')).ToList();
        csv[0].ShouldBe("\"party\",\"level\",\"parent\",\"currency\",\"revenue\",\"cost\",\"margin\",\"margin_percent\",\"below_cost\"");
        csv.ShouldContain($"\"{Scene.Id("sub")}\",\"2\",\"{Scene.Id("reseller")}\",\"EUR\",\"5.00\",\"3.00\",\"2.00\",\"40\",\"false\"");
        (await (await KeyOf("reseller", "billing:read")).TryGet(asked)).Refused(404, "not_found");
        (await Admin.TryGet("/v1/reports/partner_margins?from=May")).Refused(400, "invalid_request").Fields.ShouldBe(["from"]);
    }

    [Fact]
    public async Task usage_by_month_meter_country_and_campaign_is_the_same_as_json_as_csv_in_the_journal_and_on_the_documents()
    {
        const string Columns = "month,meter,country,campaign";
        var rows = await Rows("usage", Columns);
        rows.Select(row => (Group(row, "month"), Group(row, "country"), Group(row, "campaign"), row.Text("quantity"), row.Int("count"), Money(row))).ShouldBe(
            [(Scene.Month("05"), "EE", "spring", "20", 1, "1.00 0.40 0.60"), (Scene.Month("05"), "FI", "=sale", "100", 1, "0.00 2.00 -2.00"),
                (Scene.Month("05"), "FI", "spring", "10", 1, "0.50 0.20 0.30"), (Scene.Month("06"), "FI", "summer", "7", 1, "0.35 0.14 0.21")]);
        rows.ShouldAllBe(row => Group(row, "meter") == Meter);
        var csv = (await Admin.Get(Path("usage", Columns), "text/csv")).Lines.Skip(1)
            .Select(line => line.TrimEnd('\r').Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal));
        csv.ShouldBe(rows.Select(row => string.Join(',', Group(row, "month"), Meter, Group(row, "country"), Group(row, "campaign"), "EUR", row.Text("quantity"), "1", Money(row).Replace(' ', ','))));

        // The journal, event by event.
        var (journaled, between) = (0m, $"from={Uri.EscapeDataString(Scene.At("05-01"))}&to={Uri.EscapeDataString(Scene.At("07-01"))}");
        foreach (var subscription in new[] { "alfa-1", "beta-1" })
            journaled += (await Admin.Get($"/v1/subscriptions/{Scene.Id(subscription)}/events?{between}", "application/x-ndjson")).Lines
                .Sum(line => JsonDocument.Parse(line).RootElement.Text("quantity").Exact());
        rows.Sum(row => row.Text("quantity").Exact()).ShouldBe(journaled);

        // The documents of these months, their fees aside: what was sold stands on statements, what was bought on the operator's invoices.
        foreach (var (member, kind, party) in new[] { ("revenue", "statement", "alfa"), ("cost", "invoice", "operator") })
        {
            var billed = 0m;
            foreach (var one in await Scene.Documents(party, kind))
                billed += (await Scene.Document(one)).List("lines").Where(line => line.Text("kind") == "usage").Sum(line => line.Amount().Exact());
            rows.Sum(row => row.List("amounts").Single().Text(member).Exact()).ShouldBe(billed, member);
        }
    }

    [Fact]
    public async Task a_report_is_a_file_for_a_spreadsheet_in_which_text_is_text_and_numbers_are_numbers()
    {
        var lines = (await Admin.Get(Path("usage", "campaign"), "text/csv")).Lines.Select(line => line.TrimEnd('\r')).ToList();
        lines[0].ShouldBe("\"campaign\",\"meter\",\"currency\",\"quantity\",\"count\",\"revenue\",\"cost\",\"margin\"");
        lines[1].ShouldBe($"\"'=sale\",\"{Meter}\",\"EUR\",\"100\",\"1\",\"0.00\",\"2.00\",\"-2.00\"");
    }

    [Fact]
    public async Task a_long_report_comes_page_by_page()
    {
        var whole = await Rows("usage", "campaign,country");
        var (paged, cursor) = (new List<string>(), "");
        do
        {
            var page = (await Admin.Get(Path("usage", "campaign,country") + "&limit=3" + cursor)).Json;
            paged.AddRange(page.List("rows").Select(row => row.ToString()));
            cursor = page.GetProperty("next_cursor").GetString() is { } next ? "&cursor=" + next : "";
        }
        while (cursor.Length > 0);
        paged.ShouldBe(whole.Select(row => row.ToString()));
    }

    [Fact]
    public async Task a_key_sees_its_subtree_and_the_amounts_of_its_own_legs()
    {
        var alfa = await KeyOf("alfa", "billing:read");
        var own = (await alfa.Get($"/v1/reports/usage?from={Scene.Month("05")}&group_by=month")).Json.List("rows").ShouldHaveSingleItem();
        (own.Text("quantity"), Money(own)).ShouldBe(("30", "0.00 1.50 -1.50"));
        (await alfa.TryGet(Path("usage", ""))).Refused(404, "not_found");
        (await alfa.TryGet(Path("revenue", ""))).Refused(404, "not_found");
        await Scene.Partner("south");
        (await (await KeyOf("south", "billing:read")).TryGet(Path("usage", "customer"))).Refused(404, "not_found");
        var reseller = await KeyOf("reseller", "billing:read");
        (await reseller.Get($"/v1/reports/usage?from={Scene.Month("05")}&group_by=customer")).Json.List("rows").Count().ShouldBe(2);
    }

    [Theory]
    [InlineData("usage", "from=May", "from")]
    [InlineData("usage", "from=2025-05&to=2025-04", "to")]
    [InlineData("usage", "from=2025-05&to=2027-05", "to")]
    [InlineData("usage", "from=2025-05&group_by=month,month", "group_by")]
    [InlineData("usage", "from=2025-05&group_by=a,b,c,d,e,f,g,h,i,j,k", "group_by")]
    [InlineData("usage", "from=2025-05&group_by=colour", "group_by")]
    [InlineData("revenue", "from=2025-05&group_by=country", "group_by")]
    [InlineData("usage", "from=2025-05&limit=0", "limit")]
    [InlineData("usage", "from=2025-05&cursor=x", "cursor")]
    public async Task what_is_wrong_with_a_question_is_named(string report, string query, string field) =>
        (await Admin.TryGet($"/v1/reports/{report}?party={Scene.Id("reseller")}&{query}")).Refused(400, "invalid_request").Fields.ShouldBe([field]);

    private object Of(string unitPrice) => new { id = "sms", kind = "usage", meter = Meter, model = "per_unit", unit_price = unitPrice };

    private JsonObject Sms(string id, string subscription, string at, int segments, string country, string campaign)
    {
        var sent = Scene.Sms(id, subscription, at, segments, country, Meter);
        sent["data"]!["campaign"] = campaign;
        return sent;
    }

    private string Path(string report, string groupBy, string party = "reseller") =>
        $"/v1/reports/{report}?party={Scene.Id(party)}&from={Scene.Month("05")}&to={Scene.Month("06")}&group_by={groupBy}";

    private async Task<IReadOnlyList<JsonElement>> Rows(string report, string groupBy, string party = "reseller") =>
        [.. (await Admin.Get(Path(report, groupBy, party))).Json.List("rows")];

    private static string? Group(JsonElement row, string column) => row.GetProperty("group").GetProperty(column).GetString();

    private static string Money(JsonElement row)
    {
        var amount = row.List("amounts").Single();
        return $"{amount.Text("revenue")} {amount.Text("cost")} {amount.Text("margin")}";
    }
}
