// A calendar at work: which period an instant, a date or a label belongs to.
using System.Globalization;
using NodaTime;
using OrleansBilling.Billing.Json;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.Billing.Periods;

/// <summary>
/// Periods that tile time in the calendar's zone. Immutable and free of state: keep the period that was answered last and
/// ask it <see cref="BillingPeriod.Contains"/> before asking here again.
/// </summary>
public sealed class BillingCalendar
{
    private readonly DateCycle cycle;

    /// <summary>From a validated definition; an unknown zone throws.</summary>
    public BillingCalendar(Calendar calendar)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(calendar.AnchorDay, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(calendar.AnchorDay, 31);
        cycle = CalendarCycles.Of(calendar);
        Every = calendar.Every;
        Zone = DateTimeZoneProviders.Tzdb[calendar.TimeZone];
        Grace = calendar.Grace;
    }

    /// <summary>Decides all its dates.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>How long after its end a period stays open.</summary>
    public Duration Grace { get; }

    /// <summary>Length of its periods.</summary>
    internal string Every { get; }

    /// <summary>Its periods as dates.</summary>
    internal DateCycle Cycle => cycle;

    private bool IsMonthly => Every == "month";

    /// <summary>The period that an instant lies in.</summary>
    public BillingPeriod PeriodAt(Instant at)
    {
        var period = PeriodContaining(DateOf(at));
        // Where clocks go back over midnight, a local date comes twice and the date alone names the wrong side.
        if (at < period.Start) return Previous(period);
        return at < period.End ? period : Next(period);
    }

    /// <summary>The period that a local date lies in.</summary>
    public BillingPeriod PeriodContaining(LocalDate date) => Of(cycle.Containing(date));

    /// <summary>
    /// The period of a label, or null when it is none. Months are named by their last day (<c>2025-05</c> from 25 April, too), all others by their first
    /// (domain 0.3, rule 14).
    /// </summary>
    public BillingPeriod? PeriodOf(string label)
    {
        if (IsMonthly)
            return MonthOf(label) is { } first ? PeriodContaining(first) : null;
        if (!LocalDateAsIso.TryParse(label, out var date, out _))
            return null;
        var period = PeriodContaining(date);
        return period.From == date && period.Start < period.End ? period : null;
    }

    /// <summary>The one after.</summary>
    public BillingPeriod Next(BillingPeriod period)
    {
        // A day that the zone skipped is no period.
        do period = PeriodContaining(period.To.PlusDays(1));
        while (period.Start == period.End);
        return period;
    }

    /// <summary>The one before.</summary>
    public BillingPeriod Previous(BillingPeriod period)
    {
        do period = PeriodContaining(period.From.PlusDays(-1));
        while (period.Start == period.End);
        return period;
    }

    /// <summary>When a period may be sealed: its end and the grace.</summary>
    public Instant SealableAt(BillingPeriod period) => period.End + Grace;

    /// <summary>The local date at an instant.</summary>
    public LocalDate DateOf(Instant at) => LocalDays.At(at, Zone);

    /// <summary>The first instant of a local date.</summary>
    public Instant StartOf(LocalDate date) => LocalDays.StartOf(date, Zone);

    private BillingPeriod Of(DaySpan span)
    {
        var named = IsMonthly ? string.Create(CultureInfo.InvariantCulture, $"{span.Last.Year:0000}-{span.Last.Month:00}")
            : span.First.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);
        return new BillingPeriod(named, span.First, span.Last, StartOf(span.First), StartOf(span.Last.PlusDays(1)));
    }

    // In every month one period begins, so the one that holds the 1st is the one that ends in it.
    private static LocalDate? MonthOf(string label)
    {
        if (label.Length != 7 || label[4] != '-') return null;
        if (!int.TryParse(label.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year)) return null;
        if (!int.TryParse(label.AsSpan(5, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var month)) return null;
        return year is < 1900 or > 2999 || month is < 1 or > 12 ? null : new LocalDate(year, month, 1);
    }
}
