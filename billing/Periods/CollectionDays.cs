// The days of a calendar on which money is asked for and paid on: charge day, retries, payout day.
using NodaTime;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.Billing.Periods;

/// <summary>Everything happens at the first instant of its local day (domain 1.2, cycle).</summary>
public static class CollectionDays
{
    /// <summary>Days after the first charge on which a declined one is tried again (domain 1.2).</summary>
    public static IReadOnlyList<int> RetryDays { get; } = [3, 7, 14];

    /// <summary>When what a period leaves outstanding is to be charged: of one that ends on 24 May, by charge day 2, on 2 June. Null: never.</summary>
    public static Instant? ChargeAt(Calendar calendar, LocalDate periodTo) =>
        calendar.ChargeDay is { } day ? LocalDays.StartOf(DayIn(periodTo.ToYearMonth().PlusMonths(1), day), ZoneOf(calendar)) : null;

    /// <summary>The next of the days on which a declined charge is tried again by itself; null: there is none.</summary>
    /// <param name="first">When it was first to be charged.</param>
    /// <param name="declined">When the newest try was declined, whenever it fell due and whoever asked for it.</param>
    /// <param name="zone">The calendar's.</param>
    public static Instant? RetryAt(Instant first, Instant declined, DateTimeZone zone)
    {
        var day = LocalDays.At(first, zone);
        return RetryDays.Select(days => (Instant?)LocalDays.StartOf(day.PlusDays(days), zone)).FirstOrDefault(at => at > declined);
    }

    /// <summary>The first payout after an instant.</summary>
    public static Instant NextPayout(Calendar calendar, Instant after)
    {
        if (calendar.PayoutDay is not { } day) return new BillingCalendar(calendar).PeriodAt(after).End;
        var zone = ZoneOf(calendar);
        var month = LocalDays.At(after, zone).ToYearMonth();
        var thisMonth = LocalDays.StartOf(DayIn(month, day), zone);
        return thisMonth > after ? thisMonth : LocalDays.StartOf(DayIn(month.PlusMonths(1), day), zone);
    }

    /// <summary>The period that a payout is named after: the newest that has ended by then.</summary>
    public static BillingPeriod PayoutPeriod(Calendar calendar, Instant payout)
    {
        var periods = new BillingCalendar(calendar);
        return periods.Previous(periods.PeriodAt(payout));
    }

    private static LocalDate DayIn(YearMonth month, int day) =>
        month.OnDayOfMonth(int.Min(day, CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month)));

    private static DateTimeZone ZoneOf(Calendar calendar) => DateTimeZoneProviders.Tzdb[calendar.TimeZone];
}
