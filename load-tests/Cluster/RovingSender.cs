// A client that goes to the next silo when the one that it talks to breaks off, and repeats a request until every event has a definite answer.
using System.Diagnostics;
using System.Net.Sockets;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Cluster;

/// <param name="ports">Where the silos serve.</param>
/// <param name="at">Which one it begins with.</param>
sealed class RovingSender(IReadOnlyList<int> ports, int at, EventRequest request, SentLog log) : ISender, IDisposable
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    RawConnection? connection;

    public async Task Run(Func<bool> goOn, CancellationToken cancel)
    {
        while (goOn())
        {
            request.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            var began = Stopwatch.GetTimestamp();
            var attempts = await SendUntilAnswered(began, cancel);
            var ended = Stopwatch.GetTimestamp();
            log.Requests.Add(new AnsweredRequest(ended, (int)Stopwatch.GetElapsedTime(began, ended).TotalMicroseconds, request.Events.Length));
            Judge(attempts);
            request.Remember();
            log.Add(request.Events);
        }
    }

    public void Dispose() => connection?.Dispose();

    async Task<int> SendUntilAnswered(long began, CancellationToken cancel)
    {
        for (var attempt = 1; Stopwatch.GetElapsedTime(began) < Patience; attempt++)
        {
            if (await Sent(cancel))
                return attempt;
            log.Retries++;
            await Task.Delay(Pause, cancel);
        }

        throw new InvalidOperationException($"No definite answer to a request in {Patience.TotalSeconds:0} s.");
    }

    async Task<bool> Sent(CancellationToken cancel)
    {
        try
        {
            connection ??= await RawConnection.Open(ports[at], cancel);
            var answer = await connection.Send(request.Bytes, cancel);
            if (answer.Status is 429 or 503)
                return false;
            if (answer.Status != 200)
                throw new InvalidOperationException($"A silo answered events with {answer}");
            if (EventAnswerReader.Note(answer.Body.Span, request.Events) is { } fault)
                log.Fault(fault);
            return !request.Events.ContainsUnknown();
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            connection?.Dispose();
            connection = null;
            at = (at + 1) % ports.Count;
            return false;
        }
    }

    // After a retry a fresh event may be a duplicate of itself: it was taken either way.
    void Judge(int attempts)
    {
        foreach (ref readonly var one in request.Events)
        {
            var fine = one.Repeat ? one.Verdict == Verdict.Duplicate : one.Verdict == Verdict.Accepted || (attempts > 1 && one.Verdict == Verdict.Duplicate);
            if (!fine)
                log.Fault($"an event sent {(one.Repeat ? "again" : "for the first time")} was answered {one.Verdict}");
        }
    }
}

static class Verdicts
{
    public static bool ContainsUnknown(this Span<SentEvent> events)
    {
        foreach (ref readonly var one in events)
        {
            if (one.Verdict == Verdict.Unknown)
                return true;
        }

        return false;
    }
}
