// Messages of usage: packed records in, one outcome per event out, and live figures.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>Events of one subscription in their packed form (billing: UsageRecord), in the order in which they were sent.</summary>
[GenerateSerializer, Immutable, Alias("ob.UsageBatch")]
public sealed record UsageBatch
{
    /// <summary>Packed records, one after the other. Stays untouched until the call has completed.</summary>
    [Id(0)] public required ReadOnlyMemory<byte> Records { get; init; }
    /// <summary>How many.</summary>
    [Id(1)] public required int Count { get; init; }
}

/// <summary>Outcome of each event, in order (billing: UsageOutcome).</summary>
[GenerateSerializer, Immutable, Alias("ob.UsageAnswer")]
public sealed record UsageAnswer
{
    /// <summary>One byte per event.</summary>
    [Id(0)] public required byte[] Outcomes { get; init; }
    /// <summary>How the whole batch ended.</summary>
    [Id(1)] public required BatchState State { get; init; }
    /// <summary>Events that were refused for want of money, and whose.</summary>
    [Id(2)] public LimitedEvent[] Limited { get; init; } = [];
}

/// <summary>An event that somebody's wallet did not allow.</summary>
[GenerateSerializer, Immutable, Alias("ob.LimitedEvent")]
public sealed record LimitedEvent
{
    /// <summary>Position in the batch.</summary>
    [Id(0)] public required int Index { get; init; }
    /// <summary>Whose wallet has too little, e.g. <c>partner:nordreach</c>.</summary>
    [Id(1)] public required string Level { get; init; }
}

/// <summary>Whether a batch was decided at all.</summary>
[GenerateSerializer, Alias("ob.BatchState")]
public enum BatchState
{
    /// <summary>Every outcome stands and is durable.</summary>
    Decided = 0,
    /// <summary>Nothing was taken: the process has no room. Send again later.</summary>
    Overloaded = 1,
    /// <summary>Nothing was taken: the store is away. Send again later.</summary>
    Unavailable = 2,
    /// <summary>Nothing was taken: another activation owns the subscription; the caller may repeat at once.</summary>
    Moved = 3,
    /// <summary>Maybe taken: send again with the same ids.</summary>
    Unknown = 4,
    /// <summary>Nothing was taken: the subscription's journal is damaged and parked until somebody has looked.</summary>
    Parked = 5,
}

/// <summary>Usage of one subscription in one period.</summary>
[GenerateSerializer, Immutable, Alias("ob.UsageReport")]
public sealed record UsageReport
{
    /// <summary>False: no such subscription.</summary>
    [Id(0)] public required bool Exists { get; init; }
    /// <summary>µs since 1970 UTC: everything durable until then is counted.</summary>
    [Id(1)] public required long AsOfMicros { get; init; }
    /// <summary>One row per leg, charge, price version and period.</summary>
    [Id(2)] public required UsageRow[] Rows { get; init; }
}

/// <summary>A running total.</summary>
[GenerateSerializer, Immutable, Alias("ob.UsageRow")]
public readonly record struct UsageRow
{
    /// <summary>Agreement of the leg.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Meter.</summary>
    [Id(1)] public required string Meter { get; init; }
    /// <summary>Charge within the plan.</summary>
    [Id(2)] public required string Charge { get; init; }
    /// <summary>Label of the period.</summary>
    [Id(3)] public required string Period { get; init; }
    /// <summary>Events.</summary>
    [Id(4)] public required long Count { get; init; }
    /// <summary>Units.</summary>
    [Id(5)] public required decimal Quantity { get; init; }
    /// <summary>Exact amount in the plan's currency.</summary>
    [Id(6)] public required decimal Amount { get; init; }
    /// <summary>Plan of the leg.</summary>
    [Id(7)] public required string Plan { get; init; }
    /// <summary>First instant of the period, µs; 0 with <see cref="EndMicros"/> for a total that is archived.</summary>
    [Id(8)] public long StartMicros { get; init; }
    /// <summary>End of the period (exclusive), µs.</summary>
    [Id(9)] public long EndMicros { get; init; }
}
