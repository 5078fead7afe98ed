// Slices of one wallet: handing out, recalling before a refusal, taking back.
using System.IO.Hashing;
using System.Runtime.InteropServices;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains.Wallets;

/// <summary>Decides again after every await: what was true before it may not be.</summary>
internal sealed class WalletSlices(WalletActivation wallet, ParentPurse parent, RecallRound recalls, CrashPoints crash)
{
    private readonly Dictionary<string, int> silent = new(StringComparer.Ordinal);

    /// <summary>When a wallet ticks first: wallets that are activated together must not tick together.</summary>
    public static TimeSpan FirstTick(string id)
    {
        var place = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(id.AsSpan())) % (ulong)Limits.WalletTick.Ticks;
        return Limits.WalletTick + TimeSpan.FromTicks((long)place);
    }

    /// <summary>A child asks for a slice.</summary>
    public async Task<DrawAnswer> Draw(DrawCommand command, CancellationToken cancel)
    {
        if (wallet.Known() is not { } definition)
            return new DrawAnswer { State = DrawState.Missing };
        silent.Remove(command.Child);
        parent.KeepWhatComesBack();
        var request = new SliceRequest(command.Child, command.Number, command.Needed, command.Wanted, command.Told);
        DrawAnswer? above = null;
        var recalled = false;
        while (true)
        {
            var (decision, helps) = await wallet.Decide(turn =>
            {
                var decided = SliceDecider.Grant(turn, wallet.Definition ?? definition, request, wallet.Tight, above is not null);
                var helps = decided.Outcome switch
                {
                    SliceOutcome.Short => SliceDecider.RecallHelps(turn.State, command.Child, command.Needed, above is not null),
                    SliceOutcome.DailyShort => DailyDecider.RecallHelps(turn.State, command.Child),
                    _ => false,
                };
                return (decided, helps);
            });
            if (decision.Outcome == SliceOutcome.Granted)
            {
                crash.Reach(CrashPoints.SliceGranted);
                return new DrawAnswer { State = DrawState.Granted, Amount = decision.Amount };
            }

            if (decision.Outcome == SliceOutcome.TellFirst)
                return new DrawAnswer { State = DrawState.TellFirst };
            if (decision.Outcome == SliceOutcome.Old)
                return new DrawAnswer { State = DrawState.Unavailable };
            if (decision.Outcome == SliceOutcome.ParentFirst)
            {
                var answer = await parent.Draw(decision.Amount, decision.Wanted);
                if (answer.State is DrawState.Unavailable or DrawState.Missing)
                {
                    await wallet.UpToDate(cancel);
                    return new DrawAnswer { State = DrawState.Unavailable };
                }

                above = answer.State == DrawState.Short ? answer : null;
            }
            else if (helps && !recalled)
            {
                recalled = wallet.Tight = true;
                await recalls.Wait(wallet.State!, command.Child, command.Needed);
            }
            else
            {
                return above is not null && wallet.State!.Available >= command.Needed ? above : new DrawAnswer
                {
                    State = DrawState.Short, LimitingLevel = await wallet.Level(cancel), LimitingWallet = wallet.Id,
                };
            }
        }
    }

    /// <summary>A child tells what it did.</summary>
    public async Task Settle(SliceReport report)
    {
        if (wallet.Known() is null || report.Wallet != wallet.Id)
            throw new InvalidOperationException($"{report.Child} settles with wallet {wallet.Id} what it holds of {report.Wallet}.");
        var (forced, refunded) = (wallet.State?.Forced, wallet.State?.Refunded);
        await wallet.Decide(turn =>
        {
            var changed = SliceDecider.Settle(turn, new ChildTotals(report.Child, report.Number, report.Received, report.Returned, report.Spent, report.Held,
                report.Forced, report.Refunded));
            // Who waits decides behind it in the same stream, so nothing is granted that is not durable after this is.
            recalls.Settled(turn.State, report.Child, report.AnswersRecall);
            return changed;
        });
        await parent.Changed(wallet.State!.Forced != forced || wallet.State.Refunded != refunded);
    }

    /// <summary>The wallet around wants back what is not needed: here, and with children.</summary>
    public async Task Recall(RecallHint hint)
    {
        if (wallet.State is not { } state || wallet.Definition?.Parent != hint.Wallet)
            return;
        // What is free here goes at once; what children give back follows; then there is nothing more to wait for.
        var below = recalls.Wait(state);
        await parent.GiveBack(hint.Number);
        await below;
        await parent.Answer();
    }

    /// <summary>Before a payment is refused: whether waiting for children may bring enough, and the wait.</summary>
    public async Task<bool> Recalled(decimal needed)
    {
        if (wallet.State is not { } state || !SliceDecider.RecallHelps(state, "", needed, parentShort: false))
            return false;
        wallet.Tight = true;
        await recalls.Wait(state, "", needed);
        return true;
    }

    /// <summary>
    /// Children that hold something and have asked for nothing for a while are recalled, so many at a time. Counts ticks: no clock decides about money.
    /// </summary>
    public void Tick()
    {
        if (wallet.State is not { } state)
            return;
        var quiet = new List<KeyValuePair<string, ChildAccount>>();
        foreach (var child in state.Children.Where(child => child.Value.Out > 0))
        {
            var ticks = silent[child.Key] = silent.GetValueOrDefault(child.Key) + 1;
            if (ticks < Limits.SilentTicksMax || quiet.Count == Limits.SilentRecallsMax)
                continue;
            silent.Remove(child.Key);
            quiet.Add(child);
        }

        recalls.Recall(quiet);
    }
}
