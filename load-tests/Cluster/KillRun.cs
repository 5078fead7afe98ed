// Several silos under load, one of which is killed again and again; how long nothing was answered, and whether anything was lost.
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrleansBilling.LoadTests.Bench;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Cluster;

/// <param name="KillEvery">Zero: nobody is killed.</param>
/// <param name="Program">The silo's assembly; null: that of the Release build.</param>
sealed record KillPlan(string Engine, int Silos, TimeSpan Length, TimeSpan KillEvery, int Connections, string? Program);

sealed class KillRun(KillPlan plan)
{
    /// <summary>Requests that began within this time after a kill are those that it may have held up.</summary>
    static readonly TimeSpan Affected = TimeSpan.FromSeconds(8);

    readonly List<(long At, int Silo)> kills = [];
    readonly List<double> starts = [];
    readonly Random random = new(20261130);

    /// <summary>Answers the exit code: 0 only if the journal holds exactly what was acknowledged.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        await using var postgres = await BenchPostgres.Start();
        var connectionString = await postgres.CreateDatabase();
        await using var silos = await SiloGroup.Start(plan.Engine, plan.Program, plan.Silos, connectionString, cancel);
        await using var store = new CheckedStore(NpgsqlDataSource.Create(connectionString), Population.Quick.Subscriptions);
        await Population.Quick.Create(silos.Target(postgres), cancel);
        await store.Learn(cancel);
        var mix = BenchPlan.Of(quick: true, [], null).Mix("W1z");
        await using var load = new RovingLoad(silos, mix, plan.Connections, store.NextSeed(), cancel);
        var began = Stopwatch.GetTimestamp();
        await KillAgainAndAgain(silos, load, began, cancel);
        var ended = Stopwatch.GetTimestamp();
        await load.Stop();
        var violations = await store.Check(load.Logs, cancel);
        Report(load, began, ended, silos);
        foreach (var violation in violations)
            Console.WriteLine($"VIOLATED: {violation}");
        Console.WriteLine(violations.Count == 0
            ? $"The journal holds each of {store.Events:N0} acknowledged events once, at its price, and nothing else."
            : "Not held.");
        return violations.Count == 0 ? 0 : 1;
    }

    async Task KillAgainAndAgain(SiloGroup silos, RovingLoad load, long began, CancellationToken cancel)
    {
        if (plan.KillEvery == TimeSpan.Zero)
        {
            await load.Go(plan.Length, cancel);
            return;
        }

        for (var next = plan.KillEvery; next < plan.Length; next = Later(next + plan.KillEvery, Stopwatch.GetElapsedTime(began)))
        {
            await load.Go(next - Stopwatch.GetElapsedTime(began), cancel);
            var silo = random.Next(plan.Silos);
            kills.Add((Stopwatch.GetTimestamp(), silo));
            await silos.Kill(silo);
            // Started again when the others have taken its work up, and up before the next one dies.
            await load.Go(plan.KillEvery / 2, cancel);
            var starting = Stopwatch.GetTimestamp();
            await silos.StartAgain(silo);
            starts.Add(Stopwatch.GetElapsedTime(starting).TotalSeconds);
            Say($"cluster: {kills.Count} killed and started again in {starts[^1]:0.0} s, {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        }

        await load.Go(plan.Length - Stopwatch.GetElapsedTime(began), cancel);
    }

    // A busy machine may need longer than the plan says to start a silo again.
    static TimeSpan Later(TimeSpan planned, TimeSpan now) => planned > now ? planned : now;

    void Report(RovingLoad load, long began, long ended, SiloGroup silos)
    {
        Say($"engine {plan.Engine}, {plan.Silos} silos, W1z over {Population.Quick.Subscriptions} subscriptions, {plan.Connections} connections, {plan.Length.TotalSeconds:0} s: {load.PerSecond(began, ended):N0} events/s, {load.Logs.Sum(log => log.Retries):N0} repeats, a silo had at most {silos.PeakMemory / 1_000_000:N0} MB");
        var requests = load.Logs.SelectMany(log => log.Requests).OrderBy(one => one.CompletedAt).ToArray();
        var (silences, waits) = (new List<double>(), new List<double>());
        foreach (var (at, silo) in kills)
        {
            var affected = requests.Where(one => one.CompletedAt >= at
                && Stopwatch.GetElapsedTime(at, one.CompletedAt) - TimeSpan.FromMicroseconds(one.Micros) < Affected).ToArray();
            silences.Add(Silence(at, affected));
            waits.Add(affected.Select(one => one.Micros).DefaultIfEmpty().Max() / 1e6);
            Say($"  kill at {Stopwatch.GetElapsedTime(began, at).TotalSeconds,5:0} s, silo {silo + 1}: nothing answered for {silences[^1]:0.00} s, the longest wait of a request {waits[^1]:0.00} s");
        }

        if (kills.Count > 0)
            Say($"{kills.Count} kills: nothing answered for {silences.Average():0.00} s on average, {silences.Max():0.00} s at most; the longest wait {waits.Average():0.00} s on average, {waits.Max():0.00} s at most; ready again {starts.Average():0.0} s after its start on average, {starts.Max():0.0} s at most");
    }

    static double Silence(long at, AnsweredRequest[] affected)
    {
        var (longest, last) = (TimeSpan.Zero, at);
        foreach (var one in affected)
        {
            var gap = Stopwatch.GetElapsedTime(last, one.CompletedAt);
            longest = gap > longest ? gap : longest;
            last = one.CompletedAt;
        }

        return longest.TotalSeconds;
    }

    static void Say(FormattableString what) => Console.WriteLine(what.ToString(CultureInfo.InvariantCulture));
}
