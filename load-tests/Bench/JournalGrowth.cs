// Fills the journal by the way of every event, and says what an event costs as it grows.
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>The rate drifts with the machine; the server's time per event is what is compared from one size to the next.</summary>
static class JournalGrowth
{
    const int Connections = 16;
    static readonly long[] Millions = [1, 2, 5, 10, 20, 50, 100, 200, long.MaxValue / 1_000_000];
    // What is sent between two checks is held in memory by this process.
    static readonly TimeSpan Stretch = TimeSpan.FromSeconds(20);

    /// <summary>A line at each mark and at the end.</summary>
    public static async Task<(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Violations)> To(long events, Scene scene, EventMix mix,
        CancellationToken cancel)
    {
        var (findings, marks) = (new List<Finding>(), new Queue<long>(Millions.Select(millions => millions * 1_000_000)));
        while (scene.Store.Events < events)
        {
            await using var run = await LoadRun.Start(scene.Target, mix, Connections, scene.Store.NextSeed(), cancel);
            var seen = await run.Measure(Stretch, cancel);
            await run.Stop();
            if (await scene.Store.Check(run.Logs, cancel) is { Count: > 0 } violations)
                return (findings, violations);
            if (scene.Store.Events < events && scene.Store.Events < marks.Peek())
                continue;
            findings.Add(Line(scene.Store.Events, seen()));
            while (marks.Peek() <= scene.Store.Events)
                marks.Dequeue();
        }

        return (findings, []);
    }

    static Finding Line(long events, Window seen) => new(
        FormattableString.Invariant($"W9  {events:N0} events journaled: {seen.PerSecond:N0} events/s, ")
            + FormattableString.Invariant($"{seen.ServerMicrosPerEvent:0.0} us of the server an event"),
        new Dictionary<string, double>
        {
            ["journaled"] = events, ["events_per_second"] = seen.PerSecond, ["micros_per_event"] = seen.ServerMicrosPerEvent,
        });
}
