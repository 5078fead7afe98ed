// A subscription's part of backfills. Their events come as usage.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>The same grain as <see cref="ISubscriptionGrain"/>, under the same key.</summary>
[Alias("ob.ISubscriptionBackfills")]
public interface ISubscriptionBackfills : IGrainWithStringKey
{
    /// <summary>Takes back what a backfill counted, by new entries, once; from then on its events are refused.</summary>
    [Alias("Revert"), AlwaysInterleave]
    Task<BackfillReport> Revert(RevertCommand command, CancellationToken cancel = default);

    /// <summary>What stands of a backfill.</summary>
    [Alias("Backfill"), AlwaysInterleave]
    Task<BackfillReport> Backfill(string id, CancellationToken cancel = default);
}
