// W10: more and more is offered, up to half again as much as the server can take; and the latency of an answer at half load.
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Bench;

sealed class OfferedStudy : IStudy
{
    const int Connections = 128;
    const double SinglesShare = 0.5;

    public async Task<Found> Run(Scene scene, CancellationToken cancel)
    {
        var (findings, violations, seen) = (new List<Finding>(), new List<string>(), new List<(double Share, OpenWindow Window)>());
        foreach (var share in scene.Plan.OfferedShares)
        {
            var window = await Offer(scene, "W1z", scene.Capacity * share, violations, cancel);
            seen.Add((share, window));
            findings.Add(Line("W10", share, window));
        }

        // What one who sends each event by itself waits for.
        findings.Add(Line("W10, one event a request,", SinglesShare, await Offer(scene, "W2", scene.Singles * SinglesShare, violations, cancel)));
        return new Found(findings, violations, Plots(seen));
    }

    static async Task<OpenWindow> Offer(Scene scene, string mix, double perSecond, List<string> violations, CancellationToken cancel)
    {
        await scene.Postgres.Checkpoint();
        var loop = new OpenLoop(scene.Target, scene.Plan.Mix(mix), Connections, scene.Store.NextSeed());
        var window = await loop.Run(perSecond, scene.Plan.Measured, cancel);
        violations.AddRange(await scene.Store.Check(loop.Logs, cancel));
        return window;
    }

    static Finding Line(string what, double share, OpenWindow seen) => new(
        FormattableString.Invariant($"{what} at {share,4:0 %} of capacity: offered {seen.Offered,9:N0}/s, accepted {seen.Accepted,9:N0}/s, ")
        + FormattableString.Invariant($"p50 {seen.P50Ms:0.0}, p99 {seen.P99Ms:0.0}, max {seen.MaxMs:0.0} ms, ")
        + FormattableString.Invariant($"refused {seen.Refused:0.0 %}, not sent {seen.Unsent:0.0 %}"),
        new Dictionary<string, double>
        {
            ["share"] = share, ["offered"] = seen.Offered, ["accepted"] = seen.Accepted, ["p50_ms"] = seen.P50Ms, ["p99_ms"] = seen.P99Ms,
            ["max_ms"] = seen.MaxMs, ["refused"] = seen.Refused, ["unsent"] = seen.Unsent,
        });

    static IReadOnlyList<Plot> Plots(List<(double Share, OpenWindow Window)> seen)
    {
        Curve Of(string name, Func<OpenWindow, double> value) => new(name, [.. seen.Select(one => (one.Window.Offered, value(one.Window)))]);
        return
        [
            new Plot("w10-accepted", "W10: offered and accepted", "offered, events/s", "events/s",
                [Of("accepted", one => one.Accepted), Of("offered", one => one.Offered)]),
            new Plot("w10-latency", "W10: time to the answer, from the intended start", "offered, events/s", "ms",
                [Of("p50", one => one.P50Ms), Of("p99", one => one.P99Ms), Of("p100", one => one.MaxMs)], Logarithmic: true),
        ];
    }
}
