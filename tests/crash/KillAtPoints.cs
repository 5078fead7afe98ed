// SIGKILL at named points: around the commit of a flush, in a batch of snapshots, between a slice and its receipt.
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Prepaid;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Crash.Tests;

public sealed class KillAtPoints
{
    const string Now = "2025-05-20T12:00:00+03:00";
    const int TimesMax = 40;
    static readonly string[] OfUsage = ["flush.sending", "flush.committing", "flush.committed", "snapshot.written"];
    static readonly string[] OfSlices = ["slice.granted", "slice.answered", "flush.committed"];

    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_server_that_dies_around_a_commit_loses_nothing_and_counts_nothing_twice(StoreKind kind)
    {
        await using var run = await CrashRun.Begin($"killed around commits on {kind}", await StorePlace.Create(kind), new World(partners: 5, customersOfEach: 2, subscriptionsOfEach: 4));
        using (var api = new Api(run.Server.Address)) await api.Advance(Now, cancel);
        await using var load = new Load(run.World, run.Log, [run.Server.Address], KillUnderLoad.LastDays, run.Seed) { Circumstances = () => run.Server.Said };
        await run.DieAt(Points(OfUsage, run.Random), load);
        await load.Drain(CrashRun.HealsWithin, cancel);
        load.Surprises.ShouldBeEmpty(run.ToString());
        run.Tell($"{load.Acknowledged} events, {load.Broken} answers broken off");
        await run.ShouldHold(["2025-05"]);
    }

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_slice_that_was_granted_and_not_received_is_neither_lost_nor_spent_twice(StoreKind kind)
    {
        var random = new Random(CrashRun.NextSeed);
        await using var place = await StorePlace.Create(kind);
        await using var server = new ServerProcess(place);
        await server.Start(cancel);
        await using var run = new PrepaidRun(place, [server], CrashRun.NextSeed);
        await run.Start();
        await server.Kill();
        var points = Points(OfSlices, random);
        foreach (var point in points)
        {
            server.CrashAt = point;
            server.Launch();
            await server.Died(CrashRun.HealsWithin, cancel);
        }
        server.CrashAt = null;
        await server.Start(cancel);
        await run.Reach(150, CrashRun.HealsWithin);
        var findings = await run.Judge();
        Console.WriteLine($"killed between slices on {kind}, BILLING_SEED={CrashRun.NextSeed}, at {string.Join(' ', points)}, {run.Answered} requests decided");
        findings.All.ShouldBeEmpty($"BILLING_SEED={CrashRun.NextSeed}\n{findings}\nThe server said:\n{server.Said}");
    }

    // Each point as often as BILLING_CRASH_CYCLES says, at a time that chance chooses.
    static string[] Points(string[] points, Random random) =>
        [.. Enumerable.Range(0, CrashRun.Cycles(1)).SelectMany(_ => points.Select(point => $"{point}:{random.Next(1, point is "snapshot.written" ? 2 : TimesMax)}"))];
}
