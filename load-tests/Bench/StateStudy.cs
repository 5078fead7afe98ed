// W8: what a subscription costs in memory, at rest and in use, and what its first event after a start costs.
using System.Diagnostics;
using Npgsql;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>
/// Resident memory of the server process, so with whatever the collector has not given back: an upper bound, and only meaningful for many subscriptions.
/// </summary>
sealed class StateStudy(Sizes sizes, BenchPostgres postgres, Action<string> say)
{
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    public async Task<Found> Run(CancellationToken cancel)
    {
        var subscriptions = sizes.Subscriptions;
        var population = new Population(sizes.Partners, Math.Max(sizes.Partners, subscriptions / 50), subscriptions);
        var empty = await Empty(cancel);
        var connectionString = await postgres.CreateDatabase();
        await using var store = new CheckedStore(NpgsqlDataSource.Create(connectionString), subscriptions);
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
        return new Found([Line(subscriptions, empty, started, active, cold, warm)], [.. violations, .. more]) { Events = store.Events };
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
