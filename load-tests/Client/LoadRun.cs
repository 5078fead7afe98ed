// A closed-loop load: a fixed number of connections, started once, measured in windows while they go on.
using System.Diagnostics;
using OrleansBilling.LoadTests.Servers;

namespace OrleansBilling.LoadTests.Client;

/// <summary>What happened between two instants. CPU in cores: 1 is one core, fully used.</summary>
sealed record Window(double PerSecond, double RequestsPerSecond, double P50Ms, double P99Ms, double MaxMs, double ServerCores, double ServerSystemCores,
    double PostgresCores, double ClientCores)
{
    /// <summary>Server CPU per event: says more than the rate when the machine is busy with other things.</summary>
    public double ServerMicrosPerEvent => PerSecond == 0 ? 0 : ServerCores / PerSecond * 1_000_000;
}

/// <summary>Whose CPU time is read.</summary>
sealed record LoadTarget(int Port, string Key, int ServerProcess, int PostgresProcess);

sealed class LoadRun : IAsyncDisposable
{
    readonly LoadTarget target;
    readonly List<RawConnection> connections = [];
    readonly List<Task> senders = [];
    bool stopping;

    LoadRun(LoadTarget target) => this.target = target;

    public List<SentLog> Logs { get; } = [];

    public static async Task<LoadRun> Start(LoadTarget target, EventMix mix, int connections, ulong seed, CancellationToken cancel)
    {
        var run = new LoadRun(target);
        for (var number = 0; number < (mix.SentTwice ? connections / 2 : connections); number++)
        {
            var log = new SentLog();
            run.Logs.Add(log);
            var request = new EventRequest(mix, target.Key, unchecked(seed + ((ulong)number * 7919)));
            var first = await run.Connect(cancel);
            ISender sender = mix.SentTwice ? new PairedSender(first, await run.Connect(cancel), request, log) : new EventSender(first, request, log);
            run.senders.Add(Task.Run(() => sender.Run(() => !Volatile.Read(ref run.stopping), cancel), cancel));
        }

        return run;
    }

    /// <summary>Waits through a span of time and answers what it saw; requests are counted when they are answered.</summary>
    public async Task<Func<Window>> Measure(TimeSpan span, CancellationToken cancel)
    {
        var before = (At: Stopwatch.GetTimestamp(), Cpu: Cpu());
        await Task.WhenAny(Task.WhenAny(senders), Task.Delay(span, cancel));
        var after = (At: Stopwatch.GetTimestamp(), Cpu: Cpu());
        var seconds = Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds;
        var cores = after.Cpu.Zip(before.Cpu, (later, earlier) => (later - earlier) / seconds).ToArray();
        // The logs may only be read when the senders have ended.
        return () => Summary(before.At, after.At, seconds, cores);
    }

    /// <summary>Ends the loops after their request under way; a sender's failure is thrown here.</summary>
    public async Task Stop()
    {
        Volatile.Write(ref stopping, true);
        await Task.WhenAll(senders);
    }

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref stopping, true);
        try
        {
            await Task.WhenAll(senders);
        }
        catch (Exception fault) when (fault is IOException or InvalidOperationException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // Stop has thrown it, or nobody asked.
        }

        connections.ForEach(connection => connection.Dispose());
    }

    async Task<RawConnection> Connect(CancellationToken cancel)
    {
        var connection = await RawConnection.Open(target.Port, cancel);
        connections.Add(connection);
        return connection;
    }

    Window Summary(long from, long to, double seconds, double[] cores)
    {
        var requests = Logs.SelectMany(log => log.Requests).Where(request => request.CompletedAt >= from && request.CompletedAt < to).ToArray();
        var latencies = Array.ConvertAll(requests, request => request.Micros);
        Array.Sort(latencies);
        return new Window(requests.Sum(request => (long)request.Events) / seconds, requests.Length / seconds,
            Quantiles.Ms(latencies, 0.5), Quantiles.Ms(latencies, 0.99), Quantiles.Ms(latencies, 1), cores[0], cores[1], cores[2], cores[3]);
    }

    double[] Cpu()
    {
        var server = ProcessUsage.Of(target.ServerProcess);
        var postgres = ProcessUsage.OfTree(target.PostgresProcess);
        return [server.TotalSeconds, server.SystemSeconds, postgres.TotalSeconds, ProcessUsage.Of(Environment.ProcessId).TotalSeconds];
    }
}
