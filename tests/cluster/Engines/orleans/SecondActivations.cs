// Every subscription is active twice, for as long as the test lasts: two clusters that know nothing of each other on one database (F5).
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;

namespace OrleansBilling.Cluster.Tests;

/// <summary>Silos 1 and 2 are one cluster, 3 and 4 another: worse than what a directory of grains that forgets does for a moment.</summary>
public sealed class SecondActivations
{
    const decimal Limit = 3.00m;
    const decimal Price = 0.0612m;
    const int SubscriptionsOfTheWallet = 4;
    const int BatchesMax = 200;
    const int BatchSize = 5;
    static readonly string[] Statuses = ["accepted", "duplicate", "unknown", "insufficient_funds"];

    [Fact]
    public async Task F5_two_activations_of_every_subscription_count_each_event_once()
    {
        await using var run = await TwoClusters("two activations of everything");
        await using var load = run.NewLoad(connections: 4, copies: 2);
        await load.Reach(3_000, ClusterRun.HealsWithin, run.Cancel);
        await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        run.Silos.Sum(silo => silo.LostStreams).ShouldBeGreaterThan(0, "Nobody met a second activation.");
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F5_two_activations_that_spend_one_wallet_spend_no_cent_too_much()
    {
        await using var run = await TwoClusters("two activations near zero");
        using var api = new Api(run.Silos[0].Address) { AsksAgain = true };
        await api.Put("/v1/wallets/w-dry", new { owner = "c-1-1", currency = "EUR", credit_limit = Limit.ToString(CultureInfo.InvariantCulture) }, run.Cancel);
        foreach (var subscription in Subscriptions)
        {
            await api.Put($"/v1/subscriptions/{subscription}", new
            {
                customer = "c-1-1", starts_at = run.Since, funding = new { mode = "prepaid", wallet = "w-dry" },
                legs = new object[] { new { agreement = "a-1", plan = "wholesale" }, new { agreement = "r-1-1", plan = "retail", wallet = "w-dry" } },
            }, run.Cancel);
        }
        await using var desk = new SpendingDesk([.. run.Silos.Select(silo => silo.Address)], run.Since);
        for (var batch = 0; batch < BatchesMax && desk.Refused < BatchesMax; batch++) await desk.SendEverywhere(Subscriptions, BatchSize, run.Cancel);
        await desk.RepeatUnknown(run.Cancel);
        desk.Statuses.ShouldBeSubsetOf(Statuses, run.Said());
        var spent = desk.Accepted * Price;
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{desk.Accepted} events taken for {spent} of {Limit}, {desk.Refused} refused, streams lost {run.Silos.Sum(silo => silo.LostStreams)} times"));
        Console.WriteLine(run);
        desk.Refused.ShouldBeGreaterThan(0, "The wallet has not run dry.");
        spent.ShouldBeLessThanOrEqualTo(Limit, $"{run}\n{run.Said()}");
        spent.ShouldBeGreaterThan(Limit / 2, "Two activations must not keep each other from spending.");
        run.Silos.Sum(silo => silo.LostStreams).ShouldBeGreaterThan(0, "Nobody met a second activation.");
    }

    static string[] Subscriptions { get; } = [.. Enumerable.Range(1, SubscriptionsOfTheWallet).Select(number => $"s-dry-{number}")];

    static async Task<ClusterRun> TwoClusters(string name) => await ClusterRun.Begin(new ClusterSetUp(name, await ClusterRun.NewPlace(), 4,
        (number, shape) => number <= 2 ? shape : new([.. shape.Options.Select(word => word == ClusterRun.ClusterName ? "unknown-to-the-first" : word)])));
}
