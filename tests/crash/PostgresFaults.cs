// PostgreSQL fails under a running server: connections cut at random, the whole database server ended at once and started again.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Crash.Tests;

[Collection(nameof(Alone))]
public sealed class PostgresFaults
{
    const string Now = "2025-05-20T12:00:00+03:00";
    const int RefusalsWanted = 16;
    // Below the time-out of a call inside the server: who runs into that has not been told, but has been let wait.
    static readonly TimeSpan RefusesWithin = TimeSpan.FromSeconds(8);

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cutting_every_connection_again_and_again_loses_nothing_and_the_server_recovers()
    {
        await using var run = await Begin("backends terminated", await PostgresPlace.Create(await PostgresServer.Get()));
        await using var load = new Load(run.World, run.Log, [run.Server.Address], KillUnderLoad.LastDays, run.Seed) { Circumstances = () => run.Server.Said };
        for (var cycle = CrashRun.Cycles(15); cycle > 0; cycle--)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(1, 500), CrashRun.HealsWithin, cancel);
            await run.Moment(40);
            await ((PostgresPlace)run.Place).KillBackends();
        }
        await End(run, load);
    }

    [Fact]
    public async Task A_database_that_is_stopped_and_started_under_load_is_answered_with_503_meanwhile()
    {
        // Its data has to survive: with the log on disk before a commit is answered.
        await using var postgres = await PostgresServer.Start(["fsync=on"]);
        await using var run = await Begin("PostgreSQL stopped", await PostgresPlace.Create(postgres));
        await using var load = new Load(run.World, run.Log, [run.Server.Address], KillUnderLoad.LastDays, run.Seed) { Circumstances = () => run.Server.Said };
        var longest = TimeSpan.Zero;
        for (var cycle = CrashRun.Cycles(2); cycle > 0; cycle--)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(500, 2_000), CrashRun.HealsWithin, cancel);
            await run.Moment(100);
            await postgres.StopImmediately();
            await load.Refuse(load.Unavailable + RefusalsWanted, CrashRun.HealsWithin, cancel);
            await postgres.StartAgain();
            var recovered = await load.NextAcknowledgement().WaitAsync(CrashRun.HealsWithin, cancel);
            longest = recovered > longest ? recovered : longest;
        }
        run.Tell($"503 after at most {load.SlowestRefusal.TotalSeconds:0.0} s, acknowledges again within {longest.TotalSeconds:0.0} s of the database's start");
        load.SlowestRefusal.ShouldBeLessThan(RefusesWithin, "A database that refuses connections is known to be away at once.");
        await End(run, load);
    }

    // PostgreSQL gives up when it cannot write its log, so this is a crash with nothing to recover on until there is room.
    [Fact]
    public async Task A_database_whose_disk_is_full_acknowledges_nothing_and_loses_nothing()
    {
        await using var postgres = await PostgresServer.Start(["fsync=on"]);
        await using var run = await Begin("PostgreSQL without room", await PostgresPlace.Create(postgres));
        await using var load = new Load(run.World, run.Log, [run.Server.Address], KillUnderLoad.LastDays, run.Seed) { Circumstances = () => run.Server.Said };
        for (var cycle = CrashRun.Cycles(2); cycle > 0; cycle--)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(500, 2_000), CrashRun.HealsWithin, cancel);
            await postgres.FillDisk();
            await load.Refuse(load.Unavailable + RefusalsWanted, CrashRun.HealsWithin, cancel);
            await postgres.StopImmediately();
            await postgres.StartAgain();
            await load.NextAcknowledgement().WaitAsync(CrashRun.HealsWithin, cancel);
        }
        await End(run, load);
    }

    async Task<CrashRun> Begin(string name, PostgresPlace place)
    {
        var run = await CrashRun.Begin(name, place, new World(partners: 5, customersOfEach: 2, subscriptionsOfEach: 4));
        using var api = new Api(run.Server.Address);
        await api.Advance(Now, cancel);
        return run;
    }

    async Task End(CrashRun run, Load load)
    {
        await load.Drain(CrashRun.HealsWithin, cancel);
        load.Surprises.ShouldBeEmpty(run.ToString());
        run.Tell($"{load.Acknowledged} events, {load.Unavailable} times 503, {load.Broken} connections broken");
        load.Broken.ShouldBe(0, "The server itself never failed: it has to answer.");
        await run.ShouldHold(["2025-05"]);
    }
}
