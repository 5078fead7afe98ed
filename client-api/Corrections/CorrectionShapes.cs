// Body and answer of corrections.
using NodaTime;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Corrections;

/// <summary>An event was wrong.</summary>
public sealed record CorrectionBody
{
    /// <summary>Chosen by the caller; the same id with the same content is the same correction.</summary>
    public required string Id { get; init; }
    /// <summary>Whose event it is.</summary>
    public required string Subscription { get; init; }
    /// <summary>The event.</summary>
    public required CorrectedEvent Corrects { get; init; }
    /// <summary>retract: it should not be there. amend: it should have said another quantity.</summary>
    public required string Action { get; init; }
    /// <summary>amend: what it should have said, above 0.</summary>
    public decimal? Quantity { get; init; }
    /// <summary>Why, for those who read the history.</summary>
    public required string Reason { get; init; }
}

/// <summary>An event by its name and time.</summary>
public sealed record CorrectedEvent
{
    /// <summary>Its source.</summary>
    public required string Source { get; init; }
    /// <summary>Its id.</summary>
    public required string Id { get; init; }
    /// <summary>Its time, as it was sent.</summary>
    public required Instant Time { get; init; }
}

/// <summary>A correction that stands, or what a delivery report led to.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">corrected; of a delivery report: refunded, charged_again, unchanged, parked (it waits for its event) or orphaned.</param>
/// <param name="Effect">What became of it; null: nothing has changed.</param>
public sealed record CorrectionShape(string Id, string Status, EffectShape? Effect);

/// <summary>Where a correction takes effect, as decided when it was made.</summary>
/// <param name="Period">Period of the event, by the first leg that the key may see.</param>
/// <param name="CarriedBy">open_period: the totals of that period, which is not sealed. next_document: a late line of the next document.</param>
/// <param name="Amounts">What changed, on the legs in which the caller sells or buys.</param>
public sealed record EffectShape(string Period, string CarriedBy, IReadOnlyList<EffectAmount> Amounts);

/// <summary>What changed on one agreement.</summary>
/// <param name="Agreement">Agreement.</param>
/// <param name="Period">Period of the event in its calendar.</param>
/// <param name="CarriedBy">open_period or next_document.</param>
/// <param name="Amount">Exact; below 0: less is owed.</param>
public sealed record EffectAmount(string Agreement, string Period, string CarriedBy, ExactMoney Amount);
