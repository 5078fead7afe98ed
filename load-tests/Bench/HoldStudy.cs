// W3: authorize and capture on wallets near their limit, as fast as it goes and at half of that.
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

sealed class HoldStudy : IStudy
{
    const int Connections = 16;
    // So many that what is due seldom waits for the capture or the payment of another one, which is the client's time and not the server's.
    const int HalfLoadConnections = 64;

    public async Task<Found> Run(Scene scene, CancellationToken cancel)
    {
        var hot = new HotWallets(scene.Plan.Population.Subscriptions, scene.Plan.Population.Tariff);
        await hot.Create(scene.Target, cancel);
        await scene.Store.Learn(cancel);
        var violations = new List<string>();
        await Load(scene, hot, Connections, scene.Plan.FirstWarmUp, null, violations, cancel);
        var full = await Load(scene, hot, Connections, scene.Plan.Measured, null, violations, cancel);
        var perSecond = full.Sum(times => times.Authorized.Count) / scene.Plan.Measured.TotalSeconds;
        var every = TimeSpan.FromSeconds(HalfLoadConnections / Math.Max(1, perSecond / 2));
        var half = await Load(scene, hot, HalfLoadConnections, scene.Plan.Measured, every, violations, cancel);
        return new Found([Line("at full load", full, scene.Plan.Measured), Line("at half load", half, scene.Plan.Measured)], violations);
    }

    static async Task<HoldTimes[]> Load(Scene scene, HotWallets hot, int connections, TimeSpan span, TimeSpan? every, List<string> violations,
        CancellationToken cancel)
    {
        await scene.Postgres.Checkpoint();
        var (logs, times) = (new List<SentLog>(), new List<HoldTimes>());
        var senders = Enumerable.Range(0, connections).Select(_ =>
        {
            logs.Add(new SentLog());
            times.Add(new HoldTimes());
            return new HoldSender(scene.Target, hot, logs[^1], times[^1], scene.Store.NextSeed());
        }).ToList();
        using var pacer = new Pacer();
        await Task.WhenAll(senders.Select((sender, number) => Task.Run(() => sender.Run(pacer, span, every, every * number / connections, cancel), cancel)));
        violations.AddRange(await scene.Store.Check(logs, cancel));
        return [.. times];
    }

    static Finding Line(string load, HoldTimes[] times, TimeSpan span)
    {
        var authorized = times.SelectMany(one => one.Authorized).Order().ToArray();
        var granted = times.SelectMany(one => one.Granted).Order().ToArray();
        var captured = times.SelectMany(one => one.Captured).Order().ToArray();
        var figures = new Dictionary<string, double>
        {
            ["authorized_per_second"] = authorized.Length / span.TotalSeconds,
            ["refused"] = times.Sum(one => one.Refused) / Math.Max(1.0, authorized.Length),
            ["authorize_p50_ms"] = Quantiles.Ms(authorized, 0.5), ["authorize_p95_ms"] = Quantiles.Ms(authorized, 0.95),
            ["authorize_p99_ms"] = Quantiles.Ms(authorized, 0.99), ["authorize_max_ms"] = Quantiles.Ms(authorized, 1),
            ["granted_p50_ms"] = Quantiles.Ms(granted, 0.5), ["granted_p95_ms"] = Quantiles.Ms(granted, 0.95),
            ["capture_p95_ms"] = Quantiles.Ms(captured, 0.95),
        };
        return new(FormattableString.Invariant($"W3  {load}: {figures["authorized_per_second"]:N0} authorized/s, {figures["refused"]:0.0 %} refused; ")
            + FormattableString.Invariant($"authorize p50 {figures["authorize_p50_ms"]:0.0}, p95 {figures["authorize_p95_ms"]:0.0}, ")
            + FormattableString.Invariant($"p99 {figures["authorize_p99_ms"]:0.0}, max {figures["authorize_max_ms"]:0.0} ms, ")
            + FormattableString.Invariant($"what was granted p50 {figures["granted_p50_ms"]:0.0}, p95 {figures["granted_p95_ms"]:0.0} ms; ")
            + FormattableString.Invariant($"capture p95 {figures["capture_p95_ms"]:0.0} ms"), figures);
    }
}
