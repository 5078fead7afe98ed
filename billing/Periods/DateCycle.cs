// A cycle of local dates: days, weeks, half months, months, quarters or years on an anchor. Calendars and fees count in the same ones.
using NodaTime;

namespace OrleansBilling.Billing.Periods;

/// <summary>Every date lies in exactly one span. Immutable.</summary>
internal sealed class DateCycle
{
    private readonly int days;
    private readonly int months;
    private readonly LocalDate origin;
    private readonly int anchorDay;
    private readonly LocalDate? irregular;

    private DateCycle(int days, int months, LocalDate origin, int anchorDay, LocalDate? irregular) =>
        (this.days, this.months, this.origin, this.anchorDay, this.irregular) = (days, months, origin, anchorDay, irregular);

    /// <summary>The 1st to the 15th, and the 16th to the month's end.</summary>
    public static DateCycle HalfMonths { get; } = new(0, 0, default, 0, null);

    /// <summary>So many days, of which one span begins at the origin.</summary>
    public static DateCycle OfDays(int length, LocalDate origin) => new(length, 0, origin, 0, null);

    /// <summary>So many months, on a day that clamps to the end of shorter months and comes back in longer ones.</summary>
    /// <param name="length">1, 3, 12.</param>
    /// <param name="origin">A date in the month in which one of them begins.</param>
    /// <param name="anchorDay">1 to 31.</param>
    /// <param name="irregular">In the month of this date it begins on this date and not on the anchor (domain 0.3, rule 29).</param>
    public static DateCycle OfMonths(int length, LocalDate origin, int anchorDay, LocalDate? irregular = null) =>
        new(0, length, origin, anchorDay, irregular);

    /// <summary>The span that a date lies in.</summary>
    public DaySpan Containing(LocalDate date) => (days, months) switch
    {
        (> 0, _) => Days(date),
        (_, > 0) => Months(date),
        _ => date.Day < 16
            ? new DaySpan(On(date, 1), On(date, 15))
            : new DaySpan(On(date, 16), date.With(DateAdjusters.EndOfMonth)),
    };

    /// <summary>The one after.</summary>
    public DaySpan Next(DaySpan span) => Containing(span.Last.PlusDays(1));

    /// <summary>The one so many before.</summary>
    public DaySpan Before(DaySpan span, int count)
    {
        for (; count > 0; count--)
            span = Containing(span.First.PlusDays(-1));
        return span;
    }

    private DaySpan Days(LocalDate date)
    {
        var first = origin.PlusDays(FloorDivide(Period.DaysBetween(origin, date), days) * days);
        return new DaySpan(first, first.PlusDays(days - 1));
    }

    private DaySpan Months(LocalDate date)
    {
        var index = FloorDivide(((date.Year - origin.Year) * 12) + date.Month - origin.Month, months);
        if (date < Start(index))
            index--;
        return new DaySpan(Start(index), Start(index + 1).PlusDays(-1));
    }

    private LocalDate Start(int index)
    {
        var month = origin.ToYearMonth().PlusMonths(index * months);
        return irregular is { } own && own.ToYearMonth() == month ? own
            : new LocalDate(month.Year, month.Month, int.Min(anchorDay, CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month)));
    }

    private static LocalDate On(LocalDate date, int day) => new(date.Year, date.Month, day);

    private static int FloorDivide(int value, int by) => (value / by) - (value % by < 0 ? 1 : 0);
}
