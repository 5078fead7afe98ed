// The same load on the embedded engine, on one silo and on three, in turns: what a cluster costs and brings on one machine.
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using OrleansBilling.LoadTests.Bench;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Cluster;

sealed class SpeedRun(int rounds, TimeSpan measured, int connections)
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    static readonly TimeSpan FirstWarmUp = TimeSpan.FromSeconds(8);
    static readonly (string Name, string Engine, int Silos)[] Shapes = [("embedded", "embedded", 1), ("orleans, 1 silo", "orleans", 1), ("orleans, 3 silos", "orleans", 3)];
    static readonly string[] Workloads = ["W1z", "W1u", "W1h"];

    sealed record Contender(string Name, SiloGroup Silos, CheckedStore Store);

    /// <summary>Answers the exit code: 0 only if every round's check holds.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        await using var postgres = await BenchPostgres.Start();
        var contenders = new List<Contender>();
        try
        {
            foreach (var (name, engine, count) in Shapes)
                contenders.Add(await Prepare(name, engine, count, postgres, cancel));
            return await Measure(contenders, postgres, cancel);
        }
        finally
        {
            foreach (var one in contenders)
            {
                await one.Silos.DisposeAsync();
                await one.Store.DisposeAsync();
            }
        }
    }

    static async Task<Contender> Prepare(string name, string engine, int count, BenchPostgres postgres, CancellationToken cancel)
    {
        var connectionString = await postgres.CreateDatabase();
        var silos = await SiloGroup.Start(engine, null, count, connectionString, cancel);
        var store = new CheckedStore(NpgsqlDataSource.Create(connectionString), Population.Quick.Subscriptions);
        await Population.Quick.Create(silos.Target(postgres), cancel);
        await store.Learn(cancel);
        return new Contender(name, silos, store);
    }

    async Task<int> Measure(List<Contender> contenders, BenchPostgres postgres, CancellationToken cancel)
    {
        var found = new Dictionary<(string Workload, string Name), List<double>>();
        var violations = new List<string>();
        foreach (var one in contenders)
            await Round(one, "W1z", FirstWarmUp, violations, cancel);
        foreach (var workload in Workloads)
        {
            // A B C C B A: what drifts during a run hits all alike.
            for (var round = 0; round < rounds; round++)
            {
                foreach (var one in round % 2 == 0 ? contenders : Enumerable.Reverse(contenders))
                {
                    await postgres.Checkpoint();
                    var rate = await Round(one, workload, measured, violations, cancel);
                    if (!found.TryGetValue((workload, one.Name), out var rates))
                        found[(workload, one.Name)] = rates = [];
                    rates.Add(rate);
                }
            }

            var embedded = found[(workload, Shapes[0].Name)].Average();
            foreach (var one in contenders)
            {
                var rates = found[(workload, one.Name)];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{workload}  {one.Name,-16}  {rates.Average(),9:N0} events/s ({rates.Min():N0} to {rates.Max():N0})  {rates.Average() / embedded:0.00} of embedded"));
            }
        }

        violations.ForEach(violation => Console.WriteLine($"VIOLATED: {violation}"));
        return violations.Count == 0 ? 0 : 1;
    }

    async Task<double> Round(Contender one, string workload, TimeSpan span, List<string> violations, CancellationToken cancel)
    {
        await using var load = new RovingLoad(one.Silos, BenchPlan.Of(quick: true, [], null).Mix(workload), connections, one.Store.NextSeed(), cancel);
        await load.Go(WarmUp, cancel);
        var from = Stopwatch.GetTimestamp();
        await load.Go(span, cancel);
        var to = Stopwatch.GetTimestamp();
        await load.Stop();
        violations.AddRange(await one.Store.Check(load.Logs, cancel));
        return load.PerSecond(from, to);
    }
}
