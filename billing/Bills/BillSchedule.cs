// When a recurring bill falls due: day, week, 1st and 15th, month, year.
using NodaTime;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Bills;

/// <summary>
/// Due instants of a recurring bill, counted from 0, in the zone of the calendar that invoices them. They keep the local time of the first. A month keeps
/// the day of the first and clamps to the month's end: the 31st is the 28th of February and the 31st again.
/// </summary>
/// <param name="Every"><c>day</c>, <c>week</c>, <c>semi_month</c>, <c>month</c> or <c>year</c>.</param>
/// <param name="Frequency">Every how many of these.</param>
/// <param name="Cycles">How many there are; null: endless.</param>
/// <param name="StartsAt">The first; of semi_month, the first is the 1st or 15th that is not before it.</param>
public sealed record BillSchedule(string Every, int Frequency, int? Cycles, Instant StartsAt)
{
    private const int SecondHalf = 15;

    /// <summary>The instant of one of them; null beyond the last.</summary>
    public Instant? At(int number, DateTimeZone zone)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        if (number >= Cycles) return null;
        var (date, time) = StartsAt.InZone(zone).LocalDateTime;
        var steps = number * Frequency;
        var on = Every switch
        {
            "day" => date.PlusDays(steps),
            "week" => date.PlusWeeks(steps),
            "semi_month" => Half(date, number),
            "month" => date.PlusMonths(steps),
            "year" => date.PlusYears(steps),
            _ => throw new ArgumentException($"\"{Every}\" is no period of a bill.", nameof(Every)),
        };
        // The first is exactly when it was said to be, also in an hour that comes twice.
        return on == date ? StartsAt : Lenient(on.At(time), zone);
    }

    /// <summary>Those that have fallen due by now, of which some have been done; at most so many.</summary>
    public IEnumerable<(int Number, Instant At)> Due(int done, Instant now, DateTimeZone zone, int most = Limits.BillsCaughtUpMax)
    {
        for (var number = done; number < done + most && At(number, zone) is { } at && at <= now; number++)
            yield return (number, at);
    }

    private static LocalDate Half(LocalDate date, int number)
    {
        var month = date.ToYearMonth();
        // Halves counted from the month's 1st.
        var first = date.Day == 1 ? 0 : date.Day <= SecondHalf ? 1 : 2;
        var half = first + number;
        return month.PlusMonths(half / 2).OnDayOfMonth(half % 2 == 0 ? 1 : SecondHalf);
    }

    // An hour that is skipped is taken at its end, and a day that is skipped (Apia, 2011) at the beginning of the next.
    private static Instant Lenient(LocalDateTime local, DateTimeZone zone)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();
    }
}
