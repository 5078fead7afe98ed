// Bodies and answers of two-phase use.
using NodaTime;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Holds;

/// <summary>Reserves money for an event that may happen.</summary>
public sealed record PlaceHoldRequest
{
    /// <summary>Chosen by the caller; the same id with the same content is the same hold.</summary>
    public required string Id { get; init; }
    /// <summary>What will be counted.</summary>
    public required string Meter { get; init; }
    /// <summary>How much, above 0; 1 when missing.</summary>
    public decimal Quantity { get; init; } = 1;
    /// <summary>What prices match on.</summary>
    public Dictionary<string, string> Dimensions { get; init; } = [];
    /// <summary>Seconds until it ends by itself, 1 to 86400; 60 when missing.</summary>
    public int ExpiresInSeconds { get; init; } = 60;
    /// <summary>Whether less than all may be held when there is not enough.</summary>
    public bool AllowPartial { get; init; }
    /// <summary>Units that belong together (the segments of one message): a part is a whole number of steps. 1 when missing.</summary>
    public decimal Step { get; init; } = 1;
}

/// <summary>It happened, wholly or in part.</summary>
public sealed record CaptureHoldRequest
{
    /// <summary>Units used, above 0. More than was held is checked anew.</summary>
    public required decimal Quantity { get; init; }
    /// <summary>When; the proof that lets an expired hold be captured. Now when missing.</summary>
    public Instant? UsedAt { get; init; }
}

/// <summary>A hold.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">held, captured, released, expired or late_captured.</param>
/// <param name="Quantity">Units held.</param>
/// <param name="Held">Amount held, as priced when it was placed; null when the key may not see the leg.</param>
/// <param name="CapturedQuantity">Units used.</param>
/// <param name="Captured">Amount used; null when the key may not see the leg.</param>
/// <param name="ExpiresAt">When it ends, or ended, by itself.</param>
/// <param name="LimitingLevel">When only a part is held: whose wallet did not allow more.</param>
public sealed record HoldShape(string Id, string State, string Quantity, ExactMoney? Held, string? CapturedQuantity, ExactMoney? Captured, Instant ExpiresAt,
    string? LimitingLevel);
