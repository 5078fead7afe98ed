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

    /// <summary>
    /// Refunds messages of which no report came, where the agreement says so: those that were recorded long enough before the instant for which it is due
    /// (µs). A slice: how many; 0: none is left; null: nothing can be said now.
    /// </summary>
    [Alias("NoReports"), AlwaysInterleave]
    Task<int?> NoReports(long dueMicros, CancellationToken cancel = default);

    /// <summary>Takes fees that are due from wallets, and stops or resumes service by whether they pay. False: it is not known, it stays due.</summary>
    [Alias("Fees")]
    Task<bool> Fees(CancellationToken cancel = default);
}
