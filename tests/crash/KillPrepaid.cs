// SIGKILL at random moments while wallets run dry, packages are given, events corrected and backfills reverted (RTPE-11): judged by the simulator's auditor, which shares no code with the product.
using OrleansBilling.Crash.Tests.Prepaid;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Crash.Tests;

public sealed class KillPrepaid
{
    const int RequestsMax = 150;
    static readonly TimeSpan HealsWithin = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Wallets_of_a_server_that_is_killed_again_and_again_spend_no_cent_too_much(StoreKind kind)
    {
        var cancel = TestContext.Current.CancellationToken;
        var random = new Random(CrashRun.NextSeed);
        await using var place = await StorePlace.Create(kind);
        await using var server = new ServerProcess(place);
        await server.Start(cancel);
        await using var run = new PrepaidRun(place, [server], CrashRun.NextSeed);
        await run.Start();
        var cycles = CrashRun.Cycles(4);
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            await run.Reach(random.Next(1, RequestsMax), HealsWithin);
            await Task.Delay(random.Next(60), cancel);
            await server.Kill();
            await server.Start(cancel);
        }
        // A run in which nothing happens finds nothing: it goes on until each kind of command was carried out.
        await run.Reach(RequestsMax, HealsWithin);
        for (var more = 0; !run.DidAll && more < 20; more++) await run.Reach(RequestsMax, HealsWithin);
        var findings = await run.Judge();
        Console.WriteLine($"prepaid on {kind}, BILLING_SEED={CrashRun.NextSeed}, {cycles} kills, {run.Answered} requests decided, {run.Done}");
        run.DidAll.ShouldBeTrue($"{run.Done}");
        findings.All.ShouldBeEmpty($"BILLING_SEED={CrashRun.NextSeed}\n{findings}\nThe server said:\n{server.Said}");
    }
}
