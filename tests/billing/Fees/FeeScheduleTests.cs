// Fees of every length and way of billing, written like a ledger page: what each close posts.
using System.Globalization;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Fees;

public sealed class FeeScheduleTests
{
    private static readonly BillingCalendar Months = new(new Calendar { TimeZone = "Europe/Helsinki" });
    private static readonly BillingCalendar Weeks = new(new Calendar { Every = "week", TimeZone = "Europe/Helsinki" });

    [Theory]
    // PORT: sign-up 1 June at 30.00 in advance 1: 60.00 on the invoice of 1 July, 30.00 on that of 1 August.
    [InlineData("month 30.00 advance 1", "2025-06-01", null, "2025-06: 30.00 2025-06-01…30, 30.00 2025-07-01…31 | 2025-07: 30.00 2025-08-01…31 | 2025-08: 30.00 2025-09-01…30")]
    [InlineData("month 30.00 advance 0", "2025-06-01", null, "2025-06: 30.00 2025-06-01…30 | 2025-07: 30.00 2025-07-01…31")]
    [InlineData("month 30.00 advance 2", "2025-06-16", null, "2025-06: 15.00 2025-06-16…30, 30.00 2025-07-01…31, 30.00 2025-08-01…31 | 2025-07: 30.00 2025-09-01…30")]
    // Known from the beginning, an end prorates what is posted ahead.
    [InlineData("month 31.00 advance 1", "2025-06-01", "2025-07-10", "2025-06: 31.00 2025-06-01…30, 10.00 2025-07-01…10 | 2025-07: ")]
    [InlineData("month 31.00 advance 1 whole", "2025-06-01", "2025-07-10", "2025-06: 31.00 2025-06-01…30, 31.00 2025-07-01…31 | 2025-07: ")]
    [InlineData("quarter 92.00 advance 0", "2025-05-12", null, "2025-05: 50.55 2025-05-12…06-30 | 2025-06:  | 2025-07: 92.00 2025-07-01…09-30")]
    [InlineData("quarter 91.00 arrears 0", "2025-04-01", null, "2025-04:  | 2025-05:  | 2025-06: 91.00 2025-04-01…06-30")]
    [InlineData("quarter 90.00 arrears 0 activation", "2025-05-12", null, "2025-05:  | 2025-06:  | 2025-07:  | 2025-08: 90.00 2025-05-12…08-11")]
    [InlineData("month 30.00 arrears 0 activation", "2025-01-31", null, "2025-01:  | 2025-02: 30.00 2025-01-31…02-27 | 2025-03: 30.00 2025-02-28…03-30")]
    [InlineData("month 30.00 advance 1 activation", "2025-05-12", null, "2025-05: 30.00 2025-05-12…06-11 | 2025-06: 30.00 2025-06-12…07-11")]
    [InlineData("day 1.10 arrears 0", "2025-05-12", null, "2025-05: 22.00 2025-05-12…31 | 2025-06: 33.00 2025-06-01…30")]
    [InlineData("day 1.10 advance 1", "2025-05-12", null, "2025-05: 23.10 2025-05-12…06-01 | 2025-06: 33.00 2025-06-02…07-01")]
    [InlineData("week 7.00 arrears 0", "2025-05-01", null, "2025-05: 4.00 2025-05-01…04, 21.00 2025-05-05…25 | 2025-06: 35.00 2025-05-26…06-29")]
    [InlineData("semi_month 15.00 arrears 0", "2025-06-01", "2025-07-10", "2025-06: 30.00 2025-06-01…30 | 2025-07: 10.00 2025-07-01…10")]
    [InlineData("year 365.00 progressive 0", "2025-05-12", "2025-07-03", "2025-05: 20.00 2025-05-12…31 | 2025-06: 30.00 2025-06-01…30 | 2025-07: 3.00 2025-07-01…03")]
    [InlineData("month 31.00 progressive 0", "2025-05-12", null, "2025-05: 20.00 2025-05-12…31 | 2025-06: 31.00 2025-06-01…30")]
    [InlineData("year 365.00 advance 0 calendar", "2025-12-01", null, "2025-12: 31.00 2025-12-01…31 | 2026-01: 365.00 2026-01-01…12-31")]
    public void a_fee_is_posted_when_its_plan_says(string charge, string from, string? until, string ledger) =>
        Ledger(Months, Plan(Fee(charge)), Life(Months, from, until), ledger);

    [Theory]
    [InlineData("month 31.00 progressive 0", "2025-05-12", null, "2025-05-12: 7.00 2025-05-12…18 | 2025-05-19: 7.00 2025-05-19…25 | 2025-05-26: 6.00 2025-05-26…31, 1.03 2025-06-01…01")]
    [InlineData("month 31.00 arrears 0", "2025-05-12", null, "2025-05-12:  | 2025-05-19:  | 2025-05-26: 20.00 2025-05-12…31 | 2025-06-02: ")]
    [InlineData("week 7.00 advance 0", "2025-05-14", null, "2025-05-12: 5.00 2025-05-14…18 | 2025-05-19: 7.00 2025-05-19…25")]
    public void closes_of_weeks_post_fees_of_any_length(string charge, string from, string? until, string ledger) =>
        Ledger(Weeks, Plan(Fee(charge)), Life(Weeks, from, until), ledger);

    [Fact]
    public void one_time_charges_fall_on_the_first_day_and_on_dates_with_service()
    {
        var plan = Plan(new OneTimeCharge { Id = "setup", Price = 50m }, new OneTimeCharge { Id = "card", Price = 5m, On = "2025-06-10" },
            new OneTimeCharge { Id = "early", Price = 9m, On = "2025-05-11" });
        Ledger(Months, plan, Life(Months, "2025-05-12", null), "2025-05: 50.00 2025-05-12…12 | 2025-06: 5.00 2025-06-10…10 | 2025-07: ");
        Ledger(Months, plan, Life(Months, "2025-05-12", "2025-06-09"), "2025-05: 50.00 2025-05-12…12 | 2025-06: ");
    }

    [Theory]
    [InlineData("2026-04-30", "2026-04: 30.00 2026-04-01…30, 99.00 2026-04-30…30")]
    [InlineData("2026-05-10", "2026-05: 9.68 2026-05-01…10, 99.00 2026-05-10…10")]
    [InlineData("2026-05-11", "2026-05: 10.65 2026-05-01…11")]
    public void service_that_ends_before_its_minimum_term_costs_a_penalty(string until, string ledger)
    {
        var plan = Plan(Fee("month 30.00 arrears 0") with { MinimumTerm = 12, Penalty = 99m });
        Ledger(Months, plan, Life(Months, "2025-05-12", until), ledger);
    }

    [Fact]
    public void days_without_service_are_credited_for_the_reasons_that_the_charge_names()
    {
        var plan = Plan(Fee("month 31.00 arrears 0") with { CreditDaysWhen = ["suspended", "no_funds"] });
        // A day that service touches is a day with service: 4 to 8 May are lost, not the 3rd and the 9th.
        ServiceLife With(string reason) => Life(Months, "2025-05-01", null) with
        {
            Pauses = [new ServicePause(At("2025-05-03T12:00"), At("2025-05-09T12:00"), reason)],
        };
        Ledger(Months, plan, With("suspended"), "2025-05: 31.00 2025-05-01…31, -5.00 2025-05-04…08 | 2025-06: 31.00 2025-06-01…30");
        Ledger(Months, plan, With("blocked"), "2025-05: 31.00 2025-05-01…31 | 2025-06: 31.00 2025-06-01…30");
    }

    [Theory]
    [InlineData("03T12 suspended 09T12, 05 suspended 07", "-5.00 2025-05-04…08", "one within the other")]
    [InlineData("03 suspended 06T12, 06T12 no_funds 09", "-6.00 2025-05-03…08", "the 6th is lost to both in turn")]
    [InlineData("03 suspended 06T12, 06T12 blocked 09", "-3.00 2025-05-03…05", "blocked is not credited")]
    [InlineData("03 suspended 05, 07 no_funds 09", "-2.00 2025-05-03…04, -2.00 2025-05-07…08", "two times")]
    public void a_day_that_is_lost_twice_is_credited_once(string pauses, string credits, string why)
    {
        var plan = Plan(Fee("month 31.00 arrears 0") with { CreditDaysWhen = ["suspended", "no_funds"] });
        ServicePause Pause(string text) => text.Split(' ') is [var from, var reason, var until] ? new ServicePause(May(from), May(until), reason) : throw new ArgumentException(why);
        Instant May(string day) => At("2025-05-" + (day.Length == 2 ? day + "T00:00" : day + ":00"));
        Ledger(Months, plan, Life(Months, "2025-05-01", null) with { Pauses = [.. pauses.Split(", ").Select(Pause)] }, $"2025-05: 31.00 2025-05-01…31, {credits}");
    }

    [Fact]
    public void a_year_in_advance_is_credited_close_by_close_while_it_is_suspended()
    {
        var plan = Plan(Fee("year 365.00 advance 0") with { CreditDaysWhen = ["suspended"] });
        var life = Life(Months, "2025-05-01", null) with { Pauses = [new ServicePause(At("2025-06-21T00:00"), At("2025-07-03T00:00"), "suspended")] };
        Ledger(Months, plan, life, "2025-05: 365.00 2025-05-01…2026-04-30 | 2025-06: -10.00 2025-06-21…30 | 2025-07: -2.00 2025-07-01…02 | 2025-08: ");
    }

    [Fact]
    public void a_change_of_plan_splits_fees_at_its_day_whatever_the_switches_say()
    {
        var basic = Timeline("2025-01-01", Fee("month 30.00 arrears 0 whole"));
        var pro = Timeline("2025-01-01", Fee("month 60.00 arrears 0 whole"));
        var plan = PlanTimeline.Changed([(At("2025-05-01T00:00"), "basic", basic), (At("2025-06-11T10:00"), "pro", pro)], Months.Zone);
        Ledger(Months, plan, Life(Months, "2025-05-01", null),
            "2025-05: 30.00 2025-05-01…31 | 2025-06: 10.00 2025-06-01…10, 40.00 2025-06-11…30 | 2025-07: 60.00 2025-07-01…31");
    }

    [Fact]
    public void what_comes_to_be_known_after_a_close_is_corrected_by_the_next()
    {
        var plan = Named("basic", Timeline("2025-01-01", Fee("month 30.00 advance 1")));
        var open = Life(Months, "2025-06-01", null);
        // July was posted in June; the service ends on 10 July.
        Corrected((plan, open), (plan, Life(Months, "2025-06-01", "2025-07-10")), "2025-06-30").ShouldBe(["-20.32 2025-07-11…31"]);
        // It ended in the sealed period already.
        Corrected((plan, open), (plan, Life(Months, "2025-06-01", "2025-06-20")), "2025-06-30").ShouldBe(["-10.00 2025-06-21…30", "-30.00 2025-07-01…31"]);
        // The end is taken back again.
        Corrected((plan, Life(Months, "2025-06-01", "2025-07-10")), (plan, open), "2025-06-30").ShouldBe(["20.32 2025-07-11…31"]);
        Corrected((plan, open), (plan, open), "2025-06-30").ShouldBeEmpty();
        // First used in May, told in July: all of it is new.
        Corrected((plan, null), (plan, Life(Months, "2025-05-22", null)), "2025-06-30")
            .ShouldBe(["9.68 2025-05-22…31", "30.00 2025-06-01…30", "30.00 2025-07-01…31"]);
    }

    [Fact]
    public void another_plan_from_a_day_that_is_posted_already_takes_back_and_charges_anew()
    {
        var (basic, pro) = (Timeline("2025-01-01", Fee("month 31.00 advance 1")), Timeline("2025-01-01", Fee("month 62.00 advance 1")));
        var changed = PlanTimeline.Changed([(At("2025-05-01T00:00"), "basic", basic), (At("2025-07-11T00:00"), "pro", pro)], Months.Zone);
        var life = Life(Months, "2025-06-01", null);
        Corrected((Named("basic", basic), life), (changed, life), "2025-06-30").ShouldBe(["-21.00 2025-07-11…31", "42.00 2025-07-11…31"], ignoreOrder: true);
    }

    internal static PlanTimeline Named(string plan, PlanTimeline timeline) => PlanTimeline.Changed([(At("2025-05-01T00:00"), plan, timeline)], Months.Zone);

    private static string[] Corrected((PlanTimeline, ServiceLife?) then, (PlanTimeline, ServiceLife?) now, string sealedTo) =>
        [.. RecurringFees.Corrections(then, now, Months, RecurringFeesTests.Date(sealedTo)).Select(Line)];

    private static void Ledger(BillingCalendar calendar, PlanTimeline plan, ServiceLife life, string ledger)
    {
        foreach (var page in ledger.Split(" | "))
        {
            var (label, lines) = (page[..page.IndexOf(':')], page[(page.IndexOf(':') + 1)..].Trim());
            string.Join(", ", RecurringFees.Of(plan, life, calendar, calendar.PeriodOf(label)!).Select(Line)).ShouldBe(lines, label);
        }
    }

    private static string Line(FeeDue fee)
    {
        var to = fee.To.ToString(fee.From.Year != fee.To.Year ? "uuuu-MM-dd" : fee.From.Month != fee.To.Month ? "MM-dd" : "dd", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{fee.Amount:0.00} {fee.From:uuuu-MM-dd}…{to}");
    }

    internal static PlanTimeline Plan(params Charge[] charges) => Timeline("2020-01-01", charges);

    internal static PlanTimeline Timeline(string from, params Charge[] charges) =>
        new([(1, new PlanVersion { EffectiveFrom = new EffectiveFrom { Date = RecurringFeesTests.Date(from) }, Charges = charges })], Months.Zone);

    /// <summary>every, price, bill, periods in advance; then <c>whole</c> (no proration on exit) or an alignment.</summary>
    internal static RecurringCharge Fee(string text)
    {
        var words = text.Split(' ');
        return new RecurringCharge
        {
            Id = "fee", Every = words[0], Price = decimal.Parse(words[1], CultureInfo.InvariantCulture), Bill = words[2],
            AdvancePeriods = int.Parse(words[3], CultureInfo.InvariantCulture), ProrateLast = !words.Contains("whole"),
            Align = words[^1] is "activation" or "calendar" ? words[^1] : null,
        };
    }

    internal static ServiceLife Life(BillingCalendar calendar, string from, string? until) =>
        new(calendar.StartOf(RecurringFeesTests.Date(from)), until is null ? null : calendar.StartOf(RecurringFeesTests.Date(until).PlusDays(1)));

    internal static Instant At(string local) =>
        NodaTime.Text.LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm").Parse(local).Value.InZoneStrictly(Months.Zone).ToInstant();
}
