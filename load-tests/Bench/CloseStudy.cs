// W7: a month's close of many partners, and of one large partner: five lines a subscription, on a sandbox clock.
using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;
using OrleansBilling.LoadTests.Traffic;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>
/// Two lines and a fee are the partner's, two lines the customer's (a rich tariff has more: <see cref="Tariff.LinesOf"/>). The clock is moved over the end
/// of the month, and everything falls due at once.
/// </summary>
sealed class CloseStudy(BenchPlan plan, BenchPostgres postgres, Action<string> say)
{
    const int Fees = 1;
    const int SubscriptionsPerCustomer = 50;
    const string Key = "bench-close";
    // The first tick of a wallet comes within 20 s.
    static readonly TimeSpan SettleBegins = TimeSpan.FromSeconds(25);
    static readonly TimeSpan SettlePause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan SettleMax = TimeSpan.FromMinutes(3);
    const long SettledRows = 2_000;
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    static readonly DateTimeOffset Start = new(2026, 5, 3, 5, 0, 0, TimeSpan.Zero);
    readonly Sizes sizes = plan.Sizes;
    readonly Tariff tariff = plan.Population.Tariff;
    long events;

    public async Task<Found> Run(CancellationToken cancel)
    {
        var (findings, violations) = (new List<Finding>(), new List<string>());
        foreach (var (partners, subscriptions) in new[] { (sizes.Partners, sizes.Subscriptions), (1, sizes.OnePartner) })
        {
            if (violations.Count == 0)
                await One(partners, subscriptions, findings, violations, cancel);
        }

        return new Found(findings, violations) { Events = events };
    }

    async Task One(int partners, int subscriptions, List<Finding> findings, List<string> violations, CancellationToken cancel)
    {
        var connectionString = await postgres.CreateDatabase();
        await using var server = await BillingServer.Sandbox(null, ["--db", connectionString], Key, cancel);
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var store = new CheckedStore(NpgsqlDataSource.Create(connectionString), subscriptions, tariff);
        using var api = new PlatformApi(new Uri($"http://127.0.0.1:{server.Port}"), Key);
        var population = new Population(partners, Math.Max(partners, subscriptions / SubscriptionsPerCustomer), subscriptions) { Tariff = tariff };
        say($"W7: making {subscriptions:N0} subscriptions of {partners:N0} partners");
        var clock = await PlatformClock.Of(api, cancel);
        await clock.Advance(Start, cancel);
        await population.Create(server.Target(postgres), cancel, Fees, clock.Now);
        await store.Learn(cancel);
        var logs = await EveryOnce.Send(server.Target(postgres), subscriptions, Prices.Countries.Length, store.NextSeed(), clock.Now.ToUnixTimeMilliseconds(),
            cancel);
        violations.AddRange(await store.Check(logs, cancel));
        if (violations.Count > 0)
            return;
        await Settle(clock, source, cancel);
        await postgres.Checkpoint();
        say("W7: closing the month");
        var (first, all) = await Told(server, () => Close(api, clock, source, cancel));
        findings.Add(await Line(population, source, server.PeakMemory, first, all, cancel));
        violations.AddRange(await store.Check([], cancel));
        events += store.Events;
        if (findings[^1].Figures["lines"] != Enumerable.Range(0, subscriptions).Sum(tariff.LinesOf) + ((double)subscriptions * Fees))
            violations.Add($"W7: {findings[^1].Figures["lines"]} lines were issued for {subscriptions} subscriptions");
        say("W7: proving the store");
        if (await Verify(connectionString, cancel) is { } said)
            violations.Add($"W7: verify does not hold: {said}");
    }

    // Wallets ask silent subscriptions for what they have lent them, as they would have long before the month ends; a clock that jumps over the end
    // would have all of that fall due together with the close.
    async Task Settle(PlatformClock clock, NpgsqlDataSource source, CancellationToken cancel)
    {
        say("W7: waiting until wallets have back what they lent");
        await clock.Advance(clock.Now.AddHours(1), cancel);
        await Task.Delay(SettleBegins, cancel);
        var (began, rows) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(began) < SettleMax)
        {
            var before = rows;
            rows = await Scalar(source, "select n_tup_ins from pg_stat_user_tables where relname = 'journal'", cancel);
            if (rows - before <= SettledRows)
                return;
            await Task.Delay(SettlePause, cancel);
        }
    }

    // What fails is explained by the server's log, which ends with the server.
    static async Task<T> Told<T>(BillingServer server, Func<Task<T>> close)
    {
        try
        {
            return await close();
        }
        catch (InvalidOperationException fault)
        {
            throw new InvalidOperationException($"{fault.Message}\nThe server said:\n{server.Output}", fault);
        }
    }

    // Every document, price and seal again from the journal; null when everything holds.
    static async Task<string?> Verify(string connectionString, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet", [BillingServer.Assembly, "verify", "--db", connectionString])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? null : await output + await errors;
    }

    static async Task<(double First, double All)> Close(PlatformApi api, PlatformClock clock, NpgsqlDataSource source, CancellationToken cancel)
    {
        var period = $"{clock.Month:yyyy-MM}";
        var began = Stopwatch.GetTimestamp();
        var moving = clock.Advance(clock.NextMonth.AddMinutes(5), cancel);
        var first = 0.0;
        for (var closed = false; !closed; await Task.Delay(Tick, cancel))
        {
            if (first == 0 && await Scalar(source, "select count(*) from (select 1 from documents where number is not null limit 1) one", cancel) > 0)
                first = Stopwatch.GetElapsedTime(began).TotalSeconds;
            closed = await IsClosed(api, period, cancel);
        }

        var all = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await moving;
        return (first == 0 ? all : first, all);
    }

    static async Task<bool> IsClosed(PlatformApi api, string period, CancellationToken cancel)
    {
        var (status, run) = await api.Try(HttpMethod.Get, $"/v1/runs/monthly:{period}?limit=1", null, cancel);
        if (status != 200)
            return false;
        var progress = run.GetProperty("progress");
        if (progress.GetProperty("failed").GetInt64() is > 0 and var failed)
            throw new InvalidOperationException($"{failed} agreements could not be closed: {run}");
        return run.GetProperty("state").GetString() != "running" && run.GetProperty("finished_at").ValueKind != JsonValueKind.Null;
    }

    static async Task<Finding> Line(Population population, NpgsqlDataSource source, long peakMemory, double first, double all, CancellationToken cancel)
    {
        var documents = await Scalar(source, "select count(*) from documents", cancel);
        var lines = await Scalar(source, "select count(*) from document_lines", cancel);
        return new(
            FormattableString.Invariant($"W7  {population.Partners:N0} partners, {population.Subscriptions:N0} subscriptions: {documents:N0} documents with {lines:N0} ")
            + FormattableString.Invariant($"lines in {all:0.0} s ({documents / all:N0} documents/s, {lines / all:N0} lines/s), first invoice after {first:0.0} s, ")
            + FormattableString.Invariant($"peak memory {peakMemory / 1048576:N0} MB"),
            new Dictionary<string, double>
            {
                ["partners"] = population.Partners, ["subscriptions"] = population.Subscriptions, ["documents"] = documents, ["lines"] = lines,
                ["seconds"] = all, ["first_invoice_seconds"] = first, ["documents_per_second"] = documents / all, ["lines_per_second"] = lines / all,
                ["peak_memory_mb"] = peakMemory / 1048576.0,
            });
    }

    static async Task<long> Scalar(NpgsqlDataSource source, string sql, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
