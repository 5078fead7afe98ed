// One run of the benchmark: servers up, population made, rounds interleaved, everything ended, report written.
using System.Diagnostics;
using Npgsql;
using OrleansBilling.LoadTests.Baselines;
using OrleansBilling.LoadTests.Servers;

namespace OrleansBilling.LoadTests.Bench;

sealed class BenchRun(BenchPlan plan, string command)
{
    readonly BenchReport report = new(plan, command);
    int pgbenchClients;

    /// <summary>Answers the exit code: 0 only if every round was measured and its check holds.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        await using (var postgres = await BenchPostgres.Start())
        {
            report.PostgresVersion = postgres.Version;
            var connectionString = await postgres.CreateDatabase();
            await using var server = await BillingServer.Start(connectionString, cancel);
            await using var store = new CheckedStore(NpgsqlDataSource.Create(connectionString), plan.Population.Subscriptions);
            Say($"making {plan.Population.Subscriptions:N0} subscriptions");
            report.SetUp = await plan.Population.Create(server.Target(postgres), cancel);
            await store.Learn(cancel);
            using var baseline = new PgbenchBaseline(await postgres.CreateDatabase(), plan.Population);
            if (plan.Has("B1"))
                await baseline.Create(cancel);
            await Rounds(postgres, server, store, baseline, cancel);
            report.ServerPeakMemory = server.PeakMemory;
            report.Events = store.Events;
        }

        report.Elapsed = Stopwatch.GetElapsedTime(began);
        return await report.Write(cancel);
    }

    async Task Rounds(BenchPostgres postgres, BillingServer server, CheckedStore store, PgbenchBaseline baseline, CancellationToken cancel)
    {
        foreach (var name in new[] { "W1z", "W1u", "W1h" }.Where(plan.Has))
        {
            var workload = new UsageWorkload(name, plan.Mix(name), server.Target(postgres), store, plan);
            Say($"{name}: trying {string.Join(", ", plan.ConnectionCounts)} connections");
            report.Violations.AddRange(await workload.Calibrate(cancel));
            // A B B A: what drifts during a run hits both alike.
            for (var round = 0; round < plan.Rounds && report.Violations.Count == 0; round++)
            {
                if (round % 2 == 0)
                    await Product(workload, postgres, cancel);
                await Baseline(baseline, postgres, cancel);
                if (round % 2 == 1)
                    await Product(workload, postgres, cancel);
            }
        }

        if (report.Violations.Count > 0)
            Say(server.Output);
        else
            await Floors(postgres, cancel);
    }

    // What PostgreSQL and HTTP do at most, with nothing decided: they say how much of the way is left.
    async Task Floors(BenchPostgres postgres, CancellationToken cancel)
    {
        if (plan.Has("B5"))
        {
            var copy = new CopyBaseline(await postgres.CreateDatabase(), plan.Population);
            await copy.Create(cancel);
            await postgres.Checkpoint();
            report.AddBaseline("B5", CopyBaseline.Connections, await copy.Run(plan.Baseline, cancel));
        }

        if (!plan.Has("B4"))
            return;
        var single = new BareKestrel(plan.Mix("W1u") with { EventsPerRequest = 1 }, 64);
        report.AddBaseline("B4 one", single.Connections, await single.Run(plan.Baseline, cancel));
        var batch = new BareKestrel(plan.Mix("W1u"), 16);
        report.AddBaseline("B4 500", batch.Connections, await batch.Run(plan.Baseline, cancel));
    }

    async Task Product(UsageWorkload workload, BenchPostgres postgres, CancellationToken cancel)
    {
        await postgres.Checkpoint();
        var round = await workload.Measure(cancel);
        Say($"{workload.Name}: {round.Window.PerSecond:N0} events/s, {(round.Violations.Count == 0 ? "checked" : "VIOLATED")}");
        report.Add(workload, round);
    }

    async Task Baseline(PgbenchBaseline baseline, BenchPostgres postgres, CancellationToken cancel)
    {
        if (!plan.Has("B1"))
            return;
        if (pgbenchClients == 0)
            pgbenchClients = await Best(baseline, cancel);
        await postgres.Checkpoint();
        var perSecond = await baseline.Run(pgbenchClients, plan.Baseline, cancel);
        Say($"B1: {perSecond:N0} events/s with {pgbenchClients} clients");
        report.AddBaseline("B1", pgbenchClients, perSecond);
    }

    async Task<int> Best(PgbenchBaseline baseline, CancellationToken cancel)
    {
        var (best, clients) = (0.0, 0);
        foreach (var tried in plan.PgbenchClients)
        {
            var perSecond = await baseline.Run(tried, plan.Calibration, cancel);
            if (perSecond > best)
                (best, clients) = (perSecond, tried);
        }

        return clients;
    }

    static void Say(string what) => Console.Error.WriteLine($"bench: {what}");
}
