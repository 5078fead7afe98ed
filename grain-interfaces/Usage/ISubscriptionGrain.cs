// What can be said to a subscription.
using Orleans.Concurrency;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>
/// One customer's use of a product: counts usage, refuses what is not priced or not paid for, keeps holds, seals its periods. Key: subscription id.
/// </summary>
[Alias("ob.ISubscriptionGrain")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides a batch of events in order and journals what it accepts; the answer leaves when all that it was decided on is durable. Interleaves:
    /// while one batch waits for its flush the next is decided on top of it, in one synchronous section each (architecture 3).
    /// </summary>
    [Alias("Record"), AlwaysInterleave]
    Task<UsageAnswer> Record(UsageBatch batch, CancellationToken cancel = default);

    /// <summary>Creates or replaces the subscription's definition; usage is rated by it from this answer on.</summary>
    [Alias("Define")]
    Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel = default);

    /// <summary>Durable usage by meter and leg of one period (null: the period of now, in each leg's calendar).</summary>
    [Alias("Usage"), AlwaysInterleave]
    Task<UsageReport> Usage(string? period, CancellationToken cancel = default);

    /// <summary>Seals a period of a calendar, or answers what was sealed. Batches that arrive meanwhile wait for it.</summary>
    [Alias("Seal")]
    Task<SealAnswer> Seal(SealCommand command, CancellationToken cancel = default);

    /// <summary>Places, captures, releases or reads a hold. The same command again answers the same.</summary>
    [Alias("Hold"), AlwaysInterleave]
    Task<HoldAnswer> Hold(HoldCommand command, CancellationToken cancel = default);

    /// <summary>What it holds of each wallet, durable.</summary>
    [Alias("Slices"), AlwaysInterleave]
    Task<SliceReport[]> Slices(CancellationToken cancel = default);

    /// <summary>A wallet wants back what is not spent. A hint: it may be lost; the answer is a call of the wallet's Settle.</summary>
    [Alias("Recall"), AlwaysInterleave, OneWay]
    Task Recall(RecallHint hint, CancellationToken cancel = default);
}
