// Live usage of a party with many subscriptions: told by them, asked by readers.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>Adds up the usage of all subscriptions below a customer or partner, if they are many. Key: id of the party.</summary>
[Alias("ob.IUsageRollupGrain")]
public interface IUsageRollupGrain : IGrainWithStringKey
{
    /// <summary>Takes totals; of each subscription the newest count. May be repeated, may come in any order, may be lost. False: it keeps no sums.</summary>
    [Alias("Report"), AlwaysInterleave]
    Task<bool> Report(LiveTotals[] children, CancellationToken cancel = default);

    /// <summary>The sums of a period by label (null: of now, in each leg's calendar).</summary>
    [Alias("Read"), AlwaysInterleave]
    Task<RollupAnswer> Read(string? period, CancellationToken cancel = default);
}

/// <summary>Sums, or that there are none.</summary>
[GenerateSerializer, Immutable, Alias("ob.RollupAnswer")]
public sealed record RollupAnswer
{
    /// <summary>False: few subscriptions, a period too old, or not all have been heard yet: ask the subscriptions themselves.</summary>
    [Id(0)] public required bool Known { get; init; }
    /// <summary>Everything durable until then is counted, and maybe more; µs since 1970 UTC.</summary>
    [Id(1)] public long AsOfMicros { get; init; }
    /// <summary>By meter, in order.</summary>
    [Id(2)] public RollupMeterRow[] Meters { get; init; } = [];
    /// <summary>By meter, leg and charge.</summary>
    [Id(3)] public RollupLegRow[] Legs { get; init; } = [];
    /// <summary>Moves of parties that the sums know of: what was moved away by them is not in the sums.</summary>
    [Id(4)] public int Moves { get; init; }
}

/// <summary>Units of one meter, counted once however many legs there are.</summary>
[GenerateSerializer, Immutable, Alias("ob.RollupMeterRow")]
public sealed record RollupMeterRow
{
    /// <summary>Meter.</summary>
    [Id(0)] public required string Meter { get; init; }
    /// <summary>Events.</summary>
    [Id(1)] public required long Events { get; init; }
    /// <summary>Units.</summary>
    [Id(2)] public required decimal Quantity { get; init; }
}

/// <summary>What one charge of one leg came to.</summary>
[GenerateSerializer, Immutable, Alias("ob.RollupLegRow")]
public sealed record RollupLegRow
{
    /// <summary>Meter.</summary>
    [Id(0)] public required string Meter { get; init; }
    /// <summary>Agreement.</summary>
    [Id(1)] public required string Agreement { get; init; }
    /// <summary>Plan.</summary>
    [Id(2)] public required string Plan { get; init; }
    /// <summary>Charge within the plan.</summary>
    [Id(3)] public required string Charge { get; init; }
    /// <summary>Events.</summary>
    [Id(4)] public required long Count { get; init; }
    /// <summary>Units.</summary>
    [Id(5)] public required decimal Quantity { get; init; }
    /// <summary>Exact amount in the plan's currency.</summary>
    [Id(6)] public required decimal Amount { get; init; }
}
