// The disk under a SQLite store is full while usage streams in, and has room again later.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Crash.Tests;

public sealed class FullDisk
{
    const string Now = "2025-05-20T12:00:00+03:00";
    const int RefusalsWanted = 40;

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_there_is_no_room_usage_is_refused_for_later_and_afterwards_the_server_works_again_by_itself()
    {
        await using var run = await CrashRun.Begin("disk full", await StorePlace.Create(StoreKind.Sqlite), new World(partners: 5, customersOfEach: 2, subscriptionsOfEach: 4));
        using (var api = new Api(run.Server.Address)) await api.Advance(Now, cancel);
        await using var load = new Load(run.World, run.Log, [run.Server.Address], KillUnderLoad.LastDays, run.Seed) { Circumstances = () => run.Server.Said };
        for (var cycle = CrashRun.Cycles(3); cycle > 0; cycle--)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(200, 1_000), CrashRun.HealsWithin, cancel);
            run.Server.FillDisk();
            await load.Refuse(load.Unavailable + RefusalsWanted, CrashRun.HealsWithin, cancel);
            var acknowledged = load.Acknowledged;
            await load.Refuse(load.Unavailable + RefusalsWanted, CrashRun.HealsWithin, cancel);
            load.Acknowledged.ShouldBe(acknowledged, "Nothing can be durable without room.");
            run.Server.EmptyDisk();
            await load.NextAcknowledgement().WaitAsync(CrashRun.HealsWithin, cancel);
        }
        await load.Drain(CrashRun.HealsWithin, cancel);
        load.Surprises.ShouldBeEmpty(run.ToString());
        load.Broken.ShouldBe(0, "The server never failed: it has to answer.");
        run.Tell($"{load.Acknowledged} events, {load.Unavailable} times 503");
        await run.ShouldHold(["2025-05"]);
    }
}
