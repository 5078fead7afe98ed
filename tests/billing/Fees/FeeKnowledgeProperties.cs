// Whatever is learned between closes, and in whatever order: all closes together post what is owed in the end.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Fees;

public sealed class FeeKnowledgeProperties
{
    private static readonly string[] Charges =
    [
        "day 1.00 arrears 0", "day 1.00 advance 3", "week 7.00 arrears 0", "week 7.00 advance 1", "semi_month 15.00 progressive 0", "month 31.00 arrears 0",
        "month 31.00 advance 0", "month 31.00 advance 1", "month 31.00 advance 3 whole", "month 31.00 progressive 0", "month 31.00 arrears 0 activation",
        "month 31.00 advance 2 activation", "quarter 90.00 arrears 0", "quarter 90.00 advance 1", "year 365.00 advance 0", "year 365.00 progressive 0",
        "year 365.00 arrears 0", "year 365.00 advance 1 calendar",
    ];

    // Thirds of a price have 28 digits.
    private const decimal Tiny = 0.000000000000001m;

    private static readonly string[] Lengths = ["day", "week", "semi_month", "month", "quarter"];

    [Fact]
    public void all_closes_together_are_what_is_owed_in_the_end() =>
        Gen.Elements(Charges).Zip(Gen.Elements(Lengths)).Zip(Gen.Elements("Europe/Helsinki", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe")).Zip(Gen.Choose(0, 1_000_000)).ShouldHold(at =>
        {
            var (((charge, length), zone), seed) = at;
            var random = new Random(seed);
            var calendar = new BillingCalendar(new Calendar { Every = length, TimeZone = zone });
            var (learned, last) = (Life(calendar, random), (ServiceLife?)null);
            var fee = FeeScheduleTests.Fee(charge) with { CreditDaysWhen = ["suspended"] };
            var (basic, pro) = (FeeScheduleTests.Timeline("2011-01-01", fee), FeeScheduleTests.Timeline("2011-01-01", fee with { Price = fee.Price * 2 }));
            var plan = Plan(calendar, random, basic, pro);
            var planBefore = plan;
            decimal posted = 0;
            // Days are many: a quarter of a year of them.
            var end = calendar.PeriodContaining(length == "day" ? new LocalDate(2012, 2, 20) : new LocalDate(2013, 6, 30));
            for (var period = calendar.PeriodContaining(new LocalDate(2011, 12, 1)); period.End <= end.End; period = calendar.Next(period))
            {
                // Something is learned now and then: another end, another pause, another plan.
                if (random.Next(4) == 0) (learned, plan) = (Life(calendar, random), Plan(calendar, random, basic, pro));
                if (last is not null && !ReferenceEquals(last, learned))
                    posted += RecurringFees.Corrections((planBefore, last), (plan, learned), calendar, LocalDays.LastBefore(period.Start, calendar.Zone)).Sum(due => due.Amount);
                posted += RecurringFees.Of(plan, learned, calendar, period).Sum(due => due.Amount);
                (last, planBefore) = (learned, plan);
            }

            return decimal.Abs(posted - Closed(plan, learned, calendar, end)) < Tiny;
        });

    [Fact]
    public void one_part_of_any_fee_and_the_other_part_are_the_whole() =>
        Gen.Elements(Charges).Zip(Gen.Choose(0, 700)).Zip(Gen.Choose(1, 400)).ShouldHold(at =>
        {
            var ((charge, start), days) = at;
            var calendar = new BillingCalendar(new Calendar { TimeZone = "Europe/Helsinki" });
            // In arrears, by the calendar: where service is cut is of no consequence.
            var fee = FeeScheduleTests.Fee(charge) with { Bill = "arrears", AdvancePeriods = 0, Align = "calendar", ProrateLast = true };
            var plan = FeeScheduleTests.Timeline("2011-01-01", fee);
            var from = calendar.StartOf(new LocalDate(2011, 12, 5).PlusDays(start));
            var cut = calendar.StartOf(new LocalDate(2011, 12, 5).PlusDays(start + days));
            var until = calendar.StartOf(new LocalDate(2015, 2, 28));
            decimal Owed(Instant begin, Instant end) => Closed(plan, new ServiceLife(begin, end), calendar, calendar.PeriodContaining(new LocalDate(2016, 2, 29)));
            return decimal.Abs(Owed(from, cut) + Owed(cut, until) - Owed(from, until)) < Tiny;
        });

    // As if all had been known from the beginning.
    private static decimal Closed(PlanTimeline plan, ServiceLife? life, BillingCalendar calendar, BillingPeriod end)
    {
        decimal posted = 0;
        for (var period = calendar.PeriodContaining(new LocalDate(2011, 12, 1)); period.End <= end.End; period = calendar.Next(period))
            posted += RecurringFees.Of(plan, life, calendar, period).Sum(due => due.Amount);
        return posted;
    }

    private static ServiceLife Life(BillingCalendar calendar, Random random)
    {
        var start = calendar.StartOf(new LocalDate(2011, 12, 10));
        Instant? end = random.Next(2) == 0 ? null : start + Duration.FromHours(random.Next(1, 24 * 400));
        var pause = start + Duration.FromHours(random.Next(1, 24 * 300));
        return new ServiceLife(start, end, random.Next(2) == 0 ? [] : [new ServicePause(pause, random.Next(3) == 0 ? null : pause + Duration.FromHours(random.Next(1, 24 * 90)), "suspended")]);
    }

    private static PlanTimeline Plan(BillingCalendar calendar, Random random, PlanTimeline basic, PlanTimeline pro)
    {
        var start = calendar.StartOf(new LocalDate(2011, 12, 10));
        return PlanTimeline.Changed(random.Next(2) == 0 ? [(start, "basic", basic)]
            : [(start, "basic", basic), (start + Duration.FromHours(random.Next(1, 24 * 300)), "pro", pro)], calendar.Zone);
    }
}
