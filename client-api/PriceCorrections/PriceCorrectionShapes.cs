// Body and answers of price corrections.
using NodaTime;
using OrleansBilling.ClientApi.Corrections;

namespace OrleansBilling.ClientApi.PriceCorrections;

/// <summary>Usage was priced wrongly: either events are named with their final prices, or a window is priced anew by a version of its plan.</summary>
public sealed record PriceCorrectionBody
{
    /// <summary>Chosen by the caller; the same id with the same content is the same price correction.</summary>
    public required string Id { get; init; }
    /// <summary>Why, for those who read the history.</summary>
    public required string Reason { get; init; }
    /// <summary>Whose usage it is. With a window it may be left out: all subscriptions with a leg on the agreement.</summary>
    public string? Subscription { get; init; }
    /// <summary>Events of the subscription and what each costs for good.</summary>
    public FinalPrice[]? Prices { get; init; }
    /// <summary>Usage that another version of the plan should have priced.</summary>
    public WindowBody? Window { get; init; }
}

/// <summary>What a vendor says that an event costs on one leg. Exactly one of the prices.</summary>
public sealed record FinalPrice
{
    /// <summary>The event.</summary>
    public required CorrectedEvent Event { get; init; }
    /// <summary>Agreement of the leg.</summary>
    public required string Agreement { get; init; }
    /// <summary>Price of a unit, in the currency of the leg's plan.</summary>
    public decimal? UnitPrice { get; init; }
    /// <summary>Price of all its units.</summary>
    public decimal? Amount { get; init; }
}

/// <summary>Usage by its own time, meter and dimensions.</summary>
public sealed record WindowBody
{
    /// <summary>Agreement of the legs.</summary>
    public required string Agreement { get; init; }
    /// <summary>Plan of the legs.</summary>
    public required string Plan { get; init; }
    /// <summary>Number of the plan's version that should have priced it.</summary>
    public required int PlanVersion { get; init; }
    /// <summary>First instant.</summary>
    public required Instant From { get; init; }
    /// <summary>End, exclusive.</summary>
    public required Instant To { get; init; }
    /// <summary>Meter; left out: every one.</summary>
    public string? Meter { get; init; }
    /// <summary>Dimensions that must have these values.</summary>
    public Dictionary<string, string>? Match { get; init; }
}

/// <summary>A price correction and what it has come to.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why it was made.</param>
/// <param name="State">running: goes on by itself. done: nothing is left.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Subscriptions">Subscriptions that are concerned, as far as they are known.</param>
/// <param name="SubscriptionsDone">How many of them are done.</param>
/// <param name="Corrected">Events whose price was corrected.</param>
/// <param name="NotPriced">Events of the window that no charge of the version prices: they stay as they are.</param>
/// <param name="Stopped">Subscriptions that remember as many corrections as they may, and stopped there.</param>
/// <param name="Effects">What changed, by agreement and period.</param>
/// <param name="Results">What became of each named price, in order.</param>
public sealed record PriceCorrectionShape(string Id, string Reason, string State, Instant CreatedAt, int Subscriptions, int SubscriptionsDone, int Corrected,
    int NotPriced, IReadOnlyList<string> Stopped, IReadOnlyList<EffectAmount> Effects, IReadOnlyList<PriceResult>? Results);

/// <summary>A price correction in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reason">Why it was made.</param>
/// <param name="State">running or done.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record PriceCorrectionListed(string Id, string Reason, string State, Instant CreatedAt);

/// <summary>What became of a named price.</summary>
/// <param name="Source">Source of the event.</param>
/// <param name="Id">Its id.</param>
/// <param name="Agreement">Agreement of the leg.</param>
/// <param name="Status">corrected, unchanged, or why not: unknown_event, other_time, too_late, already_retracted, conflict, refused.</param>
public sealed record PriceResult(string Source, string Id, string Agreement, string Status);

/// <summary>What a subscription has come to, as it is kept.</summary>
/// <param name="Outcomes">Of the named prices, in order.</param>
internal sealed record PartReport(int Corrected, int NotPriced, bool IsFull, IReadOnlyList<PartEffect> Effects, IReadOnlyList<int>? Outcomes = null);

/// <summary>What changed on one agreement and period of a subscription.</summary>
internal sealed record PartEffect(string Agreement, string Plan, string Period, bool Late, decimal Amount);
