// An open-loop load: requests are due at fixed instants whatever the server does, and each is timed from when it was due.
using System.Diagnostics;

namespace OrleansBilling.LoadTests.Client;

/// <summary>Per second of the window. Latency from the intended start: waiting for a free connection counts, and so does the pacer's millisecond.</summary>
/// <param name="Refused">Requests answered 429 or 503, as a share of the requests that were due.</param>
/// <param name="Unsent">Requests that found no free connection before the window ended, as a share of the requests that were due.</param>
sealed record OpenWindow(double Offered, double Accepted, double P50Ms, double P99Ms, double MaxMs, double Refused, double Unsent);

sealed class OpenLoop(LoadTarget target, EventMix mix, int connections, ulong seed)
{
    readonly List<int> micros = [];
    long began;
    int next;
    int refused;

    /// <summary>One log a connection; complete when the run has ended: what was refused is sent again after the window, and its outcome is known.</summary>
    public List<SentLog> Logs { get; } = [.. Enumerable.Range(0, connections).Select(_ => new SentLog())];

    public async Task<OpenWindow> Run(double eventsPerSecond, TimeSpan span, CancellationToken cancel)
    {
        var interval = mix.EventsPerRequest / eventsPerSecond;
        var due = (int)(span.TotalSeconds / interval);
        using var pacer = new Pacer();
        began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Logs.Select((log, number) => Task.Run(() => Send(pacer, number, log, due, interval, span, cancel), cancel)));
        var latencies = micros.Order().ToArray();
        var sent = latencies.Length + refused;
        return new OpenWindow(due / span.TotalSeconds * mix.EventsPerRequest, latencies.Length / span.TotalSeconds * mix.EventsPerRequest,
            Quantiles.Ms(latencies, 0.5), Quantiles.Ms(latencies, 0.99), Quantiles.Ms(latencies, 1), (double)refused / due, (double)(due - sent) / due);
    }

    async Task Send(Pacer pacer, int number, SentLog log, int due, double interval, TimeSpan span, CancellationToken cancel)
    {
        using var connection = await RawConnection.Open(target.Port, cancel);
        var request = new EventRequest(mix, target.Key, unchecked(seed + ((ulong)number * 7919)));
        for (var index = Interlocked.Increment(ref next) - 1; index < due; index = Interlocked.Increment(ref next) - 1)
        {
            var at = TimeSpan.FromSeconds(index * interval);
            await pacer.Until(began + (long)(at.TotalSeconds * Stopwatch.Frequency));
            cancel.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(began) >= span)
                break;
            await One(connection, request, log, at, cancel);
        }

        var sender = new EventSender(connection, request, log);
        foreach (var events in log.InDoubt)
            await sender.Settle(events, cancel);
        log.InDoubt.Clear();
    }

    async Task One(RawConnection connection, EventRequest request, SentLog log, TimeSpan due, CancellationToken cancel)
    {
        request.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        var answer = await connection.Send(request.Bytes, cancel);
        var late = Stopwatch.GetElapsedTime(began) - due;
        if (answer.Status is 429 or 503)
        {
            Interlocked.Increment(ref refused);
            log.InDoubt.Add(request.Events.ToArray());
            return;
        }

        if (answer.Status != 200)
            throw new InvalidOperationException($"The server answered events with {answer}");
        if (EventAnswerReader.Note(answer.Body.Span, request.Events) is { } fault)
            log.Fault(fault);
        request.Remember();
        log.Add(request.Events);
        lock (micros)
            micros.Add((int)late.TotalMicroseconds);
    }
}
