// Who counts usage, as those see it who add it up.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>A subscription's totals. Key: subscription id.</summary>
[Alias("ob.IUsageSource")]
public interface IUsageSource : IGrainWithStringKey
{
    /// <summary>
    /// Durable totals of the periods that a rollup answers for, with the version up to which they hold. Who knows of a newer version of the stream says so
    /// (<paramref name="atLeast"/>; 0: nothing is known): an activation that another one has overtaken then ends, and the next call finds one that has read it.
    /// </summary>
    [Alias("Totals"), AlwaysInterleave]
    Task<LiveTotals> Totals(long atLeast, CancellationToken cancel = default);
}

/// <summary>Totals of one subscription.</summary>
[GenerateSerializer, Immutable, Alias("ob.LiveTotals")]
public sealed record LiveTotals
{
    /// <summary>Subscription.</summary>
    [Id(0)] public required string Subscription { get; init; }
    /// <summary>All rows of its stream up to this one are counted, and maybe some after it.</summary>
    [Id(1)] public required long Version { get; init; }
    /// <summary>One row per leg, charge, price version and period.</summary>
    [Id(2)] public required UsageRow[] Rows { get; init; }
}
