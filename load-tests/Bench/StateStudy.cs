// W8: what a subscription costs in memory, at rest and in use, what its first event after a start costs, and what an event costs among so many.
using System.Diagnostics;
using Npgsql;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>
/// Resident memory of the server process, so with whatever the collector has not given back: an upper bound, and only meaningful for many subscriptions.
/// </summary>
sealed class StateStudy(BenchPlan plan, BenchPostgres postgres, Action<string> say)
{
    const int Connections = 16;
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    public async Task<Found> Run(CancellationToken cancel)
    {
        var subscriptions = plan.Sizes.Subscriptions;
        var partners = Math.Min(plan.Sizes.Partners, subscriptions);
        var population = plan.Population with { Partners = partners, Customers = Math.Max(partners, subscriptions / 50), Subscriptions = subscriptions };
        var empty = await Empty(cancel);
        var connectionString = await postgres.CreateDatabase();
        await using var store = new CheckedStore(NpgsqlDataSource.Create(connectionString), subscriptions, population.Tariff);
        say($"W8: making {subscriptions:N0} subscriptions");
        await using (var first = await BillingServer.Start(connectionString, cancel))
        {
            await population.Create(first.Target(postgres), cancel);
            await store.Learn(cancel);
            // Its violations are not forgotten: the store tells them again.
            await EachOnce(first, store, subscriptions, cancel);
        }

        await using var server = await BillingServer.Start(connectionString, cancel);
        await Task.Delay(Rest, cancel);
        var target = server.Target(postgres);
        var started = ProcessUsage.Memory(target.ServerProcess);
        var (cold, violations) = await EachOnce(server, store, subscriptions, cancel);
        await Task.Delay(Rest, cancel);
        var active = ProcessUsage.Memory(target.ServerProcess);
        var (warm, more) = await EachOnce(server, store, subscriptions, cancel);
        var loaded = await new UsageWorkload("W8", (plan with { Population = population }).Mix("W1z"), [Connections], target, store, plan).Round(cancel);
        var findings = new[] { Line(subscriptions, empty, started, active, cold, warm), Cost(subscriptions, loaded.Sample) };
        return new Found(findings, [.. violations, .. more, .. loaded.Violations]) { Events = store.Events };
    }

    async Task<long> Empty(CancellationToken cancel)
    {
        await using var server = await BillingServer.Start(await postgres.CreateDatabase(), cancel);
        await Task.Delay(Rest, cancel);
        return ProcessUsage.Memory(server.Target(postgres).ServerProcess);
    }

    async Task<(double Seconds, IReadOnlyList<string> Violations)> EachOnce(BillingServer server, CheckedStore store, int subscriptions,
        CancellationToken cancel)
    {
        await postgres.Checkpoint();
        var began = Stopwatch.GetTimestamp();
        var logs = await EveryOnce.Send(server.Target(postgres), subscriptions, 1, store.NextSeed(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            cancel);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return (seconds, await store.Check(logs, cancel));
    }

    // Beside the same line of another size this says what size costs.
    static Finding Cost(int subscriptions, Sample sample) => new(
        FormattableString.Invariant($"W8  {subscriptions:N0} subscriptions under W1z: {sample.PerSecond:N0} events/s, {sample.ServerMicrosPerEvent:0.0} us of the server an event"),
        new Dictionary<string, double>
        {
            ["subscriptions"] = subscriptions, ["events_per_second"] = sample.PerSecond, ["micros_per_event"] = sample.ServerMicrosPerEvent ?? 0,
        });

    static Finding Line(int subscriptions, long empty, long started, long active, double cold, double warm)
    {
        var (idle, used) = ((double)(started - empty) / subscriptions, (double)(active - started) / subscriptions);
        return new(
            FormattableString.Invariant($"W8  {subscriptions:N0} subscriptions: {idle:N0} bytes each at rest, {used:N0} more when active; ")
            + FormattableString.Invariant($"first event of each {cold:0.00} s ({cold / subscriptions * 1e6:0} us each), the next one {warm:0.00} s"),
            new Dictionary<string, double>
            {
                ["subscriptions"] = subscriptions, ["idle_bytes"] = idle, ["active_bytes"] = used, ["cold_seconds"] = cold, ["warm_seconds"] = warm,
                ["cold_micros_each"] = cold / subscriptions * 1e6,
            });
    }
}
