// W6: a month as it goes: ingest at half load, and beside it reads of live usage and previews of invoices.
using System.Diagnostics;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Bench;

sealed class MonthStudy : IStudy
{
    const int Connections = 64;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public async Task<Found> Run(Scene scene, CancellationToken cancel)
    {
        await scene.Postgres.Checkpoint();
        var loop = new OpenLoop(scene.Target, scene.Plan.Mix("W1z"), Connections, scene.Store.NextSeed());
        var began = Stopwatch.GetTimestamp();
        bool GoOn() => Stopwatch.GetElapsedTime(began) < scene.Plan.Measured;
        var (population, key) = (scene.Plan.Population, scene.Server.Key);
        var reads = new (string What, Func<int, byte[]> Request)[]
        {
            ("usage of a subscription", number => ApiRequest.Bytes(key, "GET", $"/v1/subscriptions/s-{number % population.Subscriptions:000000}/usage")),
            ("usage of a customer", number => ApiRequest.Bytes(key, "GET", $"/v1/customers/{Population.Customer(number % population.Customers)}/usage")),
            ("usage of a partner", number => ApiRequest.Bytes(key, "GET", $"/v1/partners/{Population.Partner(number % population.Partners)}/usage")),
            ("preview of a customer's documents", number => ApiRequest.Bytes(key, "POST", "/v1/documents/preview",
                $$"""{"party":"{{Population.Customer(number % population.Customers)}}"}""")),
        };
        var reading = reads.Select(read => Read(scene, read.Request, GoOn, cancel)).ToArray();
        var window = await loop.Run(scene.Capacity / 2, scene.Plan.Measured, cancel);
        var times = await Task.WhenAll(reading);
        var violations = await scene.Store.Check(loop.Logs, cancel);
        return new Found([Line("events at half load", window), .. reads.Zip(times, (read, one) => Line(read.What, one))], violations);
    }

    static Finding Line(string what, OpenWindow seen) => new(
        FormattableString.Invariant($"W6  {what}: {seen.Accepted:N0}/s, p50 {seen.P50Ms:0.0}, p99 {seen.P99Ms:0.0}, max {seen.MaxMs:0.0} ms"),
        new Dictionary<string, double> { ["accepted"] = seen.Accepted, ["p50_ms"] = seen.P50Ms, ["p99_ms"] = seen.P99Ms, ["max_ms"] = seen.MaxMs });

    static Finding Line(string what, int[] micros)
    {
        Array.Sort(micros);
        var (p50, p99, max) = (Quantiles.Ms(micros, 0.5), Quantiles.Ms(micros, 0.99), Quantiles.Ms(micros, 1));
        return new(FormattableString.Invariant($"W6  {what}: {micros.Length:N0} reads, p50 {p50:0.0}, p99 {p99:0.0}, max {max:0.0} ms"),
            new Dictionary<string, double> { ["reads"] = micros.Length, ["p50_ms"] = p50, ["p99_ms"] = p99, ["max_ms"] = max });
    }

    static async Task<int[]> Read(Scene scene, Func<int, byte[]> request, Func<bool> goOn, CancellationToken cancel)
    {
        using var connection = await RawConnection.Open(scene.Target.Port, cancel);
        var micros = new List<int>();
        for (var number = 0; goOn(); number += 7)
        {
            var began = Stopwatch.GetTimestamp();
            var answer = await connection.Send(request(number), cancel);
            if (answer.Status != 200)
                throw new InvalidOperationException($"A read was answered with {answer}");
            micros.Add((int)Stopwatch.GetElapsedTime(began).TotalMicroseconds);
            await Task.Delay(Pause, cancel);
        }

        return [.. micros];
    }
}
