// What can be asked of a subscription about prices.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>The same grain as <see cref="ISubscriptionGrain"/>, under the same key.</summary>
[Alias("ob.ISubscriptionEnquiries")]
public interface ISubscriptionEnquiries : IGrainWithStringKey
{
    /// <summary>What an event would cost; null: there is no such subscription. Changes nothing.</summary>
    [Alias("Enquire"), AlwaysInterleave]
    Task<EnquiryAnswer?> Enquire(EnquiryCommand command, CancellationToken cancel = default);
}
