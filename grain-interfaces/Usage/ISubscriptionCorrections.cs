// What can be said to a subscription about events that it has accepted.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>The same grain as <see cref="ISubscriptionGrain"/>, under the same key.</summary>
[Alias("ob.ISubscriptionCorrections")]
public interface ISubscriptionCorrections : IGrainWithStringKey
{
    /// <summary>Retracts or amends an event by a new entry. The same command again answers the same.</summary>
    [Alias("Correct"), AlwaysInterleave]
    Task<CorrectionAnswer> Correct(CorrectionCommand command, CancellationToken cancel = default);
}
