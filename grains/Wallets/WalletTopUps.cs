// A wallet asks for money itself: tells the collection port, and takes what was paid.
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Grains.Wallets;

/// <summary>
/// Requests are numbered in the wallet's journal, and the account has one of each number; so asking again is asking how it went. The answer comes with a row
/// of due work that the account writes with it: a wallet that dies before it has credited what was paid finds the row and asks again.
/// </summary>
internal sealed class WalletTopUps(WalletActivation wallet, WalletServices services, WalletPayments payments, IGrainFactory grains)
{
    private const string DayKind = "top_up_day";
    private Task<bool>? asking;
    private long known;

    /// <summary>Asks for what was not asked for. False: it is not known that it stands there.</summary>
    public Task<bool> Tell() => asking is { IsCompleted: false } running ? running : HasNews ? Ask() : Task.FromResult(true);

    /// <summary>Asks, and asks how it went. False: that is not known.</summary>
    public async Task<bool> Ask()
    {
        // Who asks already may have been answered before what the caller knows of.
        while (asking is { IsCompleted: false } running)
            await running;
        return await (asking = AskAll());
    }

    /// <summary>The definition may have another rule, and that may ask at once. If the wallet decides nothing now, its next decision takes it.</summary>
    public async Task TakeRule()
    {
        if (wallet.IsClosed || wallet.State is not { } state || wallet.Definition?.AutoTopUp == state.TopUps.Rule)
            return;
        try
        {
            await wallet.Decide(_ => true);
            await Tell();
        }
        catch (WalletUnavailableException fault)
        {
            WalletLog.NotAsked(services.Log, fault, wallet.Id);
        }
    }

    /// <summary>After a decline somebody says that it may go on.</summary>
    public async Task<WalletAnswer> Resume(string actor)
    {
        if (wallet.Known() is not { } definition)
            return new WalletAnswer { Outcome = WalletOutcome.Missing };
        if (definition.AutoTopUp is null)
            return new WalletAnswer { Outcome = WalletOutcome.Invalid, Field = "auto_top_up", Detail = $"wallet \"{wallet.Id}\" has no auto_top_up that could go on" };
        await wallet.Decide(turn =>
        {
            TopUpDecider.Resume(turn, actor);
            return true;
        }, leaves: true);
        await Tell();
        var balance = await wallet.Decide(turn => WalletBalances.Of(turn.State, wallet.NowMicros, false, wallet.Id));
        return new WalletAnswer { Outcome = WalletOutcome.Done, Balance = balance };
    }

    // Not asked for by this activation, or it is time to ask.
    private bool HasNews => wallet.State is { TopUps: var plan } state
        && (plan.Open is { } open ? open.Number != known : plan.Asks(state.Available, wallet.NowMicros));

    private async Task<bool> AskAll()
    {
        await Task.Yield();
        try
        {
            while (wallet.State?.TopUps.Open is not null || HasNews)
            {
                // What is answered is durable, and only that is asked for.
                var open = wallet.State!.TopUps.Open is { } told && told.Number == known ? told : await wallet.Decide(turn => turn.State.TopUps.Open);
                if (open is null)
                    break;
                services.Crash.Reach(CrashPoints.TopUpAsking);
                var status = await StatusOf(open);
                known = open.Number;
                if (status == "pending")
                    break;
                services.Crash.Reach(CrashPoints.TopUpEnding);
                await End(open, status == "succeeded");
            }

            return await WaitForTheDay();
        }
        catch (Exception fault) when (fault is WalletUnavailableException or AccountUnavailableException or StorageException or TimeoutException
            or OrleansException)
        {
            WalletLog.NotAsked(services.Log, fault, wallet.Id);
            return false;
        }
    }

    private async Task<string> StatusOf(TopUpAsked open)
    {
        var command = new RequestTopUp(wallet.Id, open.Number, open.Amount, Micros.Instant(open.RecordedMicros));
        var answer = await grains.GetGrain<IAccountGrain>(wallet.State!.Books.Account!).Execute(new AccountMessage { Command = command.ToText(), Actor = "system" });
        return answer.Refusal is { } refusal
            ? throw new AccountUnavailableException($"Top-up {open.Number} of wallet {wallet.Id} is refused ({refusal}): {answer.Detail}")
            : Billing.Json.Definitions.Stored<ChargeRequestFigures>(answer.Body!).Status;
    }

    private async Task End(TopUpAsked open, bool paid)
    {
        await wallet.Decide(turn =>
        {
            TopUpDecider.End(turn, open.Number, paid);
            return true;
        }, leaves: true);
        if (!paid)
            return;
        wallet.Tight = false;
        await payments.Wake();
    }

    // All of today's are asked for: the next day begins with a look.
    private async Task<bool> WaitForTheDay()
    {
        if (wallet.State is { TopUps: var plan } state && plan.WaitsUntil(state.Available, wallet.NowMicros) is { } end)
            await services.Due.SetDue(new DueWork(Micros.Instant(end), Identifiers.WalletChild(wallet.Id), DayKind), CancellationToken.None);
        return true;
    }
}
