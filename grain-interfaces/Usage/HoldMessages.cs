// Messages of two-phase use: place a hold, capture, release or read it.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>What is to be done with a hold.</summary>
[GenerateSerializer, Alias("ob.HoldVerb")]
public enum HoldVerb
{
    /// <summary>Reserve money for an event that may happen.</summary>
    Place = 0,
    /// <summary>It happened.</summary>
    Capture = 1,
    /// <summary>It did not happen.</summary>
    Release = 2,
    /// <summary>Where does it stand?</summary>
    Read = 3,
}

/// <summary>A command on one hold.</summary>
[GenerateSerializer, Immutable, Alias("ob.HoldCommand")]
public sealed record HoldCommand
{
    /// <summary>What to do.</summary>
    [Id(0)] public required HoldVerb Verb { get; init; }
    /// <summary>The caller's id of the hold.</summary>
    [Id(1)] public required string Id { get; init; }
    /// <summary>Place: content of the event's record (billing: UsageRecord), its time being that of the request.</summary>
    [Id(2)] public byte[] Record { get; init; } = [];
    /// <summary>Place: of what the caller sent, to tell a repeat from another request.</summary>
    [Id(3)] public uint BodyHash { get; init; }
    /// <summary>Place: seconds until it ends by itself.</summary>
    [Id(4)] public int ExpiresInSeconds { get; init; }
    /// <summary>Place: above 0, less than all may be held, in whole steps of so many units.</summary>
    [Id(5)] public decimal PartialStep { get; init; }
    /// <summary>Capture: units used.</summary>
    [Id(6)] public decimal Quantity { get; init; }
    /// <summary>Capture: when they were used, µs; the proof of a late capture. Null: now.</summary>
    [Id(7)] public long? UsedMicros { get; init; }
}

/// <summary>How a command on a hold ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.HoldAnswer")]
public sealed record HoldAnswer
{
    /// <summary>Whether it was decided at all.</summary>
    [Id(0)] public required BatchState State { get; init; }
    /// <summary>billing: HoldOutcome.</summary>
    [Id(1)] public byte Outcome { get; init; }
    /// <summary>When refused: billing: UsageOutcome.</summary>
    [Id(2)] public byte Refusal { get; init; }
    /// <summary>When money is short: whose, e.g. <c>partner:nordreach</c>.</summary>
    [Id(3)] public string? LimitingLevel { get; init; }
    /// <summary>The hold as it stands; null when there is none.</summary>
    [Id(4)] public HoldView? Hold { get; init; }
}

/// <summary>A hold as it stands.</summary>
[GenerateSerializer, Immutable, Alias("ob.HoldView")]
public sealed record HoldView
{
    /// <summary>billing: HoldState.</summary>
    [Id(0)] public required byte State { get; init; }
    /// <summary>Units held.</summary>
    [Id(1)] public required decimal Quantity { get; init; }
    /// <summary>Amount held on the leg that funds the subscription (else its first leg), in that leg's plan's currency.</summary>
    [Id(2)] public required decimal Amount { get; init; }
    /// <summary>Units captured.</summary>
    [Id(3)] public required decimal CapturedQuantity { get; init; }
    /// <summary>Amount captured on the same leg.</summary>
    [Id(4)] public required decimal CapturedAmount { get; init; }
    /// <summary>When it ends by itself, µs.</summary>
    [Id(5)] public required long ExpiresMicros { get; init; }
    /// <summary>Agreement of the leg.</summary>
    [Id(6)] public required string Agreement { get; init; }
    /// <summary>Plan of the leg.</summary>
    [Id(7)] public required string Plan { get; init; }
}
