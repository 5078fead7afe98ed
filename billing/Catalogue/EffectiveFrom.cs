// From when a plan version is valid: a local date of whichever calendar reads it, or an instant.
using NodaTime;
using OrleansBilling.Billing.Periods;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>Either a local date or an instant. The default value is neither and is refused by validation.</summary>
public readonly record struct EffectiveFrom
{
    /// <summary>A local date, read in the zone of the leg's calendar.</summary>
    public LocalDate? Date { get; init; }
    /// <summary>An instant.</summary>
    public Instant? Instant { get; init; }

    /// <summary>The instant in a zone.</summary>
    public Instant In(DateTimeZone zone) => Instant ?? LocalDays.StartOf(Date!.Value, zone);
}
