// A usage workload against the real server: calibrated once, then measured round by round, each round checked.
using Npgsql;
using OrleansBilling.LoadTests.Checking;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>The store under load, and what is known of it so far: shared by all workloads of a run.</summary>
sealed class CheckedStore(NpgsqlDataSource source, int subscriptions, Tariff? tariff = null) : IAsyncDisposable
{
    readonly JournalAudit audit = new(subscriptions);
    readonly ExpectedUsage expected = new(subscriptions, tariff ?? Tariff.Plain);
    readonly List<string> faults = [];
    ulong loads;

    public long Events => expected.Events;

    /// <summary>Never the same one twice in a run: equal seeds make equal event ids.</summary>
    public ulong NextSeed() => ++loads * 1_000_003;

    public Task Learn(CancellationToken cancel) => JournalReader.LearnStreams(source, audit, cancel);

    /// <summary>After a load has ended: its logs against the database. Empty: everything holds.</summary>
    public async Task<IReadOnlyList<string>> Check(IReadOnlyList<SentLog> logs, CancellationToken cancel)
    {
        faults.AddRange(logs.SelectMany(log => log.Faults));
        expected.Add(logs);
        try
        {
            await JournalReader.ReadNew(source, audit, cancel);
        }
        catch (JournalFormatException fault)
        {
            faults.Add(fault.Message);
        }

        return [.. faults, .. audit.Compare(expected)];
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}

sealed class UsageWorkload(string name, EventMix mix, IReadOnlyList<int> counts, LoadTarget target, CheckedStore store, BenchPlan plan) : IContender
{
    int connections = counts[0];

    public string Name => name;

    /// <summary>Tries each number of connections for a moment and keeps the best. Its events are checked at once.</summary>
    public async Task<IReadOnlyList<string>> Prepare(CancellationToken cancel)
    {
        var best = 0.0;
        foreach (var tried in counts.Count > 1 ? counts : [])
        {
            var (windows, logs) = await Load(tried, [plan.WarmUp / 2, plan.Calibration], cancel);
            if (windows[1].PerSecond > best)
                (best, connections) = (windows[1].PerSecond, tried);
            if (await store.Check(logs, cancel) is { Count: > 0 } violations)
                return violations;
        }

        return [];
    }

    public async Task<Outcome> Round(CancellationToken cancel)
    {
        var (windows, logs) = await Load(connections, [plan.WarmUp, plan.Measured], cancel);
        return new Outcome(Sample.Of(name, connections, windows[1], logs.Sum(log => log.Retries)), await store.Check(logs, cancel));
    }

    async Task<(Window[] Windows, List<SentLog> Logs)> Load(int clients, TimeSpan[] spans, CancellationToken cancel)
    {
        await using var run = await LoadRun.Start(target, mix, clients, store.NextSeed(), cancel);
        var windows = new List<Func<Window>>();
        foreach (var span in spans)
            windows.Add(await run.Measure(span, cancel));
        await run.Stop();
        return ([.. windows.Select(window => window())], run.Logs);
    }
}
