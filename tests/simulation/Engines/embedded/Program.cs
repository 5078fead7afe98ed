// Tests when started without words; campaigns of many seeds with --seeds N [--from N]; one seed with --seed N [--about TEXT].
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using OrleansBilling.Simulation.Tests.Auditing;

namespace OrleansBilling.Simulation.Tests;

internal static class Program
{
    public static async Task<int> Main(string[] words) => words switch
    {
        ["--seeds", var count] => Campaign(Number(count), 1),
        ["--seeds", var count, "--from", var from] => Campaign(Number(count), Number(from)),
        ["--seed", var seed] => Campaign(1, Number(seed)),
        ["--seed", var seed, "--about", var about] => Tell(Number(seed), about),
        _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(words),
    };

    private static int Campaign(int count, int from)
    {
        var began = Stopwatch.GetTimestamp();
        var failed = new ConcurrentQueue<int>();
        var (crashes, steps, rows, snapshots) = (0L, 0L, 0L, 0L);
        Seeds.Each(from, count, seed =>
        {
            var left = Seeds.Play(seed, out var findings);
            Interlocked.Add(ref crashes, left?.Crashes ?? 0);
            Interlocked.Add(ref steps, left?.Steps ?? 0);
            Interlocked.Add(ref rows, left?.Rows.Count ?? 0);
            Interlocked.Add(ref snapshots, left?.Snapshots ?? 0);
            if (findings.All.Count == 0)
                return;
            failed.Enqueue(seed);
            Console.WriteLine($"seed {seed}\n{findings}");
        });
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{count} seeds from {from}: {failed.Count} failed{Names(failed)}. {count / seconds:0.0} seeds/s, {steps} steps, {rows} rows, {crashes} crashes, {snapshots} snapshots."));
        return failed.IsEmpty ? 0 : 1;
    }

    // The story of one id, reference, hold or wallet in one run.
    private static int Tell(int seed, string about)
    {
        var left = Seeds.Play(seed, out var findings);
        foreach (var line in left is null ? [] : Story.Of(left).Where(line => line.Contains(about, StringComparison.Ordinal)))
            Console.WriteLine(line);
        Console.WriteLine(findings);
        return findings.All.Count;
    }

    private static string Names(ConcurrentQueue<int> failed) => failed.IsEmpty ? "" : $" ({string.Join(", ", failed.Order().Take(50))})";

    private static int Number(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
