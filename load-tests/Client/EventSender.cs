// One connection in a closed loop: makes a request, sends it until every event has a definite answer, writes both into its log.
using System.Diagnostics;

namespace OrleansBilling.LoadTests.Client;

interface ISender
{
    Task Run(Func<bool> goOn, CancellationToken cancel);
}

sealed class EventSender(RawConnection connection, EventRequest request, SentLog log) : ISender
{
    public const int AttemptsMax = 200;
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public async Task Run(Func<bool> goOn, CancellationToken cancel)
    {
        while (goOn())
        {
            request.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            try
            {
                await Answered(0, cancel);
            }
            catch (Exception fault) when (fault is IOException or System.Net.Sockets.SocketException)
            {
                // They may have been taken: whoever goes on sends them again.
                log.InDoubt.Add(request.Events.ToArray());
                throw;
            }
        }
    }

    /// <summary>Sends again what had no definite answer, until it has one.</summary>
    public Task Settle(SentEvent[] events, CancellationToken cancel)
    {
        request.Again(events);
        return Answered(1, cancel);
    }

    async Task Answered(int earlier, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var attempts = earlier + await SendUntilAnswered(cancel);
        var ended = Stopwatch.GetTimestamp();
        log.Requests.Add(new AnsweredRequest(ended, (int)Stopwatch.GetElapsedTime(began, ended).TotalMicroseconds, request.Events.Length));
        Judge(attempts);
        request.Remember();
        log.Add(request.Events);
    }

    async Task<int> SendUntilAnswered(CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= AttemptsMax; attempt++)
        {
            var answer = await connection.Send(request.Bytes, cancel);
            if (answer.Status == 200)
            {
                if (EventAnswerReader.Note(answer.Body.Span, request.Events) is { } fault)
                    log.Fault(fault);
                return attempt;
            }

            if (answer.Status is not (429 or 503))
                throw new InvalidOperationException($"The server answered events with {answer}");
            log.Retries++;
            await Task.Delay(Pause, cancel);
        }

        throw new InvalidOperationException($"The server gave no definite answer in {AttemptsMax} attempts.");
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
