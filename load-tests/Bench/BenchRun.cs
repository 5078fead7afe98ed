// One run of the benchmark: servers up, population made, rounds interleaved, everything ended, report written.
using System.Diagnostics;
using Npgsql;
using OrleansBilling.LoadTests.Baselines;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

sealed class BenchRun(BenchPlan plan, string command)
{
    const int SingleConnections = 64;
    readonly BenchReport report = new(plan, command);

    /// <summary>Answers the exit code: 0 only if every round was measured and its check holds.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        await using (var postgres = await BenchPostgres.Start())
        {
            report.PostgresVersion = postgres.Version;
            if (plan.NeedsRounds)
                await Shared(postgres, cancel);
            await Studies(postgres, cancel);
        }

        report.Elapsed = Stopwatch.GetElapsedTime(began);
        return await report.Write(cancel);
    }

    async Task Shared(BenchPostgres postgres, CancellationToken cancel)
    {
        var connectionString = await postgres.CreateDatabase();
        await using var server = await BillingServer.Start(connectionString, cancel);
        await using var store = new CheckedStore(NpgsqlDataSource.Create(connectionString), plan.Population.Subscriptions + HotWallets.Subscriptions,
            plan.Population.Tariff with { Ordinary = plan.Population.Subscriptions });
        Say($"making {plan.Population.Subscriptions:N0} subscriptions");
        report.SetUp = await plan.Population.Create(server.Target(postgres), cancel);
        await store.Learn(cancel);
        await Rounds(postgres, server, store, cancel);
        report.ServerPeakMemory = server.PeakMemory;
        await Studies(postgres, server, store, cancel);
        report.Events += store.Events;
        if (report.Violations.Count > 0)
            Say(server.Output);
    }

    async Task Rounds(BenchPostgres postgres, BillingServer server, CheckedStore store, CancellationToken cancel)
    {
        using var single = new PgbenchBaseline(await postgres.CreateDatabase(), plan.Population);
        using var batch = new BatchBaseline(await postgres.CreateDatabase(), plan.Population);
        var copy = new CopyBaseline(await postgres.CreateDatabase(), plan.Population);
        await using var redis = new RedisBaseline(plan.Population);
        await using var kestrel = new BareKestrel(plan.Mix("W2"));
        IContender Named(string name) => name switch
        {
            "B1" => new Baseline(name, plan.PgbenchClients, plan, single.Create, single.Run),
            "B2" => new Baseline(name, plan.BatchClients, plan, batch.Create, batch.Run),
            "B3" => new Baseline(name, [RedisBaseline.Clients], plan, redis.Create, redis.Run),
            "B4" => new Baseline(name, [SingleConnections], plan, kestrel.Create, kestrel.Run),
            "B5" => new Baseline(name, [CopyBaseline.Connections], plan, copy.Create, copy.Run),
            _ => new UsageWorkload(name, plan.Mix(name), name == "W2" ? [SingleConnections] : plan.ConnectionCounts, server.Target(postgres), store, plan),
        };
        var contenders = BenchPlan.Contenders.Where(plan.Has).Select(Named).ToList();
        await WarmUp(server.Target(postgres), store, cancel);
        foreach (var contender in contenders)
        {
            Say($"{contender.Name}: getting ready");
            report.Violations.AddRange(await contender.Prepare(cancel));
        }

        // A B B A: what drifts during a run hits all alike.
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var contender in round % 2 == 0 ? contenders : Enumerable.Reverse(contenders))
                await Round(contender, postgres, cancel);
        }
    }

    async Task Studies(BenchPostgres postgres, BillingServer server, CheckedStore store, CancellationToken cancel)
    {
        var studies = new (string Name, IStudy Study)[]
        {
            ("W10", new OfferedStudy()), ("W3", new HoldStudy()), ("W4", new FocusStudy()), ("W6", new MonthStudy()), ("W9", new CrashStudy()),
        }.Where(one => plan.Has(one.Name)).ToList();
        if (studies.Count == 0)
            return;
        var target = server.Target(postgres);
        var capacity = report.Mean("W1z") ?? await Capacity("W1z", 16, target, store, cancel);
        var singles = !plan.Has("W10") ? 0 : report.Mean("W2") ?? await Capacity("W2", SingleConnections, target, store, cancel);
        var scene = new Scene(plan, postgres, server, store, capacity, singles);
        foreach (var (name, study) in studies.TakeWhile(_ => report.Violations.Count == 0))
        {
            Say(FormattableString.Invariant($"{name}, where full load is {scene.Capacity:N0} events/s"));
            report.Add(name, await study.Run(scene, cancel));
        }
    }

    // With servers of their own.
    async Task Studies(BenchPostgres postgres, CancellationToken cancel)
    {
        if (plan.Has("W7") && report.Violations.Count == 0)
            report.Add("W7", await new CloseStudy(plan, postgres, Say).Run(cancel));
        if (plan.Has("W8") && report.Violations.Count == 0)
            report.Add("W8", await new StateStudy(plan, postgres, Say).Run(cancel));
    }

    async Task<double> Capacity(string workload, int connections, LoadTarget target, CheckedStore store, CancellationToken cancel)
    {
        var outcome = await new UsageWorkload(workload, plan.Mix(workload), [connections], target, store, plan).Round(cancel);
        report.Add(outcome);
        return outcome.Sample.PerSecond;
    }

    // So that no workload is measured while the server is being compiled, or while its subscriptions are being activated.
    async Task WarmUp(LoadTarget target, CheckedStore store, CancellationToken cancel)
    {
        foreach (var workload in new[] { "W1u", "W1z" })
        {
            await using var run = await LoadRun.Start(target, plan.Mix(workload), 16, store.NextSeed(), cancel);
            await run.Measure(plan.FirstWarmUp, cancel);
            await run.Stop();
            report.Violations.AddRange(await store.Check(run.Logs, cancel));
        }
    }

    async Task Round(IContender contender, BenchPostgres postgres, CancellationToken cancel)
    {
        if (report.Violations.Count > 0)
            return;
        await postgres.Checkpoint();
        var outcome = await contender.Round(cancel);
        report.Add(outcome);
        Say($"{contender.Name}: {outcome.Sample.PerSecond:N0} events/s{(outcome.Violations.Count == 0 ? "" : ", VIOLATED")}");
    }

    static void Say(string what) => Console.Error.WriteLine($"bench: {what}");
}
