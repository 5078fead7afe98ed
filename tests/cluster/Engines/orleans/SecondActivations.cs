// Every subscription is active twice, for as long as the test lasts: two clusters that know nothing of each other on one database (F5).
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Cluster.Tests;

/// <summary>Silos 1 and 2 are one cluster, 3 and 4 another: worse than what a directory of grains that forgets does for a moment.</summary>
public sealed class SecondActivations
{
    [Fact]
    public async Task F5_two_activations_of_every_subscription_count_each_event_once()
    {
        await using var run = await ClusterRun.Begin(TwoClusters("two activations of everything", await ClusterRun.NewPlace()));
        await using var load = run.NewLoad(connections: 4, copies: 2);
        await load.Reach(3_000, ClusterRun.HealsWithin, run.Cancel);
        await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        run.Silos.Sum(silo => silo.LostStreams).ShouldBeGreaterThan(0, "Nobody met a second activation.");
        await run.ShouldHold(load);
    }

    public static ClusterSetUp TwoClusters(string name, PostgresPlace place) => new(name, place, 4,
        (number, shape) => number <= 2 ? shape : new([.. shape.Options.Select(word => word == ClusterRun.ClusterName ? "unknown-to-the-first" : word)]));
}
