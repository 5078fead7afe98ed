// SIGKILL at random moments while usage streams in.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Crash.Tests;

public sealed class KillUnderLoad
{
    const string Now = "2025-05-20T12:00:00+03:00";
    const int AcknowledgedMax = 1_500;
    const int MomentMax = 60;

    public static (long From, long To) LastDays => (UsageEvent.Micros("2025-05-17T00:00:00Z"), UsageEvent.Micros("2025-05-20T09:00:00Z"));

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_server_killed_again_and_again_loses_nothing_and_counts_nothing_twice(StoreKind kind)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var run = await CrashRun.Begin($"kill under load on {kind}", await StorePlace.Create(kind), new World(partners: 10, customersOfEach: 2, subscriptionsOfEach: 10));
        using (var api = new Api(run.Server.Address)) await api.Advance(Now, cancel);
        await using var load = new Load(run.World, run.Log, [run.Server.Address], LastDays, run.Seed) { Circumstances = () => run.Server.Said };
        for (var cycle = CrashRun.Cycles(4); cycle > 0; cycle--)
        {
            await load.Reach(load.Acknowledged + run.Random.Next(1, AcknowledgedMax), CrashRun.HealsWithin, cancel);
            await run.Moment(MomentMax);
            await run.KillAndStart(load);
        }
        await load.Drain(CrashRun.HealsWithin, cancel);
        load.Surprises.ShouldBeEmpty(run.ToString());
        run.Tell($"{load.Acknowledged} events, {load.Broken} answers broken off, {load.Unavailable} times 503");
        await run.ShouldHold(["2025-05"]);
    }
}
