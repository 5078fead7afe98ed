// Which cycle of dates a calendar's definition means.
using NodaTime;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.Billing.Periods;

/// <summary>
/// <c>fixed</c>: weeks begin on the anchor day counted from Monday, months on the anchor day, quarters and years in January. <c>created</c>: everything
/// begins with the date from which the calendar counts. <c>day_28</c> puts anchors after the 28th on the 28th; the first period then runs from
/// its creation to the next 28th (domain 0.3, rule 29), and the one before it up to there.
/// </summary>
internal static class CalendarCycles
{
    /// <summary>Lengths that a period can have.</summary>
    public static IReadOnlyList<string> Lengths { get; } = ["day", "week", "semi_month", "month", "quarter", "year", "thirty_days"];

    private static readonly LocalDate Monday = new(1970, 1, 5);
    private static readonly LocalDate January = new(1970, 1, 1);

    public static DateCycle Of(Calendar calendar)
    {
        LocalDate? created = calendar.Anchor == "created"
            ? calendar.CreatedOn ?? throw new ArgumentException("A calendar that counts from its creation has no date.", nameof(calendar))
            : null;
        return calendar.Every switch
        {
            "day" => DateCycle.OfDays(1, January),
            "week" => DateCycle.OfDays(7, created ?? Monday.PlusDays(calendar.AnchorDay - 1)),
            "thirty_days" => DateCycle.OfDays(30, created ?? January),
            "semi_month" => DateCycle.HalfMonths,
            "quarter" => Months(3, created, calendar),
            "year" => Months(12, created, calendar),
            _ => Months(1, created, calendar),
        };
    }

    private static DateCycle Months(int length, LocalDate? created, Calendar calendar)
    {
        var day = created?.Day ?? calendar.AnchorDay;
        return calendar.Overflow == "day_28" && day > 28
            ? DateCycle.OfMonths(length, created ?? January, 28, created)
            : DateCycle.OfMonths(length, created ?? January, day);
    }
}
