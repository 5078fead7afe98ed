// What a subscription is rated by: its dates and a rater per leg. Shared facts, resolved from definitions by whoever does I/O.
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Deliveries;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Usage;

/// <summary>The resolved terms of one subscription. Immutable.</summary>
/// <param name="Legs">In the subscription's order.</param>
/// <param name="KnownMeters">Every defined meter: tells an unknown meter from one without a price.</param>
/// <param name="Funding">What pays each leg, in the order of the legs; null: invoiced. Empty: all are.</param>
/// <param name="Version">Of the definition: what a seal was decided by can be found again.</param>
public sealed record SubscriptionTerms(string Id, Subscription Definition, IReadOnlyList<LegRater> Legs, IReadOnlySet<string> KnownMeters,
    IReadOnlyList<LegFunding?> Funding, int Version = 0)
{
    private readonly (long From, long Until, bool IsUnfunded)[] pauses = [.. ServiceLife.PausesOf(Definition)
        .Select(pause => (Micros.Of(pause.From), pause.Until is { } until ? Micros.Of(until) : long.MaxValue, pause.Reason == ServicePause.NoFunds))];

    /// <summary>Whose packages do not suffice, in refusals.</summary>
    public string Level { get; } = "subscription:" + Id;

    /// <summary>The subscription's customer and the partners above it, from below.</summary>
    public IReadOnlyList<string> Above { get; init; } = [Definition.Customer];

    /// <summary>When their states stopped service; known where a fee credits its days, and there only when a period is sealed.</summary>
    public IReadOnlyList<ServicePause> PartyPauses { get; init; } = [];

    /// <summary>Accounts of its buyers whose service balance some dunning goes by.</summary>
    public IReadOnlyList<string> Watched { get; init; } = [];

    /// <summary>What they allow now; renewed when one of them changes.</summary>
    public ServiceGate Gate { get; init; } = ServiceGate.Open;

    /// <summary>Whether any leg is paid from a wallet.</summary>
    public bool IsFunded { get; } = Funding.Any(leg => leg is not null);

    /// <summary>Whether anything is ever added to a price.</summary>
    public bool HasSurcharges { get; } = Legs.Any(leg => leg.HasSurcharges);

    /// <summary>Whether included units of months that are paid ahead are given together.</summary>
    public bool HasPools { get; } = Legs.Any(leg => leg.HasPools);

    /// <summary>Whether it matters that a message arrived: some leg is refunded when nothing is heard of it.</summary>
    public bool NeedsReports { get; } = Legs.Any(leg => DeliveryRules.IsRefundedWithoutReport(leg.Agreement.ChargePoint, leg.Agreement.NoReport));

    private readonly int[] costLegs = CostLegs(Legs);

    /// <summary>The legs in the order in which they are priced: what one's seller pays comes first.</summary>
    internal int[] PricingOrder => field ??= [.. Enumerable.Range(0, Legs.Count).OrderBy(Depth)];

    /// <summary>The leg on which this one's seller buys in the same currency, or −1: what cost-plus prices build on.</summary>
    public int CostLegOf(int leg) => costLegs[leg];

    private static int[] CostLegs(IReadOnlyList<LegRater> legs) => [.. legs.Select(leg =>
    {
        for (var other = 0; other < legs.Count; other++)
        {
            if (legs[other].Agreement.Buyer == leg.Agreement.Seller && legs[other].Currency == leg.Currency)
                return other;
        }

        return -1;
    })];

    // Bounded: parties that sell to each other have no cost of their own.
    private int Depth(int leg)
    {
        var depth = 0;
        for (var at = costLegs[leg]; at >= 0 && depth < Legs.Count; at = costLegs[at])
            depth++;
        return depth;
    }

    /// <summary>Coupons by leg; empty: there are none.</summary>
    public IReadOnlyList<IReadOnlyList<Redeemed>> Discounts { get; init; } = [];

    /// <summary>Coupons that count on a leg.</summary>
    public IReadOnlyList<Redeemed> DiscountsOf(int leg) => Discounts.Count == 0 ? [] : Discounts[leg];

    /// <summary>What pays a leg, or null.</summary>
    public LegFunding? FundingOf(int leg) => IsFunded ? Funding[leg] : null;

    /// <summary>What pays the leg of an agreement, or null.</summary>
    public LegFunding? FundingOf(string agreement)
    {
        for (var leg = 0; IsFunded && leg < Legs.Count; leg++)
        {
            if (Legs[leg].AgreementId == agreement)
                return Funding[leg];
        }

        return null;
    }

    /// <summary>First instant of service, µs.</summary>
    public long StartsAtMicros { get; } = Micros.Of(Definition.StartsAt);

    /// <summary>End of service (exclusive), µs.</summary>
    public long EndsAtMicros { get; } = ServiceLife.EndOf(Definition) is { } end ? Micros.Of(end) : long.MaxValue;

    /// <summary>Whether there is service at an instant, µs.</summary>
    public bool ServesAt(long timeMicros) => ServiceAt(timeMicros) == UsageOutcome.Accepted;

    /// <summary>The same with why there is none; <see cref="UsageOutcome.Accepted"/>: there is.</summary>
    public UsageOutcome ServiceAt(long timeMicros)
    {
        if (timeMicros < StartsAtMicros || timeMicros >= EndsAtMicros)
            return UsageOutcome.SubscriptionNotActive;
        foreach (var (from, until, isUnfunded) in pauses)
        {
            if (from <= timeMicros && timeMicros < until)
                return isUnfunded ? UsageOutcome.Unfunded : UsageOutcome.SubscriptionNotActive;
        }

        return UsageOutcome.Accepted;
    }
}

/// <summary>A leg is paid from a wallet.</summary>
/// <param name="Wallet">The wallet of the leg's buyer.</param>
/// <param name="IsUpstream">It is not the wallet that funds the subscription, but one of somebody above: its refusal has a code of its own.</param>
/// <param name="UnitMeters">For a wallet in units: the meters that count in its unit. Null: money.</param>
public sealed record LegFunding(string Wallet, bool IsUpstream, IReadOnlySet<string>? UnitMeters);
