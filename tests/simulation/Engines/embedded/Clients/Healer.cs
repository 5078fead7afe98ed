// After the last fault: everything unknown is repeated until it is decided, wallets take back what is not spent, and then all is read and asked again.
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Simulation.Tests.Clients;

internal sealed class Healer(Desk desk)
{
    // Holds live a minute at most, wallets ask quiet children back after half a minute.
    private const int RoundsMax = 60;
    private const int RoundsMin = 6;
    private readonly Reader reader = new(desk);
    private bool looked;

    public async Task Heal()
    {
        desk.Log.Add(new Healed());
        for (var round = 0; round < RoundsMax; round++)
        {
            if (await Repeated(desk.Open) & await Resting() && round >= RoundsMin)
            {
                await Ask();
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(10), desk.Engine.Clock);
        }

        desk.Log.Add(new Surprise($"The run does not converge: {desk.Open.Count} commands are not decided ({string.Join(", ", desk.Open.Keys.Take(3))})."));
        foreach (var wallet in Tree.Wallets)
        {
            var balance = await reader.Balance(wallet.Id, true);
            var children = balance?.Children.Select(child => $"{child.Child} {child.Received - child.Returned - child.Spent + child.Forced}") ?? [];
            desk.Log.Add(new Surprise($"{wallet.Id} holds {balance?.Held}: {string.Join(", ", children)}"));
        }
    }

    private async Task Ask()
    {
        desk.Log.Add(new AtRest());
        foreach (var subscription in Tree.Subscriptions)
        {
            await reader.Usage(subscription.Id);
            await reader.Usage(subscription.Id, Tree.PeriodBefore);
            foreach (var backfill in BackfillClient.Backfills)
                await reader.Backfill(subscription.Id, backfill);
        }

        foreach (var wallet in Tree.Wallets)
            await reader.Balance(wallet.Id, true);
        foreach (var (about, send) in desk.Decided.ToArray())
        {
            // The first call may meet an activation that another one has outlived: it finds out, and the next call meets its successor.
            if (!await send() && !await send() && !await send())
                desk.Log.Add(new Surprise($"{about} is decided, and is not answered when it is asked again without faults."));
        }
    }

    private async Task<bool> Resting()
    {
        var resting = true;
        // A subscription that sleeps tells nothing.
        foreach (var subscription in Tree.Subscriptions)
            resting &= await reader.Usage(subscription.Id);
        // Once: who looks again asks the wallet again, which has no rest then.
        looked = looked || await new FeeClient(desk).Look();
        resting &= looked & await reader.Usage(Tree.Seat);
        foreach (var wallet in Tree.Wallets)
            resting &= await reader.Balance(wallet.Id, true) is { Children.Length: 0 };
        return resting;
    }

    private static async Task<bool> Repeated(Dictionary<string, Func<Task<bool>>> open)
    {
        foreach (var (about, send) in open.ToArray())
        {
            if (await send())
                open.Remove(about);
        }

        return open.Count == 0;
    }
}
