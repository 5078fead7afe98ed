// Recurring fees, written like a ledger page: what each closing period carries.
using System.Globalization;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Fees;

public sealed class RecurringFeesTests
{
    private static readonly BillingCalendar Helsinki = new(new Calendar { TimeZone = "Europe/Helsinki" });

    [Theory]
    // price  from          until (last day)  first  last   period     figure   days
    [InlineData("25.00", "2025-05-12", null, true, true, "2025-05", "16.13", "20/31")] // ANTX-03
    [InlineData("25.00", "2025-05-12", null, true, true, "2025-06", "25.00", null)]
    [InlineData("25.00", "2025-05-12", null, true, true, "2025-04", null, null)]
    [InlineData("25.00", "2025-05-01", null, true, false, "2025-05", "25.00", null)]
    [InlineData("25.00", "2025-01-01", "2025-05-10", true, true, "2025-05", "8.06", "10/31")]
    [InlineData("25.00", "2025-01-01", "2025-05-10", true, false, "2025-05", "25.00", null)] // ANTX edge (c): full on exit
    [InlineData("25.00", "2025-01-01", "2025-05-10", true, true, "2025-06", null, null)]
    [InlineData("25.00", "2025-05-12", "2025-05-21", true, true, "2025-05", "8.06", "10/31")] // both in one period
    [InlineData("25.00", "2025-05-12", "2025-05-21", false, true, "2025-05", "16.94", "21/31")]
    [InlineData("25.00", "2025-05-12", "2025-05-21", true, false, "2025-05", "16.13", "20/31")]
    [InlineData("25.00", "2025-05-12", "2025-05-21", false, false, "2025-05", "25.00", null)]
    [InlineData("25.00", "2025-05-12", "2025-05-12", true, true, "2025-05", "0.81", "1/31")]
    [InlineData("10.00", "2025-05-16", null, false, true, "2025-05", "10.00", null)] // WLSM-06, full-month policy
    [InlineData("10.00", "2025-05-16", null, true, true, "2025-05", "5.16", "16/31")] // WLSM-06, daily policy
    [InlineData("29.00", "2024-02-29", null, true, true, "2024-02", "1.00", "1/29")]
    [InlineData("28.00", "2025-02-28", null, true, true, "2025-02", "1.00", "1/28")]
    public void a_monthly_fee_is_prorated_by_days(string price, string from, string? until, bool first, bool last, string period, string? figure, string? days)
    {
        foreach (var bill in new[] { "arrears", "advance" })
        {
            var fees = FeesOf(Plan(Monthly(price, bill, first, last)), from, until, period);
            fees.Select(Figure).ShouldBe(figure is null ? [] : [figure]);
            fees.Select(fee => fee.Fraction).ShouldBe(figure is null ? [] : [days]);
        }
    }

    [Fact]
    public void antx_04_an_annual_fee_is_charged_whole_where_its_year_begins()
    {
        var plan = Plan(Yearly("240.00", "advance"));
        Posted(plan, "2025-05-12", null, "2025-05", 26).ShouldBe(["2025-05 240.00 2025-05-12…2026-05-11", "2026-05 240.00 2026-05-12…2027-05-11",
            "2027-05 240.00 2027-05-12…2028-05-11"]);
        Posted(plan, "2025-05-12", "2025-09-30", "2025-05", 26).ShouldBe(["2025-05 240.00 2025-05-12…2026-05-11"]);
        Posted(plan, "2025-05-12", "2026-05-11", "2025-05", 26).ShouldBe(["2025-05 240.00 2025-05-12…2026-05-11"]);
        Posted(plan, "2025-05-12", "2026-05-12", "2025-05", 26).Length.ShouldBe(2);
        Posted(plan, "2025-05-12", "2025-05-14", "2025-05", 26).ShouldBe(["2025-05 240.00 2025-05-12…2026-05-11"]);
    }

    [Fact]
    public void a_yearly_fee_in_arrears_is_charged_where_its_year_or_the_service_ends()
    {
        var plan = Plan(Yearly("365.00", "arrears"));
        Posted(plan, "2025-05-12", null, "2025-05", 30).ShouldBe(["2026-05 365.00 2025-05-12…2026-05-11", "2027-05 365.00 2026-05-12…2027-05-11"]);
        Posted(plan, "2025-05-12", "2025-09-30", "2025-05", 30).ShouldBe(["2025-09 142.00 2025-05-12…2025-09-30"]);
        Posted(Plan(Yearly("365.00", "arrears", last: false)), "2025-05-12", "2025-09-30", "2025-05", 30).ShouldBe(["2025-09 365.00 2025-05-12…2026-05-11"]);
    }

    [Fact]
    public void a_year_from_29_february_clamps_and_comes_back_in_leap_years() =>
        Posted(Plan(Yearly("100.00", "advance")), "2024-02-29", null, "2024-02", 49).ShouldBe(["2024-02 100.00 2024-02-29…2025-02-27",
            "2025-02 100.00 2025-02-28…2026-02-27", "2026-02 100.00 2026-02-28…2027-02-27", "2027-02 100.00 2027-02-28…2028-02-28",
            "2028-02 100.00 2028-02-29…2029-02-27"]);

    [Fact]
    public void a_price_change_splits_a_fee_in_arrears_at_its_local_date()
    {
        var plan = Plan(("2025-01-01", Monthly("31.00")), ("2025-05-11", Monthly("62.00")));
        Posted(plan, "2025-01-01", null, "2025-05", 1).ShouldBe(["2025-05 10.00 2025-05-01…2025-05-10", "2025-05 42.00 2025-05-11…2025-05-31"]);
        Posted(plan, "2025-05-06", "2025-05-15", "2025-05", 1).ShouldBe(["2025-05 5.00 2025-05-06…2025-05-10", "2025-05 10.00 2025-05-11…2025-05-15"]);
    }

    [Fact]
    public void a_fee_in_advance_takes_the_price_of_its_first_day()
    {
        var plan = Plan(("2025-01-01", Monthly("31.00", "advance")), ("2025-05-11", Monthly("62.00", "advance")));
        Posted(plan, "2025-01-01", null, "2025-05", 2).ShouldBe(["2025-05 31.00 2025-05-01…2025-05-31", "2025-06 62.00 2025-06-01…2025-06-30"]);
    }

    [Fact]
    public void a_charge_that_turns_from_arrears_to_advance_bills_every_day_once()
    {
        var plan = Plan(("2025-01-01", Monthly("31.00")), ("2025-05-11", Monthly("31.00", "advance")));
        Posted(plan, "2025-01-01", null, "2025-05", 2).ShouldBe(
            ["2025-05 10.00 2025-05-01…2025-05-10", "2025-05 21.00 2025-05-11…2025-05-31", "2025-06 31.00 2025-06-01…2025-06-30"]);
    }

    [Fact]
    public void the_full_month_policy_takes_the_price_at_entry_for_the_days_before_it()
    {
        var plan = Plan(("2025-01-01", Monthly("31.00", first: false)), ("2025-05-11", Monthly("62.00", first: false)));
        Posted(plan, "2025-05-16", null, "2025-05", 1).ShouldBe(["2025-05 62.00 2025-05-01…2025-05-31"]);
    }

    [Fact]
    public void a_charge_costs_nothing_before_its_first_version_and_after_its_last()
    {
        var plan = Plan(("2025-05-11", Monthly("31.00")), ("2025-06-16", null));
        Posted(plan, "2025-01-01", null, "2025-04", 5).ShouldBe(["2025-05 21.00 2025-05-11…2025-05-31", "2025-06 15.50 2025-06-01…2025-06-15"]);
    }

    [Fact]
    public void the_exact_amount_multiplies_before_it_divides()
    {
        var fee = FeesOf(Plan(Monthly("30.00")), "2025-06-21", null, "2025-06").Single();
        fee.Amount.ShouldBe(10m);
        FeesOf(Plan(Monthly("25.00")), "2025-05-12", null, "2025-05").Single().Amount.ShouldBe(16.129032258064516129032258065m);
    }

    [Fact]
    public void service_that_ends_at_midnight_does_not_touch_the_next_day()
    {
        var zone = Helsinki.Zone;
        var (start, end) = (LocalDays.StartOf(new LocalDate(2025, 5, 1), zone), LocalDays.StartOf(new LocalDate(2025, 6, 1), zone));
        RecurringFees.Of(Plan(Monthly("25.00")), new ServiceLife(start, end), Helsinki, Helsinki.PeriodOf("2025-05")!).Single().Fraction.ShouldBeNull();
        RecurringFees.Of(Plan(Monthly("25.00")), new ServiceLife(start, end), Helsinki, Helsinki.PeriodOf("2025-06")!).ShouldBeEmpty();
        RecurringFees.Of(Plan(Monthly("25.00")), new ServiceLife(start, end + Duration.Epsilon), Helsinki, Helsinki.PeriodOf("2025-06")!).Single().Fraction.ShouldBe("1/30");
    }

    [Fact]
    public void a_period_from_the_25th_has_its_own_number_of_days()
    {
        var calendar = new BillingCalendar(new Calendar { AnchorDay = 25, TimeZone = "Etc/UTC" });
        var fee = RecurringFees.Of(Plan(Monthly("30.00")), new ServiceLife(Instant.FromUtc(2025, 5, 1, 12, 0), null), calendar, calendar.PeriodOf("2025-05")!).Single();
        (fee.Fraction, Figure(fee)).ShouldBe(("24/30", "24.00"));
    }

    internal static PlanTimeline Plan(params (string From, RecurringCharge? Charge)[] versions) =>
        new(versions.Select((one, i) => (i + 1, new PlanVersion
        {
            EffectiveFrom = new EffectiveFrom { Date = Date(one.From) },
            Charges = one.Charge is null ? [] : [one.Charge],
        })), Helsinki.Zone);

    internal static PlanTimeline Plan(RecurringCharge charge) => Plan(("2020-01-01", charge));

    internal static RecurringCharge Monthly(string price, string bill = "arrears", bool first = true, bool last = true) => new()
    {
        Id = "fee", Every = "month", Price = decimal.Parse(price, CultureInfo.InvariantCulture), Bill = bill, ProrateFirst = first, ProrateLast = last,
    };

    private static RecurringCharge Yearly(string price, string bill, bool last = true) => Monthly(price, bill, true, last) with { Every = "year" };

    internal static LocalDate Date(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static IReadOnlyList<FeeDue> FeesOf(PlanTimeline plan, string from, string? until, string period) =>
        RecurringFees.Of(plan, new ServiceLife(Helsinki.StartOf(Date(from)),
            until is null ? null : Helsinki.StartOf(Date(until).PlusDays(1))), Helsinki, Helsinki.PeriodOf(period)!);

    private static string Figure(FeeDue fee) => MoneyText.Print(Rounding.ToCurrency(fee.Amount, "EUR", RoundingMode.HalfAwayFromZero), "EUR");

    private static string[] Posted(PlanTimeline plan, string from, string? until, string firstPeriod, int periods)
    {
        var ledger = new List<string>();
        for (var period = Helsinki.PeriodOf(firstPeriod)!; periods-- > 0; period = Helsinki.Next(period))
            ledger.AddRange(FeesOf(plan, from, until, period.Label).Select(fee => $"{period.Label} {Figure(fee)} {fee.From:uuuu-MM-dd}…{fee.To:uuuu-MM-dd}"));
        return [.. ledger];
    }
}
