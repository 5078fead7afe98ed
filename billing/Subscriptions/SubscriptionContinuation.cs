// Under which name a subscription goes on that has ended because its customer was moved.
using NodaTime;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>What is sent under the old name and happened from that instant on is the new one's.</summary>
public sealed record SubscriptionContinuation
{
    /// <summary>Id of the subscription that goes on.</summary>
    public required string By { get; init; }
    /// <summary>Since when.</summary>
    public required Instant From { get; init; }
    /// <summary>When it ends, as the old one would have; null: open.</summary>
    public Instant? EndsAt { get; init; }
}
