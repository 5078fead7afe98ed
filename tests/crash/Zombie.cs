// Two servers on one database: one is stopped in the middle of its work, the other takes its subscriptions, the first one wakes up.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Crash.Tests;

/// <summary>What happens to a process in a long collection or on a machine that pauses: it does not know that time has passed.</summary>
public sealed class Zombie
{
    const string Now = "2025-05-20T12:00:00+03:00";
    const int TakenOver = 1_000;
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_wakes_up_after_another_took_over_counts_nothing_twice()
    {
        await using var run = await CrashRun.Begin("zombie", await PostgresPlace.Create(await PostgresServer.Get()), new World(partners: 5, customersOfEach: 2, subscriptionsOfEach: 5));
        using (var api = new Api(run.Server.Address)) await api.Advance(Now, cancel);
        var other = run.NewServer();
        await other.Start(cancel);
        // The zombie's clients wait for its answers, however late: they have to be true as well. The other's clients send new events to the same
        // subscriptions, and again whatever is open.
        await using var load = new Load(run.World, run.Log, [run.Server.Address, other.Address], KillUnderLoad.LastDays, run.Seed) { Circumstances = () => run.Server.Said };
        for (var cycle = CrashRun.Cycles(3); cycle > 0; cycle--)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(500, 1_500), CrashRun.HealsWithin, cancel);
            await run.Moment(60);
            await run.Server.Pause();
            load.SendOpenAgain();
            await load.Reach(load.Acknowledged + TakenOver, CrashRun.HealsWithin, cancel);
            await run.Server.Continue();
        }
        await load.Drain(CrashRun.HealsWithin, cancel);
        load.Surprises.ShouldBeEmpty(run.ToString());
        run.Tell($"{load.Acknowledged} events, {load.Unavailable} times 503, streams lost to the other {run.Server.LostStreams} and {other.LostStreams} times");
        run.Server.LostStreams.ShouldBeGreaterThan(0, "The zombie never tried to write: the run has shown nothing.");
        // Both hold activations of the same subscriptions; live figures are asked of one that has read the journal.
        await other.Kill();
        await run.Server.Kill();
        await run.Server.Start(cancel);
        await run.ShouldHold(["2025-05"]);
    }
}
