// A wallet: reads the clock, decides with billing/, appends, answers when durable.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Definitions;

namespace OrleansBilling.Grains.Wallets;

/// <summary>
/// Owns one stream. Everything that moves money interleaves: each decision is one synchronous section (<see cref="WalletActivation"/>), and what it
/// was decided on is durable before it is answered.
/// </summary>
[GrainType("wallet")]
public sealed class WalletGrain : Grain, IWalletGrain, IWalletDuties
{
    private readonly DefinitionWriter writer;
    private readonly ILogger<WalletGrain> log;
    private readonly WalletActivation wallet;
    private readonly ParentPurse parent;
    private readonly WalletSlices slices;
    private readonly WalletPayments payments;
    private readonly WalletBookkeeping books;
    private readonly WalletTopUps topUps;

    /// <summary>Its parts share one activation.</summary>
    public WalletGrain(WalletServices services)
    {
        (writer, log) = (services.Writer, services.Log);
        wallet = new WalletActivation(this.GetPrimaryKeyString(), services, DeactivateOnIdle);
        parent = new ParentPurse(wallet, GrainFactory, log);
        var recalls = new RecallRound(services.Clock.Time, GrainFactory, wallet);
        wallet.Closing = recalls.End;
        slices = new WalletSlices(wallet, parent, recalls, services.Crash);
        books = new WalletBookkeeping(wallet, services, GrainFactory);
        wallet.Booking = books.Tell;
        payments = new WalletPayments(wallet, services, books, slices, GrainFactory);
        topUps = new WalletTopUps(wallet, services, payments, GrainFactory);
        wallet.Asking = topUps.Tell;
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await wallet.Load(cancellationToken);
        this.RegisterGrainTimer(_ => Tick(), new GrainTimerCreationOptions(WalletSlices.FirstTick(wallet.Id), Limits.WalletTick) { Interleave = true });
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        wallet.Leave();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<DefineAnswer> Define(DefineCommand command, CancellationToken cancel)
    {
        if (books.OfOthers(command) is { } refused)
            return refused;
        var answer = await writer.Write(command, cancel);
        if (answer.Outcome is DefineOutcome.Created or DefineOutcome.Replaced)
        {
            await payments.Redefined(cancel);
            await topUps.TakeRule();
        }

        return answer;
    }

    /// <inheritdoc/>
    public async Task<DrawAnswer> Draw(DrawCommand command, CancellationToken cancel)
    {
        try
        {
            return await slices.Draw(command, cancel);
        }
        catch (Exception fault) when (fault is WalletUnavailableException or TimeoutException or OrleansException)
        {
            return new DrawAnswer { State = DrawState.Unavailable };
        }
        catch (InvalidOperationException fault)
        {
            if (await wallet.IsBehind())
                return new DrawAnswer { State = DrawState.Unavailable };
            WalletLog.Damaged(log, fault, wallet.Id, command.Child);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task Settle(SliceReport report, CancellationToken cancel)
    {
        try
        {
            await slices.Settle(report);
        }
        catch (InvalidOperationException fault)
        {
            if (await wallet.IsBehind())
                throw new WalletUnavailableException($"Wallet {wallet.Id} goes on in another activation.");
            WalletLog.Damaged(log, fault, wallet.Id, report.Child);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task Recall(RecallHint hint, CancellationToken cancel) => slices.Recall(hint);

    /// <inheritdoc/>
    public Task<WalletAnswer> TopUp(TopUpCommand command, CancellationToken cancel) => WalletPayments.OrUnavailable(payments.TopUp(command));

    /// <inheritdoc/>
    public Task Await(string child, CancellationToken cancel) => payments.Await(child, cancel);

    /// <inheritdoc/>
    public Task<WalletAnswer> Transfer(TransferCommand command, CancellationToken cancel) => WalletPayments.OrUnavailable(payments.Transfer(command, cancel));

    /// <inheritdoc/>
    public Task<WalletAnswer> LimitToday(DailyLimitCommand command, CancellationToken cancel) => WalletPayments.OrUnavailable(payments.LimitToday(command));

    /// <inheritdoc/>
    public Task<WalletAnswer> Withdraw(WithdrawCommand command, CancellationToken cancel) => WalletPayments.OrUnavailable(payments.Withdraw(command));

    /// <inheritdoc/>
    public Task<WalletAnswer> ResumeTopUps(string actor, CancellationToken cancel) => WalletPayments.OrUnavailable(topUps.Resume(actor));

    /// <inheritdoc/>
    public async Task<bool> Work(CancellationToken cancel) => wallet.Known() is null || await wallet.Duties.Work(wallet, payments, topUps);

    /// <inheritdoc/>
    public async Task<WalletBalance> Balance(bool withChildren, CancellationToken cancel)
    {
        if (wallet.Known() is null)
        {
            DeactivateOnIdle();
            return new WalletBalance { Exists = false, AsOfMicros = wallet.NowMicros, Posted = 0, Held = 0, CreditLimit = 0, Available = 0, Forced = 0 };
        }

        var balance = await wallet.Decide(turn => WalletBalances.Of(turn.State, wallet.NowMicros, withChildren, wallet.Id));
        await wallet.UpToDate(cancel);
        return balance;
    }

    private async Task Tick()
    {
        try
        {
            slices.Tick();
            await parent.Tell();
            await wallet.Duties.Finish(wallet, payments, topUps);
        }
        catch (WalletUnavailableException fault)
        {
            WalletLog.TickFailed(log, fault, wallet.Id);
        }
    }
}
