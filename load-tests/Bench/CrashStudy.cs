// W9: kill -9 at full load, on a journal as full as is asked for: until the first event is acknowledged again, and until the rate is what it was.
using System.Diagnostics;
using System.Net.Sockets;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Bench;

/// <summary>What was on its way is sent again and counts once: the checker sees to it.</summary>
sealed class CrashStudy : IStudy
{
    const int Connections = 16;
    const double FullShare = 0.9;
    static readonly TimeSpan Slot = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<Found> Run(Scene scene, CancellationToken cancel)
    {
        var mix = scene.Plan.Mix("W1z");
        var (grown, faults) = await JournalGrowth.To(scene.Plan.Sizes.Journaled, scene, mix, cancel);
        if (faults.Count > 0)
            return new Found([], faults);
        var (port, key, journaled) = (scene.Server.Port, scene.Server.Key, scene.Store.Events);
        await using var before = await LoadRun.Start(scene.Target, mix, Connections, scene.Store.NextSeed(), cancel);
        await before.Measure(scene.Plan.WarmUp, cancel);
        var full = await before.Measure(scene.Plan.Measured, cancel);
        var killed = Stopwatch.GetTimestamp();
        await scene.Server.Kill();
        await Broken(before);
        var starting = scene.Server.StartAgain(port);
        var settled = await FirstAnswers(key, port, mix, scene.Store.NextSeed(), before.Logs, starting, cancel);
        await starting;
        await using var after = await LoadRun.Start(scene.Target, mix, Connections, scene.Store.NextSeed(), cancel);
        await after.Measure(TimeSpan.FromSeconds(Math.Max(Patience.TotalSeconds, scene.Plan.Measured.TotalSeconds)), cancel);
        await after.Stop();
        var violations = await scene.Store.Check([.. before.Logs, .. settled, .. after.Logs], cancel);
        var first = Stopwatch.GetElapsedTime(killed, settled.Min(log => log.Requests[0].CompletedAt)).TotalSeconds;
        var rate = full().PerSecond;
        var curve = Slots(killed, [.. before.Logs, .. settled, .. after.Logs]);
        var again = curve.Where(slot => slot.Seconds >= first && slot.PerSecond >= rate * FullShare).Select(slot => slot.Seconds).DefaultIfEmpty(-1).First();
        var line = FormattableString.Invariant($"W9  killed at {rate:N0} events/s, {journaled:N0} journaled before: first answer after {first:0.00} s, ")
            + (again < 0 ? "not at 90 % of the rate in time" : FormattableString.Invariant($"90 % of the rate after {again:0.00} s"));
        var figures = new Dictionary<string, double>
        {
            ["rate"] = rate, ["journaled"] = journaled, ["first_ack_seconds"] = first, ["full_rate_seconds"] = again,
        };
        var plot = new Plot("w9-crash", "W9: kill -9 at 0 s", "seconds", "events/s acknowledged", [new Curve("events/s", curve)]);
        return new Found([.. grown, new Finding(line, figures)], violations, [plot]);
    }

    static async Task Broken(LoadRun run)
    {
        try
        {
            await run.Stop();
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            // That is what a killed server looks like.
        }
    }

    // Asks from the start on; the server may answer before it says that it is ready.
    static async Task<List<SentLog>> FirstAnswers(string key, int port, EventMix mix, ulong seed, List<SentLog> logs, Task starting,
        CancellationToken cancel)
    {
        var doubtful = logs.SelectMany(one => one.InDoubt).ToList();
        // There may be none on its way in the moment of the end: then a new request is the first.
        if (doubtful.Count == 0)
        {
            var request = new EventRequest(mix, key, seed);
            request.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            doubtful.Add(request.Events.ToArray());
        }

        return [.. await Task.WhenAll(doubtful.Select(events => Settle(key, port, mix, events, starting, cancel)))];
    }

    static async Task<SentLog> Settle(string key, int port, EventMix mix, SentEvent[] events, Task starting, CancellationToken cancel)
    {
        var log = new SentLog();
        while (true)
        {
            try
            {
                using var connection = await RawConnection.Open(port, cancel);
                await new EventSender(connection, new EventRequest(mix, key, 0), log).Settle(events, cancel);
                return log;
            }
            catch (Exception fault) when (fault is IOException or SocketException && !starting.IsFaulted)
            {
                await Task.Delay(10, cancel);
            }
        }
    }

    static (double Seconds, double PerSecond)[] Slots(long killed, List<SentLog> logs)
    {
        var ticks = Stopwatch.Frequency * Slot.TotalSeconds;
        var requests = logs.SelectMany(log => log.Requests).GroupBy(one => (int)Math.Floor((one.CompletedAt - killed) / ticks))
            .ToDictionary(slot => slot.Key, slot => slot.Sum(one => (long)one.Events));
        // The first slot and the last one are not whole.
        var (from, to) = (requests.Keys.Min() + 1, requests.Keys.Max() - 1);
        return [.. Enumerable.Range(from, Math.Max(0, to - from + 1))
            .Select(slot => (slot * Slot.TotalSeconds, requests.GetValueOrDefault(slot) / Slot.TotalSeconds))];
    }
}
