// Messages of corrections: an event that should not be there, or that should have said another quantity.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>One correction of one event.</summary>
[GenerateSerializer, Immutable, Alias("ob.CorrectionCommand")]
public sealed record CorrectionCommand
{
    /// <summary>The caller's id of the correction.</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Source of the event.</summary>
    [Id(1)] public required string Source { get; init; }
    /// <summary>Id of the event.</summary>
    [Id(2)] public required string EventId { get; init; }
    /// <summary>Time of the event, µs.</summary>
    [Id(3)] public required long TimeMicros { get; init; }
    /// <summary>What it should have said; null: it is retracted.</summary>
    [Id(4)] public decimal? Quantity { get; init; }
    /// <summary>Why.</summary>
    [Id(5)] public required string Reason { get; init; }
    /// <summary>What a delivery report says of the message (an SMPP message state); then <see cref="Id"/> is the report's.</summary>
    [Id(6)] public string? Delivery { get; init; }
    /// <summary>With <see cref="Delivery"/>: the message's id, when that names the events instead of <see cref="Source"/>, <see cref="EventId"/> and
    /// time.</summary>
    [Id(7)] public string? MessageId { get; init; }
    /// <summary>With <see cref="MessageId"/>: only this part of the message; null: all its events.</summary>
    [Id(8)] public string? Part { get; init; }
}

/// <summary>How a correction ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.CorrectionAnswer")]
public sealed record CorrectionAnswer
{
    /// <summary>Whether it was decided at all.</summary>
    [Id(0)] public required BatchState State { get; init; }
    /// <summary>billing: CorrectionOutcome.</summary>
    [Id(1)] public byte Outcome { get; init; }
    /// <summary>When refused: billing: UsageOutcome.</summary>
    [Id(2)] public byte Refusal { get; init; }
    /// <summary>When money is short: whose, e.g. <c>partner:nordreach</c>.</summary>
    [Id(3)] public string? LimitingLevel { get; init; }
    /// <summary>What it changed, by agreement; the first leg first.</summary>
    [Id(4)] public CorrectionEffect[] Effects { get; init; } = [];
}

/// <summary>What a correction changed on one agreement.</summary>
[GenerateSerializer, Immutable, Alias("ob.CorrectionEffect")]
public sealed record CorrectionEffect
{
    /// <summary>Agreement of the leg.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Plan of the leg.</summary>
    [Id(1)] public required string Plan { get; init; }
    /// <summary>Period of the event.</summary>
    [Id(2)] public required string Period { get; init; }
    /// <summary>Whether the period was sealed before: the next document carries the effect.</summary>
    [Id(3)] public required bool Late { get; init; }
    /// <summary>Exact, in the plan's currency; below 0: less is owed.</summary>
    [Id(4)] public required decimal Amount { get; init; }
}
