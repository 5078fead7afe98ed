// Live usage of a partner with 10,000 subscriptions, at rest and while events come in: p99 of a read, and the lag of the figure.
using System.Diagnostics;
using System.Globalization;
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.Servers;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Live;

static class LiveBench
{
    const string Path = "/v1/partners/p-000/usage";
    const string Exact = Path + "?consistency=exact";
    static readonly Population Partner = new(1, 200, 10_000);
    static readonly TimeSpan Span = TimeSpan.FromSeconds(20);

    /// <summary>Answers 0 if what the sums say in the end is what all subscriptions say, and that is what was sent.</summary>
    public static async Task<int> Run(CancellationToken cancel)
    {
        await using var postgres = await BenchPostgres.Start();
        await using var server = await BillingServer.Start(await postgres.CreateDatabase(), cancel);
        var target = server.Target(postgres);
        Console.WriteLine($"{Partner.Subscriptions:N0} subscriptions made in {(await Partner.Create(target, cancel)).TotalSeconds:N0} s");
        var mix = new EventMix(100, 0, SubscriptionSampler.Zipf(0, Partner.Subscriptions, Partner.Subscriptions));
        var light = mix with { EventsPerRequest = 10 };
        var sent = new List<SentLog>();
        await Load(target, mix, 2, 1, sent, cancel);
        await Settle(target, sent, cancel);
        await Rest(target, cancel);
        await UnderLoad(target, light, 1, sent, cancel);
        await UnderLoad(target, mix, 1, sent, cancel);
        await UnderLoad(target, mix, 8, sent, cancel);
        var good = await Settle(target, sent, cancel);
        Console.WriteLine(good ? "The sums are those of the subscriptions, and of what was sent." : "The sums are WRONG.");
        return good ? 0 : 1;
    }

    static async Task Load(LoadTarget target, EventMix mix, int connections, ulong seed, List<SentLog> sent, CancellationToken cancel)
    {
        await using var run = await LoadRun.Start(target, mix, connections, seed, cancel);
        await run.Measure(TimeSpan.FromSeconds(5), cancel);
        await run.Stop();
        sent.AddRange(run.Logs);
    }

    static async Task Rest(LoadTarget target, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var reads = await LiveReads.Run(target, Path, () => Stopwatch.GetElapsedTime(began) < Span, cancel);
        Say("at rest", 0, reads);
        using var connection = await RawConnection.Open(target.Port, cancel);
        var exact = new List<LiveRead>();
        for (var read = 0; read < 5; read++)
            exact.Add(await LiveReads.Read(connection, target.Key, Exact, cancel));
        Console.WriteLine(Line("exact, at rest: read", exact.Select(read => read.Ms)));
    }

    static async Task UnderLoad(LoadTarget target, EventMix mix, int connections, List<SentLog> sent, CancellationToken cancel)
    {
        var before = Count(sent);
        await using var run = await LoadRun.Start(target, mix, connections, (ulong)(connections + mix.EventsPerRequest) * 1_000_003, cancel);
        var began = Stopwatch.GetTimestamp();
        var reading = LiveReads.Run(target, Path, () => Stopwatch.GetElapsedTime(began) < Span, cancel);
        var window = await run.Measure(Span, cancel);
        var reads = await reading;
        await run.Stop();
        sent.AddRange(run.Logs);
        var name = $"{connections} x {mix.EventsPerRequest}";
        Say(name, window().PerSecond, reads);
        Console.WriteLine(Line($"{name}: figure behind what was acknowledged", Lags(before, run.Logs, reads)));
    }

    // How long before a read the figure that it saw was the whole of what had been acknowledged.
    static IEnumerable<double> Lags(long before, List<SentLog> logs, List<LiveRead> reads)
    {
        var requests = logs.SelectMany(log => log.Requests).OrderBy(request => request.CompletedAt).ToList();
        foreach (var read in reads)
        {
            var (counted, at) = (before, -1);
            while (at + 1 < requests.Count && counted + requests[at + 1].Events <= read.Events)
                counted += requests[++at].Events;
            var missing = at + 1 < requests.Count ? requests[at + 1].CompletedAt : long.MaxValue;
            yield return missing >= read.SentAt ? 0 : Stopwatch.GetElapsedTime(missing, read.SentAt).TotalMilliseconds;
        }
    }

    static async Task<bool> Settle(LoadTarget target, List<SentLog> sent, CancellationToken cancel)
    {
        using var connection = await RawConnection.Open(target.Port, cancel);
        var began = Stopwatch.GetTimestamp();
        var wanted = Count(sent);
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
        {
            if ((await LiveReads.Read(connection, target.Key, Path, cancel)) is var read && read.Events == wanted)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{wanted:N0} events in the figure {Stopwatch.GetElapsedTime(began).TotalSeconds:N1} s after the last was acknowledged"));
                return (await LiveReads.Read(connection, target.Key, Exact, cancel)).Events == wanted;
            }

            await Task.Delay(50, cancel);
        }

        return false;
    }

    static long Count(List<SentLog> logs) => logs.Sum(log => log.Requests.Sum(request => (long)request.Events));

    static void Say(string name, double perSecond, List<LiveRead> reads)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {perSecond:N0} events/s, {reads.Count:N0} reads"));
        Console.WriteLine(Line($"{name}: read", reads.Select(read => read.Ms)));
        Console.WriteLine(Line($"{name}: age of as_of", reads.Select(read => read.AsOfAgeMs)));
    }

    static string Line(string name, IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        double At(double share) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];
        return string.Create(CultureInfo.InvariantCulture, $"{name}: p50 {At(0.5):N2} ms, p99 {At(0.99):N2} ms, max {At(1):N2} ms");
    }
}
