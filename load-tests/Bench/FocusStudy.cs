// W4: one subscription, or one partner, sends all it can, and others keep their latency.
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>The others send single events at a fixed rate: under the load of all (W1u), of one subscription, and of one partner.</summary>
sealed class FocusStudy : IStudy
{
    const int Connections = 16;
    const double OthersPerSecond = 100;

    public async Task<Found> Run(Scene scene, CancellationToken cancel)
    {
        var population = scene.Plan.Population;
        var partner = Enumerable.Range(0, population.Subscriptions).Where(one => population.PartnerOf(one) == 0).ToArray();
        var others = Enumerable.Range(0, population.Subscriptions).Where(one => population.PartnerOf(one) != 0).ToArray();
        var quiet = new EventMix(1, 0, SubscriptionSampler.Of(others));
        var (findings, violations) = (new List<Finding>(), new List<string>());
        foreach (var (who, heavy) in new[]
        {
            ("all subscriptions", scene.Plan.Mix("W1u")),
            ("one subscription", new EventMix(500, 10, SubscriptionSampler.Of([partner[0]]))),
            ("one partner", new EventMix(500, 10, SubscriptionSampler.Of(partner))),
        })
        {
            await scene.Postgres.Checkpoint();
            await using var run = await LoadRun.Start(scene.Target, heavy, Connections, scene.Store.NextSeed(), cancel);
            await run.Measure(scene.Plan.WarmUp, cancel);
            var loop = new OpenLoop(scene.Target, quiet, Connections, scene.Store.NextSeed());
            var probing = loop.Run(OthersPerSecond, scene.Plan.Measured, cancel);
            var window = await run.Measure(scene.Plan.Measured, cancel);
            var seen = await probing;
            await run.Stop();
            violations.AddRange(await scene.Store.Check([.. run.Logs, .. loop.Logs], cancel));
            findings.Add(Line(who, window().PerSecond, seen));
        }

        return new Found(findings, violations);
    }

    static Finding Line(string who, double perSecond, OpenWindow others) => new(
        FormattableString.Invariant($"W4  {who} at full load: {perSecond:N0} events/s; others: p50 {others.P50Ms:0.0}, p99 {others.P99Ms:0.0}, ")
        + FormattableString.Invariant($"max {others.MaxMs:0.0} ms, refused {others.Refused:0.0 %}"),
        new Dictionary<string, double>
        {
            ["per_second"] = perSecond, ["others_p50_ms"] = others.P50Ms, ["others_p99_ms"] = others.P99Ms, ["others_max_ms"] = others.MaxMs,
            ["others_refused"] = others.Refused,
        });
}
