// A lane: takes everything queued, writes it as one flush, completes the waiters, and begins again. No timer, no lock.
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OrleansBilling.Storage.Journal;

/// <summary>Writes a batch in one transaction. Rows that lost their version are marked; any other failure is thrown.</summary>
interface IRowSink : IAsyncDisposable
{
    /// <exception cref="JournalException">Unavailable or Unknown, for the whole batch.</exception>
    Task Write(RowBatch batch, CancellationToken closing);
}

sealed class JournalLane(IRowSink sink, QueueGauge gauge, JournalMeter meter, ILogger log)
{
    // Unbounded as a channel, bounded in bytes by the gauge, which is shared by all lanes.
    readonly Channel<PendingAppend> queue = Channel.CreateUnbounded<PendingAppend>(new() { SingleReader = true });
    readonly RowBatch batch = new();
    readonly CancellationTokenSource closing = new();
    Task running = Task.CompletedTask;

    public void Enqueue(PendingAppend append)
    {
        if (!queue.Writer.TryWrite(append)) Refuse(append, Closed());
    }

    public void Start() => running = Task.Run(Run);

    /// <summary>Writes what is queued, then ends.</summary>
    public async Task Drain()
    {
        queue.Writer.TryComplete();
        await closing.CancelAsync();
        await running;
        // Only a lane that was never started has something left.
        while (queue.Reader.TryRead(out var append)) Refuse(append, Closed());
        await sink.DisposeAsync();
    }

    async Task Run()
    {
        while (await queue.Reader.WaitToReadAsync())
        {
            Gather();
            if (batch.Count > 0) await Flush();
        }
    }

    void Gather()
    {
        while (!batch.IsFull && queue.Reader.TryRead(out var append))
        {
            if (append.Writer.Failure is { } failure) Refuse(append, failure);
            else batch.Add(append);
        }
    }

    void Refuse(PendingAppend append, JournalException failure)
    {
        gauge.Release(append.QueueBytes);
        append.SetException(failure);
    }

    static JournalException Closed() => new(JournalFailure.Unavailable, "The journal has been closed.");

    async Task Flush()
    {
        var began = Stopwatch.GetTimestamp();
        JournalException? failure = null;
        try
        {
            batch.Encode();
            await sink.Write(batch, closing.Token);
        }
        catch (JournalException e)
        {
            failure = e;
            log.LogWarning(e, "A flush of {Rows} rows failed: {Failure}", batch.Count, e.Failure);
        }
        catch (Exception e)
        {
            // An edge: a lane that died of a bug would leave its waiters hanging for ever. They are told that nothing is known.
            failure = new JournalException(JournalFailure.Unknown, "A flush failed in an unforeseen way: " + e.Message, e);
            log.LogError(e, "A flush of {Rows} rows failed in an unforeseen way", batch.Count);
        }
        meter.Flushed(batch.Count, batch.Copy.Length, Stopwatch.GetElapsedTime(began));
        batch.Complete(failure);
    }
}
