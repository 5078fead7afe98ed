// A closed-loop load over all silos of a group.
using System.Diagnostics;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Cluster;

sealed class RovingLoad : IAsyncDisposable
{
    readonly List<RovingSender> senders = [];
    readonly List<Task> loops = [];
    bool stopping;

    public RovingLoad(SiloGroup silos, EventMix mix, int connections, ulong seed, CancellationToken cancel)
    {
        for (var number = 0; number < connections; number++)
        {
            var log = new SentLog();
            Logs.Add(log);
            var request = new EventRequest(mix, silos.Key, unchecked(seed + ((ulong)number * 7919)));
            var sender = new RovingSender(silos.Ports, number % silos.Ports.Count, request, log);
            senders.Add(sender);
            loops.Add(Task.Run(() => sender.Run(() => !Volatile.Read(ref stopping), cancel), cancel));
        }
    }

    public List<SentLog> Logs { get; } = [];

    /// <summary>Waits, but not longer than until a sender fails.</summary>
    public async Task Go(TimeSpan span, CancellationToken cancel) =>
        await await Task.WhenAny([Task.Delay(span > TimeSpan.Zero ? span : TimeSpan.Zero, cancel), .. loops]);

    /// <summary>Ends every loop after its request under way was answered; only then the logs may be read.</summary>
    public async Task Stop()
    {
        Volatile.Write(ref stopping, true);
        await Task.WhenAll(loops);
    }

    /// <summary>Events answered per second between two instants of <see cref="Stopwatch"/>.</summary>
    public double PerSecond(long from, long to) =>
        Logs.SelectMany(log => log.Requests).Where(one => one.CompletedAt >= from && one.CompletedAt < to).Sum(one => (long)one.Events)
        / Stopwatch.GetElapsedTime(from, to).TotalSeconds;

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref stopping, true);
        await Task.WhenAll(loops).ContinueWith(static _ => { }, TaskScheduler.Default);
        senders.ForEach(sender => sender.Dispose());
    }
}
