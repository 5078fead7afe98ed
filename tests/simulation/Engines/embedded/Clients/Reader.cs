// Reads live figures while everything moves, and the last ones when everything rests.
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class Reader(Desk desk)
{
    public async Task Work(int readings)
    {
        for (var reading = 0; reading < readings; reading++)
        {
            if (desk.Chance(50))
                await Usage(desk.Any(Tree.Subscriptions).Id, desk.Chance(30) ? Tree.PeriodBefore : Tree.Period);
            else if (desk.Backfilled.Count > 0 && desk.Chance(30))
                await Backfill(desk.Any(Tree.Subscriptions).Id, desk.Any(BackfillClient.Backfills));
            else
                await Balance(desk.Any(Tree.Wallets).Id, desk.Chance(50));
            await Task.Delay(TimeSpan.FromMilliseconds(desk.Random.Next(1, 3_000)), desk.Engine.Clock);
        }
    }

    public async Task<bool> Usage(string subscription, string period = Tree.Period)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new ReadingSent(request, subscription, period));
        if (await desk.Ask(() => desk.Subscription(subscription).Usage(period)) is not { } report)
            return false;
        desk.Log.Add(new UsageRead(request, subscription, report.Rows.GroupBy(row => row.Agreement)
            .ToDictionary(rows => rows.Key, rows => (rows.Sum(row => row.Count), rows.Sum(row => row.Quantity), rows.Sum(row => row.Amount))), period));
        return true;
    }

    public async Task<bool> Backfill(string subscription, string backfill)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new ReadingSent(request, subscription));
        var report = await desk.Ask(() => desk.Engine.Grains.GetGrain<ISubscriptionBackfills>(subscription).Backfill(backfill));
        if (report is not { State: BatchState.Decided })
            return false;
        desk.Log.Add(new BackfillRead(request, subscription, backfill, report.Accepted, report.Amounts.ToDictionary(one => one.Agreement, one => one.Amount)));
        return true;
    }

    public async Task<WalletBalance?> Balance(string wallet, bool withChildren)
    {
        var request = desk.Log.NextRequest();
        desk.Log.Add(new ReadingSent(request, wallet));
        if (await desk.Ask(() => desk.Wallet(wallet).Balance(withChildren)) is not { } balance)
            return null;
        desk.Log.Add(new BalanceRead(request, wallet, balance.Posted, balance.Held, balance.CreditLimit, balance.Available, balance.Forced));
        return balance;
    }
}
