// What is measured in interleaved rounds: a workload of the product, or a baseline.
namespace OrleansBilling.LoadTests.Bench;

/// <summary>A round without violations has a score.</summary>
sealed record Outcome(Sample Sample, IReadOnlyList<string> Violations);

interface IContender
{
    string Name { get; }

    /// <summary>Once, before the rounds. Answers violations.</summary>
    Task<IReadOnlyList<string>> Prepare(CancellationToken cancel);

    Task<Outcome> Round(CancellationToken cancel);
}

/// <summary>A baseline that finds out once how many clients serve it best.</summary>
sealed class Baseline(string name, IReadOnlyList<int> counts, BenchPlan plan, Func<CancellationToken, Task> create,
    Func<int, TimeSpan, CancellationToken, Task<double>> run) : IContender
{
    int clients = counts[0];

    public string Name => name;

    public async Task<IReadOnlyList<string>> Prepare(CancellationToken cancel)
    {
        await create(cancel);
        var best = 0.0;
        foreach (var tried in counts.Count > 1 ? counts : [])
        {
            var perSecond = await run(tried, plan.Calibration, cancel);
            if (perSecond > best)
                (best, clients) = (perSecond, tried);
        }

        return [];
    }

    public async Task<Outcome> Round(CancellationToken cancel) => new(new Sample(name, clients, await run(clients, plan.Baseline, cancel)), []);
}
