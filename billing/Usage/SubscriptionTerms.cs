// What a subscription is rated by: its dates and a rater per leg. Shared facts, resolved from definitions by whoever does I/O.
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Usage;

/// <summary>The resolved terms of one subscription. Immutable.</summary>
/// <param name="Legs">In the subscription's order.</param>
/// <param name="KnownMeters">Every defined meter: tells an unknown meter from one without a price.</param>
public sealed record SubscriptionTerms(string Id, Subscription Definition, IReadOnlyList<LegRater> Legs, IReadOnlySet<string> KnownMeters)
{
    /// <summary>First instant of service, µs.</summary>
    public long StartsAtMicros { get; } = Micros.Of(Definition.StartsAt);

    /// <summary>End of service (exclusive), µs.</summary>
    public long EndsAtMicros { get; } = Definition.EndsAt is { } end ? Micros.Of(end) : long.MaxValue;
}
