// Rate sheets: what is read of hostile CSV, which versions come out, and what the report says (domain 4.2).
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.RateSheets;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.RateSheets;

public sealed class RateSheetTests
{
    private const string Header = "country,mccmnc,price,effective,cease\n";
    private static readonly LocalDate From = new(2025, 6, 1);

    [Theory]
    [InlineData("FI,24491,0.0450,,", "")]
    [InlineData("\"FI\",\"24491\",\"0.0450\",,", "")]
    [InlineData("FI,,0.0450,2025-06-02,2025-07-01", "")]
    [InlineData("FI,*,0.0450,,\r", "")]
    [InlineData("fi,24491,0.0450,,", "country must be")]
    [InlineData("FIN,24491,0.0450,,", "country must be")]
    [InlineData("=F,24491,0.0450,,", "country must be")]
    [InlineData("F\0,24491,0.0450,,", "country must be")]
    [InlineData("FI,2449,0.0450,,", "mccmnc must be")]
    [InlineData("FI,2449100,0.0450,,", "mccmnc must be")]
    [InlineData("FI,٢٤٤٩١,0.0450,,", "mccmnc must be")]
    [InlineData("FI,24491,\"0,0450\",,", "price must be a decimal")]
    [InlineData("FI,24491,1e-2,,", "price must be a decimal")]
    [InlineData("FI,24491,-0.01,,", "price must be a decimal")]
    [InlineData("FI,24491,,,", "price must be a decimal")]
    [InlineData("FI,24491,0.00000000001,,", "price must have at most 10 digits")]
    [InlineData("FI,24491,9999999999999,,", "price must have at most 12 digits")]
    [InlineData("FI,24491,0.0450,01/06/2025,", "effective must be a date")]
    [InlineData("FI,24491,0.0450,2025-05-31,", "effective must not be before")]
    [InlineData("FI,24491,0.0450,,2025-06-01", "cease must be after")]
    [InlineData("FI,24491,0.0450,", "has 4 cells")]
    [InlineData("FI,24491,0.0450,,,", "has 6 cells")]
    [InlineData("FI,\"24491,0.0450,,", "has a quote that never ends")]
    [InlineData("FI,\"244\"91,0.0450,,", "has text behind a closing quote")]
    [InlineData("FI,24\"491,0.0450,,", "has a quote inside a cell")]
    public void a_row_is_read_or_refused_by_its_line(string row, string problem)
    {
        var (rows, errors) = RateSheetCsv.Read(Header + row + "\nEE,24801,1,,\n", From);
        if (problem.Length == 0)
        {
            errors.ToString().ShouldBe("");
            rows.Select(one => one.Country).ShouldBe(["FI", "EE"]);
            return;
        }

        errors.ShouldHaveSingleItem().Key.ShouldBe("line 2");
        errors.ToString().ShouldContain(problem);
    }

    [Theory]
    [InlineData("", "body: is empty")]
    [InlineData("\n\n", "body: is empty")]
    [InlineData("country,mccmnc\n", "line 1: lacks the column \"price\"")]
    [InlineData("country,mccmnc,price,colour\n", "line 1: \"colour\" is no column")]
    [InlineData("country,mccmnc,price,price\n", "line 1: has a column twice")]
    [InlineData("FI,24491,0.0450\n", "line 1: \"FI\" is no column")]
    public void a_sheet_begins_with_its_header(string text, string problem) => RateSheetCsv.Read(text, From).Errors.ToString().ShouldContain(problem);

    [Fact]
    public void columns_may_stand_in_any_order_and_be_left_out()
    {
        var (rows, errors) = RateSheetCsv.Read("price,country,mccmnc\r\n0.5,FI,24491\r\n", From);
        errors.ToString().ShouldBe("");
        rows.ShouldHaveSingleItem().ShouldBe(new RateRow(2, "FI", "24491", 0.5m, From, null));
    }

    [Fact]
    public void the_same_network_twice_from_one_day_is_refused_and_from_another_is_not()
    {
        RateSheetCsv.Read(Header + "FI,24491,1,,\nFI,24491,2,2025-06-08,\n", From).Errors.IsEmpty.ShouldBeTrue();
        RateSheetCsv.Read(Header + "FI,,1,,\nFI,*,1,,\n", From).Errors.ToString().ShouldBe("line 3: prices FI default from the same day as line 2");
    }

    [Fact]
    public void a_sheet_that_is_too_long_is_refused_at_the_line_that_is_too_much()
    {
        var text = Header + string.Concat(Enumerable.Range(0, Limits.RateSheetRowsMax + 5).Select(n => $"AA,{100_000 + n},1,,\n"));
        RateSheetCsv.Read(text, From).Errors.ShouldHaveSingleItem().Key.ShouldBe($"line {Limits.RateSheetRowsMax + 2}");
        RateSheetCsv.Read(Header + new string('x', 5_000), From).Errors.ToString().ShouldContain("longer than");
        RateSheetCsv.Read(Header + string.Concat(Enumerable.Repeat("x\n", 10_000)), From).Errors.Count().ShouldBeLessThan(200);
    }

    [Fact]
    public void a_whole_sheet_reports_each_network_with_its_price_before()
    {
        var before = Sheet(true, Row("FI", null, "0.04"), Row("FI", "24491", "0.05"), Row("EE", "24801", "0.06"), Row("SE", "24001", "0.07"), Row("NO", "24201", "0.08"));
        var newest = Decide(before, Version(World("fee"))).Versions.ShouldHaveSingleItem();
        var plan = Decide(Sheet(true, Row("FI", null, "0.04"), Row("FI", "24491", "0.055"), Row("EE", "24801", "0.05"), Row("DK", "23801", "0.09"),
            Row("NO", "24201", "0.08", cease: new(2025, 8, 1))) with { From = new(2025, 7, 1) }, newest);
        plan.Changes.Select(Text).ShouldBe(["FI default: same 0.04 → 0.04 on 2025-07-01", "FI 24491: increase 0.05 → 0.055 on 2025-07-01",
            "EE 24801: decrease 0.06 → 0.05 on 2025-07-01", "DK 23801: new  → 0.09 on 2025-07-01", "NO 24201: same 0.08 → 0.08 on 2025-07-01",
            "NO 24201: withdrawn 0.08 →  on 2025-08-01", "SE 24001: withdrawn 0.07 →  on 2025-07-01"]);
        plan.Versions.Select(Ids).ShouldBe(["2025-07-01: fee sms:DK:23801 sms:EE:24801 sms:FI:default sms:FI:24491 sms:NO:24201",
            "2025-08-01: fee sms:DK:23801 sms:EE:24801 sms:FI:default sms:FI:24491"]);
    }

    [Fact]
    public void a_price_holds_until_the_networks_own_day_and_a_part_of_a_sheet_leaves_the_rest()
    {
        var newest = Decide(Sheet(true, Row("FI", "24491", "0.05"), Row("EE", "24801", "0.06")), null).Versions.Single();
        var plan = Decide(Sheet(false, Row("FI", "24491", "0.07", new(2025, 7, 8))) with { From = new(2025, 7, 1) }, newest);
        plan.Versions.Select(Ids).ShouldBe(["2025-07-08: sms:EE:24801 sms:FI:24491"]);
        plan.Changes.Select(Text).ShouldBe(["FI 24491: increase 0.05 → 0.07 on 2025-07-08"]);
        // The same again changes nothing and makes no version.
        Decide(Sheet(false, Row("FI", "24491", "0.07")) with { From = new(2025, 8, 1) }, plan.Versions[0]).Versions.ShouldBeEmpty();
    }

    [Fact]
    public void a_price_that_is_more_than_a_price_per_unit_is_not_written_over()
    {
        var included = (UsageCharge)World("sms-fi") with { Match = new() { ["country"] = "FI" }, Included = 100 };
        RateSheetDecider.Decide(Sheet(true, Row("FI", null, "1")), Version(included)).Errors.ToString()
            .ShouldBe("line 2: FI default is priced by charge \"sms-fi\", which is more than a price per unit");
        RateSheetDecider.Decide(Sheet(true, Row("FI", "24491", "1")), Version(included)).Errors.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void days_on_which_prices_change_are_bounded()
    {
        var rows = Enumerable.Range(0, Limits.RateSheetDaysMax + 1).Select(n => Row("FI", $"{24400 + n}", "1", From.PlusDays(n))).ToArray();
        RateSheetDecider.Decide(Sheet(true, rows), null).Errors.ShouldHaveSingleItem().Key.ShouldBe("effective");
    }

    private static RateSheet Sheet(bool whole, params RateRow[] rows) => new("sms", From, whole, [.. rows.Select((row, n) => row with { Line = n + 2 })]);

    private static RateRow Row(string country, string? network, string price, LocalDate? effective = null, LocalDate? cease = null) =>
        new(0, country, network, decimal.Parse(price, System.Globalization.CultureInfo.InvariantCulture), effective ?? (cease is null ? From : new(2025, 7, 1)), cease);

    private static Charge World(string id) => id == "fee" ? new RecurringCharge { Id = id, Price = 5 } : new UsageCharge { Id = id, Meter = "sms", UnitPrice = 1 };

    private static PlanVersion Version(params Charge[] charges) => new() { EffectiveFrom = new EffectiveFrom { Date = new(2025, 1, 1) }, Charges = charges };

    // As it is imported: a row without a day begins with the sheet.
    private static RateSheetPlan Decide(RateSheet sheet, PlanVersion? newest)
    {
        var (plan, errors) = RateSheetDecider.Decide(sheet with { Rows = [.. sheet.Rows.Select(row => row with { Effective = LocalDate.Max(row.Effective, sheet.From) })] }, newest);
        errors.ToString().ShouldBe("");
        foreach (var version in plan.Versions) PlanVersionRules.Check(version).ToString().ShouldBe("");
        return plan;
    }

    private static string Text(RateChange change) => FormattableString.Invariant($"{change.Key}: {change.Kind} {change.Previous} → {change.Price} on {change.On:uuuu-MM-dd}");

    private static string Ids(PlanVersion version) => FormattableString.Invariant($"{version.EffectiveFrom.Date:uuuu-MM-dd}: ") + string.Join(' ', version.Charges.Select(charge => charge.Id));
}
