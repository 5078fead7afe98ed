// What can be said to a wallet.
using Orleans.Concurrency;
using OrleansBilling.GrainInterfaces.Definitions;

namespace OrleansBilling.GrainInterfaces.Wallets;

/// <summary>
/// Money or units of a party. It hands slices to its children (subscriptions, and wallets inside it), who spend them without asking: what it has
/// handed out never exceeds what was paid in plus its limit (architecture 4). Key: wallet id.
/// </summary>
[Alias("ob.IWalletGrain")]
public interface IWalletGrain : IGrainWithStringKey
{
    /// <summary>Creates or replaces the wallet's definition.</summary>
    [Alias("Define")]
    Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel = default);

    /// <summary>Hands a slice to a child. Durable before it is answered; asking for the same number again answers the same slice.</summary>
    [Alias("Draw"), AlwaysInterleave]
    Task<DrawAnswer> Draw(DrawCommand command, CancellationToken cancel = default);

    /// <summary>A child says what it has given back and what it was forced to spend. Totals, so that repeats and late arrivals change nothing.</summary>
    [Alias("Settle"), AlwaysInterleave]
    Task Settle(SliceReport report, CancellationToken cancel = default);

    /// <summary>The wallet it lies in wants back what is not spent of slices up to a number. A hint: it may be lost.</summary>
    [Alias("Recall"), AlwaysInterleave, OneWay]
    Task Recall(RecallHint hint, CancellationToken cancel = default);

    /// <summary>
    /// Pays in; also the other end of a transfer, told again and again until it is done. The same reference again changes nothing; with another
    /// body it is a conflict.
    /// </summary>
    [Alias("TopUp"), AlwaysInterleave]
    Task<WalletAnswer> TopUp(TopUpCommand command, CancellationToken cancel = default);

    /// <summary>Pays out of this wallet into another one.</summary>
    [Alias("Transfer"), AlwaysInterleave]
    Task<WalletAnswer> Transfer(TransferCommand command, CancellationToken cancel = default);

    /// <summary>Where it stands; on request with what each child holds, which is what the fan-out of an exact reading begins with.</summary>
    [Alias("Balance"), AlwaysInterleave]
    Task<WalletBalance> Balance(bool withChildren, CancellationToken cancel = default);
}
