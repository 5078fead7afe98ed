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
