// Money into a wallet, and from one wallet to another.
using NodaTime;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Grains.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Grains.Wallets;

/// <summary>A payment leaves here first and arrives there then, told again until it has: it is never in both, and in the end in one.</summary>
internal sealed class WalletPayments(WalletActivation wallet, WalletServices services, WalletBookkeeping books, WalletSlices slices, IGrainFactory grains)
{
    // Later than anything: nobody looks at it before it is brought forward.
    private static readonly Instant Never = Instant.FromUtc(9999, 1, 1, 0, 0);
    private long woken;

    /// <summary>Who tells the books.</summary>
    public WalletBookkeeping Books => books;

    /// <summary>The answer, or that there is none now.</summary>
    public static async Task<WalletAnswer> OrUnavailable(Task<WalletAnswer> answer)
    {
        try
        {
            return await answer;
        }
        catch (WalletUnavailableException)
        {
            return new WalletAnswer { Outcome = WalletOutcome.Unavailable };
        }
    }

    /// <summary>A subscription waits for money: here, and in the wallets around this one. Throws <see cref="WalletUnavailableException"/>.</summary>
    public async Task Await(string child, CancellationToken cancel)
    {
        try
        {
            await services.Due.SetDue(new DueWork(Never, child, FeeDesk.Waiting + wallet.Id), cancel);
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException)
        {
            throw new WalletUnavailableException($"Wallet {wallet.Id}: the store is away.");
        }

        if (wallet.Known()?.Parent is { } around)
            await grains.GetGrain<IWalletDuties>(around).Await(child, cancel);
    }

    /// <summary>A payment in.</summary>
    public async Task<WalletAnswer> TopUp(TopUpCommand command)
    {
        if (wallet.Known() is not { } definition)
            return new WalletAnswer { Outcome = WalletOutcome.Missing };
        var (account, refusal) = await books.Begin(definition, CancellationToken.None);
        // What is on its way from another wallet cannot be refused: until the seller is named it is in no books.
        if (refusal is not null && command.From.Length == 0)
            return refusal;
        var (outcome, balance) = await wallet.Decide(turn =>
        {
            PaymentDecider.BeginBooks(turn, account);
            var decided = PaymentDecider.Credit(turn, command.From, command.Reference, command.Amount, command.ExpiresAtMicros, command.Actor,
                command.IsGiven);
            return (decided, WalletBalances.Of(turn.State, wallet.NowMicros, false, wallet.Id));
        }, leaves: account is not null || wallet.State is { Books.Account: not null });
        if (outcome == PaymentOutcome.Done)
        {
            wallet.Tight = false;
            await Wake();
            // Who asks finds it in the books; if they are away, the row of due work brings it there.
            await books.Tell();
        }

        return Answer(outcome, balance, command.Reference);
    }

    /// <summary>Money back to its owner.</summary>
    public async Task<WalletAnswer> Withdraw(WithdrawCommand command)
    {
        if (wallet.Known() is not { } definition)
            return new WalletAnswer { Outcome = WalletOutcome.Missing };
        if (definition.Parent is not null)
            return Invalid("amount", "a wallet that lies in another one pays nobody: withdraw from the outermost one");
        var (account, refusal) = await books.Begin(definition, CancellationToken.None);
        if (refusal is not null)
            return refusal;
        var (outcome, balance) = await TakeOut(command, account);
        if (outcome == PaymentOutcome.Insufficient && await slices.Recalled(command.Amount))
            (outcome, balance) = await TakeOut(command, account);
        if (outcome == PaymentOutcome.Insufficient)
            return await TooLittle(CancellationToken.None);
        if (outcome == PaymentOutcome.Done)
            await books.Tell();
        return Answer(outcome, balance, command.Reference);
    }

    /// <summary>A payment to another wallet.</summary>
    public async Task<WalletAnswer> Transfer(TransferCommand command, CancellationToken cancel)
    {
        if (wallet.Known() is not { } definition)
            return new WalletAnswer { Outcome = WalletOutcome.Missing };
        if (await Unfit(definition, command, cancel) is { } unfit)
            return unfit;
        // Where money becomes units there is no money behind it any more.
        var bought = definition.Currency is not null && (await services.Loader.Definition(command.To, cancel))?.Definition.Unit is not null;
        var (outcome, balance) = await PayOut(command, bought);
        if (outcome == PaymentOutcome.Insufficient && await slices.Recalled(command.Amount))
            (outcome, balance) = await PayOut(command, bought);
        if (outcome == PaymentOutcome.Insufficient)
            return await TooLittle(cancel);
        if (outcome == PaymentOutcome.Done)
            await books.Tell();
        var delivered = outcome != PaymentOutcome.Done || await Deliver(command.Reference);
        return delivered ? Answer(outcome, balance, command.Reference) : new WalletAnswer { Outcome = WalletOutcome.Unavailable };
    }

    /// <summary>Another daily limit for the rest of the day.</summary>
    public async Task<WalletAnswer> LimitToday(DailyLimitCommand command)
    {
        if (wallet.Known() is not { } definition)
            return new WalletAnswer { Outcome = WalletOutcome.Missing };
        if (definition.DailyLimit is null)
            return Invalid("amount", $"wallet \"{wallet.Id}\" has no daily_limit that it could stand for");
        var (outcome, balance) = await wallet.Decide(turn =>
        {
            var decided = DailyDecider.Raise(turn, command.Reference, command.Limit, command.Actor);
            return (decided, WalletBalances.Of(turn.State, wallet.NowMicros, false, wallet.Id));
        });
        if (outcome == PaymentOutcome.Done)
            await Wake();
        return Answer(outcome, balance, command.Reference);
    }

    /// <summary>Delivers what has not arrived.</summary>
    public async Task DeliverPending()
    {
        foreach (var reference in wallet.State?.PendingTransfers.Select(payment => payment.Reference).ToArray() ?? [])
            await Deliver(reference);
    }

    /// <summary>Another definition stands: with another limit there may be something that a fee can be paid from.</summary>
    public async Task Redefined(CancellationToken cancel)
    {
        await wallet.Load(cancel);
        await Wake();
    }

    /// <summary>Brings forward who waits for money. If the store is away now, the look of the next day finds it.</summary>
    public async Task Wake()
    {
        try
        {
            // Each payment at an instant of its own, also while a sandbox clock stands: who still looks because of the last one would take this row away.
            var at = services.Clock.Now - Duration.FromNanoseconds(1_000L * ++woken);
            await services.Due.Wake(FeeDesk.Waiting + wallet.Id, at, CancellationToken.None);
        }
        catch (Exception fault) when (fault is StorageException or TimeoutException)
        {
            WalletLog.NobodyWoken(services.Log, fault, wallet.Id);
        }
    }

    // Whether it is known to have arrived.
    private async Task<bool> Deliver(string reference)
    {
        if (wallet.State?.PendingTransfers.FirstOrDefault(payment => payment.Reference == reference) is not { } pending)
            return true;
        try
        {
            var answer = await grains.GetGrain<IWalletGrain>(pending.To).TopUp(new TopUpCommand
            {
                From = wallet.Id, Reference = reference, Amount = pending.Credited, Actor = pending.Actor,
            });
            if (answer.Outcome != WalletOutcome.Done)
            {
                WalletLog.NotDelivered(services.Log, wallet.Id, reference, pending.To, answer.Outcome);
                return false;
            }

            return await wallet.Decide(turn =>
            {
                PaymentDecider.Arrived(turn, reference);
                return true;
            });
        }
        catch (Exception fault) when (fault is TimeoutException or OrleansException)
        {
            WalletLog.NotAnswered(services.Log, fault, wallet.Id, reference, pending.To);
            return false;
        }
    }

    private Task<(PaymentOutcome, WalletBalance)> PayOut(TransferCommand command, bool bought) => wallet.Decide(turn =>
    {
        var decided = PaymentDecider.PayOut(turn, command.Reference, command.To, command.Amount, command.Credited, command.Actor, bought);
        return (decided, WalletBalances.Of(turn.State, wallet.NowMicros, false, wallet.Id));
    }, leaves: true);

    private Task<(PaymentOutcome, WalletBalance)> TakeOut(WithdrawCommand command, string? account) => wallet.Decide(turn =>
    {
        PaymentDecider.BeginBooks(turn, account);
        var decided = PaymentDecider.Withdraw(turn, command.Reference, command.Amount, command.Actor);
        return (decided, WalletBalances.Of(turn.State, wallet.NowMicros, false, wallet.Id));
    }, leaves: true);

    private async Task<WalletAnswer> TooLittle(CancellationToken cancel)
    {
        var level = await wallet.Level(cancel);
        return new WalletAnswer { Outcome = WalletOutcome.Insufficient, LimitingLevel = level,
            Detail = $"Wallet \"{wallet.Id}\" of {level} has too little available." };
    }

    private async Task<WalletAnswer?> Unfit(Wallet definition, TransferCommand command, CancellationToken cancel)
    {
        if (command.To == wallet.Id)
            return Invalid("to", "must be another wallet");
        if (definition.Parent is not null)
            return Invalid("to", "a wallet that lies in another one pays nobody: transfer from the outermost one");
        if (await services.Loader.Definition(command.To, cancel) is not var (to, _))
            return Invalid("to", $"no wallet \"{command.To}\"");
        if (to.Unit is not null && definition.Unit is null)
            return null;
        if (to.Currency != definition.Currency || to.Unit != definition.Unit)
            return Invalid("to", $"holds {to.Currency ?? to.Unit}, but wallet \"{wallet.Id}\" {definition.Currency ?? definition.Unit}");
        return command.Credited == command.Amount ? null : Invalid("quantity", "is for wallets of units that are paid with money");
    }

    private static WalletAnswer Invalid(string field, string detail) => new() { Outcome = WalletOutcome.Invalid, Field = field, Detail = detail };

    private static WalletAnswer Answer(PaymentOutcome outcome, WalletBalance balance, string reference) => outcome switch
    {
        PaymentOutcome.Done => new WalletAnswer { Outcome = WalletOutcome.Done, Balance = balance },
        PaymentOutcome.Conflict => new WalletAnswer { Outcome = WalletOutcome.Conflict, Detail = $"Reference \"{reference}\" came with another body before." },
        PaymentOutcome.Expired => Invalid("expires_at", "must be in the future"),
        PaymentOutcome.TooMany => Invalid("expires_at", $"more than {Billing.Limits.WalletExpiringMax} credits with an end are running"),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an answer."),
    };
}
