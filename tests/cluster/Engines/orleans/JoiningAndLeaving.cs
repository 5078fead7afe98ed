// Silos come and go while usage streams in: told to stop, as in a rolling update (F24); and none is taken for dead that only has no time.
using System.Diagnostics;
using System.Globalization;

namespace OrleansBilling.Cluster.Tests;

public sealed class JoiningAndLeaving
{
    const int ActiveMember = 3;

    [Fact]
    public async Task F24_a_rolling_restart_fails_no_event_for_good()
    {
        await using var run = await ClusterRun.Begin("rolling restart");
        await using var load = run.NewLoad();
        var (longest, rounds) = (TimeSpan.Zero, FaultLengths.Times(2, 10));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var silo in run.Silos)
            {
                var pause = Task.Delay(FaultLengths.Seconds(0, 20), run.Cancel);
                await load.Reach(load.Acknowledged + 500, ClusterRun.HealsWithin, run.Cancel);
                await pause;
                (await silo.Stop()).ShouldBe(0, silo.Said);
                var settled = await load.Settle(ClusterRun.HealsWithin, run.Cancel);
                longest = settled > longest ? settled : longest;
                await silo.Start(run.Cancel);
            }
        }
        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{rounds * run.Silos.Count} silos left and came back, whatever was open was taken within {longest.TotalSeconds:0.0} s of each end"));
        longest.ShouldBeLessThan(TimeSpan.FromSeconds(10), "A silo that is told to stop hands over what it has.");
        (await run.MemberStates()).Count(state => state == ActiveMember).ShouldBe(3);
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task A_silo_that_joins_takes_its_part_and_a_fourth_one_leaves_again()
    {
        await using var run = await ClusterRun.Begin("a fourth silo");
        await using var load = run.NewLoad();
        await using var fourth = run.NewSilo(4);
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        await fourth.Start(run.Cancel);
        await load.Reach(load.Acknowledged + 1_000, ClusterRun.HealsWithin, run.Cancel);
        (await run.MemberStates()).Count(state => state == ActiveMember).ShouldBe(4);
        (await fourth.Stop()).ShouldBe(0, fourth.Said);
        await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task A_silo_that_leaves_is_not_ready_again_and_one_that_joins_only_when_the_others_take_it_for_alive()
    {
        await using var run = await ClusterRun.Begin("leaving and joining, asked all the time");
        await using var load = run.NewLoad();
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        var silo = run.AnySilo();
        var stopping = silo.Stop();
        var (wasReady, isReady) = (true, true);
        while (!stopping.IsCompleted)
        {
            (wasReady, isReady) = (isReady, await silo.IsReady(run.Cancel));
            (isReady && !wasReady).ShouldBeFalse("It had said that it leaves.");
        }
        (await stopping).ShouldBe(0, silo.Said);
        silo.Launch();
        await silo.UntilReady(run.Cancel);
        (await run.MemberStates()).Count(state => state == ActiveMember).ShouldBe(3, "It says ready, so it is a member.");
        await load.Settle(ClusterRun.HealsWithin, run.Cancel);
        await run.ShouldHold(load);
    }

    [Fact]
    public async Task Silos_without_processor_time_are_not_taken_for_dead()
    {
        await using var run = await ClusterRun.Begin("processors taken away");
        await using var load = run.NewLoad();
        await load.Reach(1_000, ClusterRun.HealsWithin, run.Cancel);
        var busy = Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => Process.Start("sh", ["-c", "while :; do :; done"])).ToList();
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(20), run.Cancel);
            (await run.MemberStates()).ShouldAllBe(state => state == ActiveMember, run.Said());
        }
        finally
        {
            foreach (var one in busy)
            {
                one.Kill();
                one.Dispose();
            }
        }
        run.Tell($"{busy.Count} busy programs on {Environment.ProcessorCount} processors for 20 s, no silo was taken for dead");
        await run.ShouldHold(load);
    }
}
