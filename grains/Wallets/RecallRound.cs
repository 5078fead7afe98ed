// One wait for what children may give back, shared by all draws that come meanwhile.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.Grains.Wallets;

/// <summary>Recalls are hints: they may be lost, and nothing that is decided depends on their arrival.</summary>
internal sealed class RecallRound(TimeProvider time, IGrainFactory grains, WalletActivation wallet)
{
    private readonly HashSet<string> waiting = new(StringComparer.Ordinal);
    private TaskCompletionSource? round;
    private decimal needed;

    /// <summary>Asks children to give back what they do not need.</summary>
    public void Recall(IEnumerable<KeyValuePair<string, ChildAccount>> children)
    {
        foreach (var (child, account) in children.Where(child => child.Value.Out > 0).Take(Limits.RecallFanOut))
        {
            var hint = new RecallHint { Wallet = wallet.Id, Number = account.Number };
            _ = Identifiers.WalletOfChild(child) is { } inner
                ? grains.GetGrain<IWalletGrain>(inner).Recall(hint)
                : grains.GetGrain<ISubscriptionGrain>(Identifiers.SubscriptionOfChild(child)).Recall(hint);
        }
    }

    /// <summary>Recalls all children but one, and waits until enough is back, all have answered, or the time is up. Without an amount: for all.</summary>
    public async Task Wait(WalletState state, string? except = null, decimal wanted = Limits.CellTotalMax)
    {
        if (wallet.IsClosed)
            return;
        if (round is { } running)
        {
            needed = Math.Min(needed + wanted, Limits.CellTotalMax);
            await running.Task;
            return;
        }

        var asked = state.Children.Where(child => child.Key != except && child.Value.Out > 0).Take(Limits.RecallFanOut).ToList();
        if (asked.Count == 0)
            return;
        var mine = round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        needed = wanted;
        waiting.UnionWith(asked.Select(child => child.Key));
        // No grain timer: an activation that leaves has no more ticks, and does not end before this wait does.
        using var timer = time.CreateTimer(static waiter => ((TaskCompletionSource)waiter!).TrySetResult(), mine, Limits.RecallWaitMax,
            Timeout.InfiniteTimeSpan);
        Recall(asked);
        await mine.Task;
        if (round == mine)
            End();
    }

    /// <summary>A child has told what it did; whether that is its last word on a recall.</summary>
    public void Settled(WalletState state, string child, bool answersRecall)
    {
        if (round is null)
            return;
        if (answersRecall || state.Children.GetValueOrDefault(child) is not { Out: > 0 })
            waiting.Remove(child);
        // What is spent today is known when everybody has told it; money is there when enough is back.
        if (waiting.Count == 0 || (state.Daily.Limit is null && state.Available >= needed && (state.Purse is null || state.Purse.Available >= needed)))
            End();
    }

    /// <summary>Lets go who waits.</summary>
    public void End()
    {
        var ended = round;
        round = null;
        waiting.Clear();
        ended?.TrySetResult();
    }
}
