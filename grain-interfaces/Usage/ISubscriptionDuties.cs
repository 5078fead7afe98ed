// What a subscription does when nobody calls it.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>The same grain as <see cref="ISubscriptionGrain"/>, under the same key.</summary>
[Alias("ob.ISubscriptionDuties")]
public interface ISubscriptionDuties : IGrainWithStringKey
{
    /// <summary>Tells wallets what was forced and refunded and what they may not have heard. False: not all have, it stays due.</summary>
    [Alias("Work"), AlwaysInterleave]
    Task<bool> Work(CancellationToken cancel = default);
}
