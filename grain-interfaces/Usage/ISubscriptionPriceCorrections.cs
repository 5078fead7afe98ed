// What can be said to a subscription about prices of events that it has accepted.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>The same grain as <see cref="ISubscriptionGrain"/>, under the same key.</summary>
[Alias("ob.ISubscriptionPriceCorrections")]
public interface ISubscriptionPriceCorrections : IGrainWithStringKey
{
    /// <summary>
    /// Prices events anew by new entries: all that are named, or the next slice of a window. What was corrected before stays, so the same command
    /// again changes nothing.
    /// </summary>
    [Alias("Reprice"), AlwaysInterleave]
    Task<RepriceAnswer> Reprice(RepriceCommand command, CancellationToken cancel = default);
}
