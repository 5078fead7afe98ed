// A calendar at work: which period an instant, a date or a label belongs to.
using System.Globalization;
using NodaTime;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.Billing.Periods;

/// <summary>
/// Monthly periods that start on the anchor day, in the calendar's zone. Immutable and free of state: keep the period that was answered last and
/// ask it <see cref="BillingPeriod.Contains"/> before asking here again.
/// </summary>
public sealed class BillingCalendar
{
    private readonly int anchorDay;

    /// <summary>From a validated definition; an unknown zone throws.</summary>
    public BillingCalendar(Calendar calendar)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calendar.AnchorDay, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(calendar.AnchorDay, 31);
        anchorDay = calendar.AnchorDay;
        Zone = DateTimeZoneProviders.Tzdb[calendar.TimeZone];
        Grace = calendar.Grace;
    }

    /// <summary>Decides all its dates.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>How long after its end a period stays open.</summary>
    public Duration Grace { get; }

    /// <summary>The period that an instant lies in.</summary>
    public BillingPeriod PeriodAt(Instant at)
    {
        var period = PeriodContaining(DateOf(at));
        // Where clocks go back over midnight, a local date comes twice and the date alone names the wrong side.
        if (at < period.Start) return Previous(period);
        return at < period.End ? period : Next(period);
    }

    /// <summary>The period that a local date lies in.</summary>
    public BillingPeriod PeriodContaining(LocalDate date)
    {
        var month = date.ToYearMonth();
        return Starting(date >= AnchorIn(month) ? month : month.PlusMonths(-1));
    }

    /// <summary>The period of a label (<c>2025-05</c>: its last day lies in May), or null when it is none.</summary>
    public BillingPeriod? PeriodOf(string label)
    {
        if (label.Length != 7 || label[4] != '-') return null;
        if (!int.TryParse(label.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)) return null;
        if (!int.TryParse(label.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var month)) return null;
        if (year is < 1900 or > 2999 || month is < 1 or > 12) return null;
        // A period that starts after the 1st ends in the month after its start.
        return Starting(new YearMonth(year, month).PlusMonths(anchorDay == 1 ? 0 : -1));
    }

    /// <summary>The one after.</summary>
    public BillingPeriod Next(BillingPeriod period) => Starting(period.From.ToYearMonth().PlusMonths(1));

    /// <summary>The one before.</summary>
    public BillingPeriod Previous(BillingPeriod period) => Starting(period.From.ToYearMonth().PlusMonths(-1));

    /// <summary>When a period may be sealed: its end and the grace.</summary>
    public Instant SealableAt(BillingPeriod period) => period.End + Grace;

    /// <summary>The local date at an instant.</summary>
    public LocalDate DateOf(Instant at) => LocalDays.At(at, Zone);

    /// <summary>The first instant of a local date.</summary>
    public Instant StartOf(LocalDate date) => LocalDays.StartOf(date, Zone);

    private BillingPeriod Starting(YearMonth month)
    {
        var from = AnchorIn(month);
        var next = AnchorIn(month.PlusMonths(1));
        var to = next.PlusDays(-1);
        var label = string.Create(CultureInfo.InvariantCulture, $"{to.Year:0000}-{to.Month:00}");
        return new BillingPeriod(label, from, to, StartOf(from), StartOf(next));
    }

    private LocalDate AnchorIn(YearMonth month) =>
        new(month.Year, month.Month, int.Min(anchorDay, CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month)));
}
