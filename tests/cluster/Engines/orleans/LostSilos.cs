// Silos that die, are stopped for longer than the others wait, and all of them at once (F1, F2, F4).
using System.Globalization;

namespace OrleansBilling.Cluster.Tests;

public sealed class LostSilos
{
    const int DeadMember = 6;
    // A silo that hangs is asked with longer and longer time-outs before it is voted dead.
    static readonly TimeSpan DeathVote = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task F1_subscriptions_of_a_silo_that_is_killed_are_taken_up_by_the_others()
    {
        await using var run = await ClusterRun.Begin("kill -9 of one of three");
        await using var load = run.NewLoad();
        var longest = TimeSpan.Zero;
        for (var cycle = 0; cycle < 3; cycle++)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(500, 1_500), ClusterRun.HealsWithin, run.Cancel);
            await run.Moment(60);
            await run.AnySilo().Kill();
            var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
            longest = settled > longest ? settled : longest;
            await run.StartEnded();
        }
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"3 kills, whatever was open was taken within {longest.TotalSeconds:0.0} s"));
        longest.ShouldBeLessThan(ClusterRun.TakenUpWithin);
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task F2_all_silos_killed_at_once_find_everything_again()
    {
        await using var run = await ClusterRun.Begin("kill -9 of all three");
        await using var load = run.NewLoad();
        for (var cycle = 0; cycle < 2; cycle++)
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
        await run.UntilMember(DeadMember, DeathVote);
        // The others have taken its subscriptions and written to them: whatever it had queued must lose.
        load.SendOpenAgain();
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        await zombie.Continue();
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        await run.UntilEnded(zombie, ClusterRun.HealsWithin);
        run.Tell($"the zombie lost {zombie.LostStreams} streams and has ended itself");
        await run.StartEnded();
        await run.ShouldHold(load);
    }
}
