// Fees as properties: whatever splits a period, the parts are the whole.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Subscriptions;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Fees;

public sealed class FeeProperties
{
    private static readonly BillingCalendar Calendar = new(new Calendar { AnchorDay = 31, TimeZone = "Europe/Helsinki" });

    [Fact]
    public void one_part_of_a_period_and_the_other_part_are_the_whole() =>
        Gen.Choose(0, 600).Zip(Gen.Choose(1, 27)).Zip(Gen.Choose(1, 100_000)).ShouldHold(at =>
        {
            var ((month, day), cents) = at;
            var (plan, period) = (RecurringFeesTests.Plan(RecurringFeesTests.Monthly($"{cents / 100}.{cents % 100:00}")), Period(month));
            var cut = Calendar.StartOf(period.From.PlusDays(day));
            var before = RecurringFees.Of(plan, new ServiceLife(period.Start, cut), Calendar, period).Single();
            var after = RecurringFees.Of(plan, new ServiceLife(cut, null), Calendar, period).Single();
            return before.Days + after.Days == before.WholeDays && before.To.PlusDays(1) == after.From
                && (before.FullPrice * before.Days + after.FullPrice * after.Days) / before.WholeDays == cents / 100m;
        });

    [Fact]
    public void every_day_of_service_is_billed_exactly_once() =>
        Gen.Choose(0, 500).Zip(Gen.Choose(0, 1500)).Zip(Gen.Elements("month", "year")).ShouldHold(at =>
        {
            var ((startsOn, lasts), every) = at;
            var plan = RecurringFeesTests.Plan(("2020-01-01", RecurringFeesTests.Monthly("10.00") with { Every = every }),
                ("2021-03-17", RecurringFeesTests.Monthly("12.00") with { Every = every }));
            var (first, last) = (new LocalDate(2020, 1, 1).PlusDays(startsOn), new LocalDate(2020, 1, 1).PlusDays(startsOn + lasts));
            var next = first;
            for (var period = Calendar.PeriodContaining(first); period.From <= last; period = Calendar.Next(period))
                foreach (var fee in RecurringFees.Of(plan, new ServiceLife(Calendar.StartOf(first), Calendar.StartOf(last.PlusDays(1))), Calendar, period))
                {
                    if (fee.From != next) return false;
                    next = fee.To.PlusDays(1);
                }
            return next == last.PlusDays(1);
        });

    [Fact]
    public void what_is_prepaid_and_what_is_not_come_to_the_same_in_the_end() =>
        Gen.Choose(0, 500).Zip(Gen.Choose(1, 8)).Zip(Gen.Elements("month", "week", "quarter", "year")).Zip(Gen.Elements("arrears", "advance", "progressive")).ShouldHold(at =>
        {
            var (((startsOn, periods), every), bill) = at;
            var fee = RecurringFeesTests.Monthly("10.00") with { Id = "fee", Every = every, Bill = bill };
            var plan = RecurringFeesTests.Plan(("2020-01-01", fee), ("2021-03-17", fee with { Price = 12.34m }));
            var start = new LocalDate(2020, 1, 1).PlusDays(startsOn);
            var life = new ServiceLife(Calendar.StartOf(start), null);
            var (days, exact) = RecurringFees.Whole(plan, life, Calendar, new FeeSpan("fee", start, periods), price => price)!.Value;
            var prepaid = life with { Prepaid = [new PrepaidFee("a", "fee", periods, days.First, days.Last)] };
            var (without, with, named) = (0m, exact, new List<string>());
            for (var period = Calendar.PeriodContaining(start); period.From <= days.Last; period = Calendar.Next(period))
            {
                without += RecurringFees.Of(plan, life, Calendar, period).Sum(due => due.Amount);
                var posted = RecurringFees.Of(plan, prepaid, Calendar, period);
                with += posted.Sum(due => due.Amount);
                named.AddRange(posted.Where(due => due.Kind == "prepaid").Select(due => due.Charge));
            }

            return Math.Abs(without - with) < 0.0000000000001m && named.Order(StringComparer.Ordinal)
                .SequenceEqual(Enumerable.Range(1, periods).Select(number => PrepaidFee.NameOf("fee", number, periods)).Order(StringComparer.Ordinal));
        });

    private static BillingPeriod Period(int month)
    {
        var at = new LocalDate(2020, 3, 1).PlusMonths(month);
        return Calendar.PeriodContaining(at);
    }
}
