// A wallet as the child of the wallet around it: draws, gives back, tells its totals.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.Grains.Wallets;

/// <summary>One draw upwards at a time. What was told is told again at every tick until the wallet around has taken it.</summary>
internal sealed class ParentPurse(WalletActivation wallet, IGrainFactory grains, ILogger log)
{
    private Task<DrawAnswer>? drawing;
    private bool untold = true;
    private bool givingBack;

    /// <summary>A child draws: what comes back from others meanwhile is for it.</summary>
    public void KeepWhatComesBack() => givingBack = false;

    /// <summary>Draws the next slice; calls that come together share one, whose size the first one names.</summary>
    public Task<DrawAnswer> Draw(decimal needed, decimal wanted)
    {
        if (drawing is { IsCompleted: false } running)
            return running;
        return drawing = DrawNext(needed, wanted);
    }

    /// <summary>The wallet around wants its money back: a slice that has not arrived is fetched first.</summary>
    public async Task GiveBack(long upTo)
    {
        givingBack = true;
        if (wallet.State?.Purse is { } purse && purse.Slice < upTo)
            await Draw(1, 1);
        untold = true;
        await Tell();
    }

    /// <summary>A child has settled: what is free now goes on to the wallet around if that waits for it. Forced and refunded amounts are told now.</summary>
    public async Task Changed(bool now)
    {
        if (wallet.State?.Purse is null)
            return;
        untold = true;
        if (givingBack || now)
            await Tell();
    }

    /// <summary>The last word on a recall: children have answered it, or their time is up.</summary>
    public Task Answer()
    {
        untold = true;
        return Tell(answersRecall: true);
    }

    /// <summary>Tells totals that are not known to have been taken.</summary>
    public async Task Tell(bool answersRecall = false)
    {
        if (!untold || wallet.State?.Purse is not { Slice: > 0 } purse)
            return;
        untold = false;
        try
        {
            var report = await wallet.Decide(turn =>
            {
                if (givingBack && purse.Available > 0)
                    turn.Record(new ParentSliceReturned(turn.Recorded, purse.Available));
                return ReportOf(purse);
            });
            await Parent(purse).Settle(report with { AnswersRecall = answersRecall });
        }
        catch (Exception fault) when (fault is WalletUnavailableException or TimeoutException or OrleansException)
        {
            untold = true;
            WalletLog.NotTold(log, fault, wallet.Id, purse.Wallet);
        }
    }

    private async Task<DrawAnswer> DrawNext(decimal needed, decimal wanted)
    {
        var purse = wallet.State!.Purse!;
        var number = purse.Slice + 1;
        var command = new DrawCommand { Child = Identifiers.WalletChild(wallet.Id), Number = number, Needed = needed, Wanted = wanted };
        var answer = await Parent(purse).Draw(command);
        if (answer.State == DrawState.TellFirst)
        {
            untold = true;
            await Tell();
            answer = await Parent(purse).Draw(command with { Told = true });
        }

        if (answer.State == DrawState.Granted)
            await wallet.Decide(turn =>
            {
                if (purse.Slice + 1 == number)
                    turn.Record(new ParentSliceReceived(turn.Recorded, number, answer.Amount));
                return true;
            });
        return answer;
    }

    private IWalletGrain Parent(Purse purse) => grains.GetGrain<IWalletGrain>(purse.Wallet);

    private SliceReport ReportOf(Purse purse) => new()
    {
        Child = Identifiers.WalletChild(wallet.Id), Wallet = purse.Wallet, Number = purse.Slice, Received = purse.Received, Returned = purse.Returned,
        Spent = purse.Spent, Held = purse.Held, Forced = purse.Forced, Refunded = purse.Refunded,
    };
}
