// A wallet: hands out slices, takes them back, is paid into.
using OrleansBilling.Billing.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Definitions;

namespace OrleansBilling.Grains.Wallets;

/// <summary>Owns one stream.</summary>
[GrainType("wallet")]
public sealed class WalletGrain(Catalogue catalogue, DefinitionWriter writer, BillingClock clock) : Grain, IWalletGrain
{
    private string Id => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel) => writer.Write(command, cancel);

    /// <inheritdoc/>
    public Task<DrawAnswer> Draw(DrawCommand command, CancellationToken cancel) => Task.FromResult(new DrawAnswer { State = DrawState.Unavailable });

    /// <inheritdoc/>
    public Task Settle(SliceReport report, CancellationToken cancel) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Recall(RecallHint hint, CancellationToken cancel) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<WalletAnswer> TopUp(TopUpCommand command, CancellationToken cancel) => Unavailable();

    /// <inheritdoc/>
    public Task<WalletAnswer> Transfer(TransferCommand command, CancellationToken cancel) => Unavailable();

    /// <inheritdoc/>
    public async Task<WalletBalance> Balance(bool withChildren, CancellationToken cancel)
    {
        var wallet = await catalogue.Find<Billing.Wallets.Wallet>(Billing.Catalogue.DefinitionKinds.Wallet, Id, cancel);
        var now = clock.Now;
        var limit = wallet?.TemporaryLimit is { } temporary && now < temporary.Until ? temporary.Amount : wallet?.CreditLimit ?? 0;
        return new WalletBalance { Exists = wallet is not null, AsOfMicros = Micros.Of(now), Posted = 0, Held = 0, CreditLimit = limit, Available = limit,
            Forced = 0 };
    }

    private static Task<WalletAnswer> Unavailable() => Task.FromResult(new WalletAnswer { Outcome = WalletOutcome.Unavailable });
}
