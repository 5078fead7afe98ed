// Silos that die, are stopped for longer than the others wait, and all of them at once (F1, F2, F4).
using System.Globalization;

namespace OrleansBilling.Cluster.Tests;

public sealed class LostSilos
{
    static readonly TimeSpan KnowsWithin = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task F1_subscriptions_of_a_silo_that_is_killed_are_taken_up_by_the_others()
    {
        await using var run = await ClusterRun.Begin("kill -9 of one of three");
        await using var load = run.NewLoad();
        var (longest, kills) = (TimeSpan.Zero, FaultLengths.Times(3, 200));
        for (var cycle = 0; cycle < kills; cycle++)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(500, 1_500), ClusterRun.HealsWithin, run.Cancel);
            await run.Moment(60);
            await run.AnySilo().Kill();
            var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
            longest = settled > longest ? settled : longest;
            await run.StartEnded();
        }
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{kills} kills, whatever was open was taken within {longest.TotalSeconds:0.0} s"));
        longest.ShouldBeLessThan(ClusterRun.TakenUpWithin);
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F2_all_silos_killed_at_once_find_everything_again()
    {
        await using var run = await ClusterRun.Begin("kill -9 of all three");
        await using var load = run.NewLoad();
        for (var cycle = 0; cycle < FaultLengths.Times(2, 20); cycle++)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(500, 1_500), ClusterRun.HealsWithin, run.Cancel);
            await run.Moment(60);
            await Task.WhenAll(run.Silos.Select(silo => silo.Kill()));
            await run.StartEnded();
            var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
            run.Tell(string.Create(CultureInfo.InvariantCulture, $"ready again, and whatever was open taken {settled.TotalSeconds:0.0} s later"));
        }
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F4_a_silo_that_wakes_up_after_it_was_voted_dead_writes_nothing_more()
    {
        await using var run = await ClusterRun.Begin("SIGSTOP past the death vote");
        await using var load = run.NewLoad();
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        var zombie = run.AnySilo();
        await run.Moment(60);
        await zombie.Pause();
        load.SendOpenAgain();
        await Task.WhenAll(run.UntilVotedDead(zombie), Task.Delay(FaultLengths.Seconds(0, 60), run.Cancel));
        // The others have taken its subscriptions and written to them: whatever it had queued must lose.
        load.SendOpenAgain();
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        await zombie.Continue();
        await run.UntilNotReady(zombie, KnowsWithin);
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        await run.UntilEnded(zombie);
        run.Tell($"the zombie lost {zombie.LostStreams} streams and has ended itself");
        zombie.LostStreams.ShouldBeGreaterThan(0, "The zombie never tried to write: the run has shown nothing.");
        await run.StartEnded();
        await run.ShouldHold(load);
    }
}
