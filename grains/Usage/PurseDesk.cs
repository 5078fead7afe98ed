// The child's side of a wallet's slices: draws them, gives back what is not spent, tells the wallet what became of them.
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>The wallet did not answer: nothing is spent that is not known to be paid for.</summary>
public sealed class WalletAwayException(string wallet, Exception? inner = null) : Exception($"Wallet {wallet} does not answer.", inner);

/// <summary>
/// A slice is the child's when the receipt is in the child's journal. Slices of one wallet are numbered; one that was granted and whose receipt was
/// lost is asked for again under the same number, so that none is lost and none counts twice (architecture 4).
/// </summary>
public sealed class PurseDesk(SubscriptionActivation self)
{
    private readonly Dictionary<string, Task<WalletRefusal?>> drawing = [];
    private readonly Dictionary<string, Task> receipts = [];
    // Wallets that are being given back to, and what they have asked for meanwhile.
    private readonly Dictionary<string, RecallHint?> returning = [];

    /// <summary>
    /// Draws a slice. Null: decide again, there is more now. A refusal: the wallet has less than what is missing. Whoever comes while a draw is
    /// under way waits for that one. Throws <see cref="WalletAwayException"/>.
    /// </summary>
    public async Task<WalletRefusal?> Draw(Shortage missing, decimal wanted)
    {
        var wallet = missing.Funding.Wallet;
        if (drawing.TryGetValue(wallet, out var running))
            return await running is { } refusal && missing.Missing >= refusal.Needed ? refusal : null;
        var mine = DrawNext(wallet, missing.Funding.UnitMeters is not null, missing.Missing, Math.Max(missing.Missing, wanted));
        drawing[wallet] = mine;
        try
        {
            return await mine;
        }
        finally
        {
            drawing.Remove(wallet);
        }
    }

    /// <summary>
    /// Gives back everything that is neither spent nor held, and says so to the wallet. A wallet that asks while it is being answered is answered once
    /// more: it may have taken the first answer for an earlier question, and would wait for this one until its time is up.
    /// </summary>
    public async Task Return(RecallHint hint)
    {
        if (self.Closed is not null || self.Session is not { } session)
            return;
        if (returning.ContainsKey(hint.Wallet))
        {
            returning[hint.Wallet] = hint;
            return;
        }

        try
        {
            for (RecallHint? asked = hint; asked is not null && self.Closed is null; asked = returning[hint.Wallet])
            {
                returning[hint.Wallet] = null;
                await Return(session, asked);
            }
        }
        catch (JournalException fault)
        {
            self.Poisoned(fault);
        }
        catch (Exception fault) when (fault is WalletAwayException or WalletUnavailableException or StorageException or TimeoutException or OrleansException)
        {
            // The wallet asks again: nothing is lost by not having been told.
        }
        finally
        {
            returning.Remove(hint.Wallet);
        }
    }

    private async Task Return(SubscriptionSession session, RecallHint hint)
    {
        // A slice whose receipt was lost comes first: only what has been received can be given back.
        if ((session.State.PurseOf(hint.Wallet)?.Slice ?? 0) < hint.Number)
            await DrawNext(hint.Wallet, await CountsUnits(hint.Wallet), 0, 0);
        while (session.IsGated)
            await session.Gate;
        if (self.Closed is not null || session.State.PurseOf(hint.Wallet) is not { } purse)
            return;
        HoldDesk.Expire(session, self.NowMicros);
        var frame = PurseFrame.ReturnRest(session.State, purse, self.NowMicros);
        if (!frame.IsEmpty)
            await session.Append(frame);
        await Settle(hint.Wallet, answersRecall: true);
    }

    /// <summary>Tells the wallet where its slices stand, when all of that is durable.</summary>
    public async Task Settle(string wallet, bool answersRecall = false)
    {
        var session = self.Session!;
        var report = await session.Quiesce(() => Task.FromResult(session.State.PurseOf(wallet) is { } purse ? Report(purse) : null));
        if (report is not null)
            await Wallet(wallet).Settle(answersRecall ? report with { AnswersRecall = true } : report);
    }

    /// <summary>Tells what was forced or refunded at once; who has not heard it is told again until he has.</summary>
    public async Task TellNow()
    {
        if (!await TellForced())
            self.TellLater();
    }

    /// <summary>Tells every wallet of which something was forced or refunded where it stands. False: not all have heard it.</summary>
    public async Task<bool> TellForced()
    {
        try
        {
            foreach (var purse in self.Closed is null ? self.Session!.State.Purses.Where(purse => purse.Forced > 0 || purse.Refunded > 0).ToArray() : [])
                await Settle(purse.Wallet);
            return true;
        }
        catch (JournalException fault)
        {
            self.Poisoned(fault);
            return true;
        }
        catch (Exception fault) when (fault is WalletUnavailableException or TimeoutException or OrleansException)
        {
            return false;
        }
    }

    /// <summary>Every purse as its wallet is told.</summary>
    public SliceReport[] Reports() => [.. self.Session!.State.Purses.Select(Report)];

    private async Task<WalletRefusal?> DrawNext(string wallet, bool countsUnits, decimal needed, decimal wanted)
    {
        var session = self.Session!;
        // The wallet answers its newest slice again and no older one: the next is asked for when the receipt of the last is durable.
        if (receipts.TryGetValue(wallet, out var receipt))
            await receipt;
        var number = (session.State.PurseOf(wallet)?.Slice ?? 0) + 1;
        var answer = await Ask(wallet, new DrawCommand { Child = Identifiers.SubscriptionChild(self.Id), Number = number, Needed = needed, Wanted = wanted });
        if (answer.State == DrawState.Granted)
            self.Services.Crash.Reach(CrashPoints.SliceAnswered);
        while (session.IsGated)
            await session.Gate;
        // Meanwhile somebody else may have received it: a recall that asked for the same number.
        if (answer.State == DrawState.Granted && self.Closed is null && (session.State.PurseOf(wallet)?.Slice ?? 0) == number - 1)
            _ = Observed(receipts[wallet] = session.Append(PurseFrame.Receive(session.State, wallet, countsUnits, number, answer.Amount, self.NowMicros)));
        return answer.State == DrawState.Short
            ? new WalletRefusal(wallet, needed, answer.LimitingLevel ?? "", answer.LimitingWallet is { } limiting && limiting != wallet)
            : null;
    }

    private async Task<DrawAnswer> Ask(string wallet, DrawCommand command)
    {
        DrawAnswer answer;
        try
        {
            answer = await Wallet(wallet).Draw(command);
            if (answer.State == DrawState.TellFirst)
            {
                await Settle(wallet);
                command = command with { Told = true };
                answer = await Wallet(wallet).Draw(command);
            }

            // It moved: the next activation knows what was granted under this number.
            if (answer.State == DrawState.Unavailable)
                answer = await Wallet(wallet).Draw(command);
        }
        catch (Exception fault) when (fault is TimeoutException or OrleansException or WalletUnavailableException)
        {
            throw new WalletAwayException(wallet, fault);
        }

        // Another activation may have received slices, packages or refunds that this one does not know of: then it ends here, with a conflict,
        // rather than refuse what the other one has taken.
        if (answer.State is DrawState.Unavailable or DrawState.Short)
            await self.Session!.UpToDate(CancellationToken.None);
        return answer.State is DrawState.Granted or DrawState.Short ? answer : throw new WalletAwayException(wallet);
    }

    private async Task<bool> CountsUnits(string wallet)
    {
        if (self.Session!.State.PurseOf(wallet) is { } purse)
            return purse.CountsUnits;
        await self.Ready(CancellationToken.None);
        return self.Terms?.Funding.FirstOrDefault(leg => leg?.Wallet == wallet)?.UnitMeters is not null;
    }

    // Nobody waits for a receipt: it is in front of everything that is spent of it.
    private async Task Observed(Task append)
    {
        try
        {
            await append;
        }
        catch (JournalException fault)
        {
            self.Poisoned(fault);
        }
    }

    private IWalletGrain Wallet(string id) => self.Services.Grains.GetGrain<IWalletGrain>(id);

    private SliceReport Report(Purse purse) => new()
    {
        Child = Identifiers.SubscriptionChild(self.Id),
        Wallet = purse.Wallet,
        Number = purse.Slice,
        Received = purse.Received,
        Returned = purse.Returned,
        Spent = purse.Spent,
        Held = purse.Held,
        Forced = purse.Forced,
        Refunded = purse.Refunded,
    };
}
