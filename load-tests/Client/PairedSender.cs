// Two connections that send every request at the same moment: each event must be taken by one of them, and be a duplicate to the other.
using System.Diagnostics;

namespace OrleansBilling.LoadTests.Client;

sealed class PairedSender(RawConnection first, RawConnection second, EventRequest request, SentLog log) : ISender
{
    readonly SentEvent[] other = new SentEvent[request.Events.Length];

    public async Task Run(Func<bool> goOn, CancellationToken cancel)
    {
        while (goOn())
        {
            request.Next(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            request.Events.CopyTo(other);
            var retries = log.Retries;
            var sending = Send(second, isFirst: false, cancel);
            await Send(first, isFirst: true, cancel);
            await sending;
            Judge(log.Retries > retries);
            log.Add(request.Events);
        }
    }

    async Task Send(RawConnection connection, bool isFirst, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        for (var attempt = 1; attempt <= EventSender.AttemptsMax; attempt++)
        {
            var answer = await connection.Send(request.Bytes, cancel);
            if (answer.Status is not (200 or 429 or 503))
                throw new InvalidOperationException($"The server answered events with {answer}");
            var ended = Stopwatch.GetTimestamp();
            // Both senders write one log.
            lock (log)
            {
                if (answer.Status == 200)
                {
                    log.Requests.Add(new AnsweredRequest(ended, (int)Stopwatch.GetElapsedTime(began, ended).TotalMicroseconds, other.Length));
                    if (EventAnswerReader.Note(answer.Body.Span, isFirst ? request.Events : other) is { } fault)
                        log.Fault(fault);
                    return;
                }

                log.Retries++;
            }

            await Task.Delay(EventSender.Pause, cancel);
        }

        throw new InvalidOperationException($"The server gave no definite answer in {EventSender.AttemptsMax} attempts.");
    }

    // After a retry an event may be a duplicate to both: its first sending was taken and the answer not definite.
    void Judge(bool retried)
    {
        for (var index = 0; index < other.Length; index++)
        {
            var (one, two) = (request.Events[index].Verdict, other[index].Verdict);
            var fine = (one, two) is (Verdict.Accepted, Verdict.Duplicate) or (Verdict.Duplicate, Verdict.Accepted)
                || (retried && (one, two) is (Verdict.Duplicate, Verdict.Duplicate));
            if (!fine)
                log.Fault($"an event sent on two connections at once was answered {one} and {two}");
        }
    }
}
