// At-least-once delivery: everything comes three times, at once, at different silos (F19).
namespace OrleansBilling.Cluster.Tests;

public sealed class RepeatedDeliveries
{
    [Fact]
    public async Task F19_events_that_come_three_times_at_different_silos_count_once()
    {
        await using var run = await ClusterRun.Begin("everything three times");
        await using var load = run.NewLoad(connections: 6, copies: 3);
        await load.Reach(8_000, ClusterRun.HealsWithin, run.Cancel);
        await run.AnySilo().Kill();
        await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        await run.StartEnded();
        await run.ShouldHold(load);
    }
}
