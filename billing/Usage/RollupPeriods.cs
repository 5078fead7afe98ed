// Which periods a rollup answers for: the last months, so that what it keeps of a subscription stays small.
using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>By label, which is the month of a period's last day whatever the calendar.</summary>
public static class RollupPeriods
{
    private const int MonthsBack = 3;
    private const int MonthsAhead = 1;

    /// <summary>The labels, oldest first. Ahead: the period of an anchor day in the middle of a month ends in the next one.</summary>
    public static IEnumerable<string> Labels(Instant now)
    {
        var month = now.InUtc().Date;
        return Enumerable.Range(-MonthsBack, MonthsBack + MonthsAhead + 1).Select(offset => Label(month.PlusMonths(offset)));
    }

    /// <summary>Whether sums hold all usage of a period. Those of later months do, too.</summary>
    public static bool Covers(string label, Instant now) => LocalDatePattern.Iso.Parse(label) is { Success: true } first
        // Named by its first day: while no total of it can be archived, since archives answer months.
        ? Period.DaysBetween(first.Value, now.InUtc().Date) < Limits.IdRetention.Days
        : string.CompareOrdinal(label, Label(now.InUtc().Date.PlusMonths(-MonthsBack))) >= 0;

    private static string Label(LocalDate date) => string.Create(CultureInfo.InvariantCulture, $"{date.Year:0000}-{date.Month:00}");
}
