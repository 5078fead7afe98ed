// Which usage is asked for: of a period by label, of the periods of now, or of days by the events' own time.
using NodaTime;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Usage;

/// <summary>Local dates, both inclusive, in the zone of each leg's calendar.</summary>
public sealed record UsageDates(LocalDate From, LocalDate To);

/// <summary>A question of usage. Without a label and dates: the period that <see cref="AtMicros"/> lies in, each leg's own.</summary>
/// <param name="Label">Period by label.</param>
/// <param name="Dates">Days; then <paramref name="Zones"/> knows every calendar.</param>
/// <param name="Zones">Zone by calendar.</param>
public sealed record UsageWindow(string? Label, UsageDates? Dates, long AtMicros, IReadOnlyDictionary<string, DateTimeZone> Zones)
{
    /// <summary>When events count at all, whatever their period; null: always.</summary>
    public IReadOnlyList<InstantSpan>? When { get; init; }

    /// <summary>Whether an event of this time may count.</summary>
    public bool Admits(long timeMicros) => When is null || When.Any(span => span.Contains(Micros.Instant(timeMicros)));

    /// <summary>From when and until when (exclusive) events of a total count, µs; null: none do.</summary>
    public (long From, long Until)? Of(CellIdentity identity)
    {
        var (start, end) = (Micros.Of(identity.Period.Start), Micros.Of(identity.Period.End));
        if (Dates is { } dates)
        {
            var zone = Zones[identity.Calendar];
            start = Math.Max(start, Micros.Of(LocalDays.StartOf(dates.From, zone)));
            end = Math.Min(end, Micros.Of(LocalDays.StartOf(dates.To.PlusDays(1), zone)));
            return start < end ? (start, end) : null;
        }

        // All of a period: what its totals count, whatever the event's time says.
        var counts = Label is null ? start <= AtMicros && AtMicros < end : identity.Period.Label == Label;
        return counts ? (long.MinValue, long.MaxValue) : null;
    }
}
