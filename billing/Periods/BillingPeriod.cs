// One billing period: half-open, in one zone, with the label that people say.
using NodaTime;

namespace OrleansBilling.Billing.Periods;

/// <summary>[Start, End) as instants; From and To are its first and last local day; the label is the month of the last day (<c>2025-05</c>).</summary>
public sealed record BillingPeriod(string Label, LocalDate From, LocalDate To, Instant Start, Instant End)
{
    /// <summary>Whether an instant lies in it.</summary>
    public bool Contains(Instant at) => Start <= at && at < End;
}
