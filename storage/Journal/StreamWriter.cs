// The writing side of one activation: its place in the stream, and whether it may still write.
using OrleansBilling.Billing;

namespace OrleansBilling.Storage.Journal;

/// <summary>One append that waits. The waiter's continuation never runs on the lane: it would hold up everybody's next flush.</summary>
sealed class PendingAppend(StreamWriter writer, ReadOnlyMemory<byte> frames)
    : TaskCompletionSource<CommittedRow>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public StreamWriter Writer { get; } = writer;
    public ReadOnlyMemory<byte> Frames { get; } = frames;
    public int QueueBytes => Frames.Length + Limits.AppendOverheadBytes;
    /// <summary>The next append of the same writer in the same row.</summary>
    public PendingAppend? Next { get; set; }
}

sealed class StreamWriter(JournalLane lane, QueueGauge gauge, long stream, long head) : IStreamWriter
{
    long committed = head;
    volatile JournalException? failure;

    public long Stream { get; } = stream;
    public bool HasRoom => gauge.Bytes < Limits.JournalQueueBytesMax;
    public long CommittedVersion => Volatile.Read(ref committed);
    public bool Poisoned => failure is not null;
    public JournalException? Failure => failure;

    // The row that is being gathered or flushed; touched by the lane only.
    public long Version { get; private set; } = head;
    public PendingAppend? First { get; private set; }
    public PendingAppend? Last { get; private set; }
    public int FrameBytes { get; private set; }

    public Task<CommittedRow> Append(ReadOnlyMemory<byte> frames)
    {
        if (frames.Length > Limits.AppendBytesMax)
            throw new ArgumentException($"An append has at most {Limits.AppendBytesMax} bytes; this one has {frames.Length}.", nameof(frames));
        var append = new PendingAppend(this, frames);
        if (failure is null && !gauge.TryTake(append.QueueBytes))
            Poison(new JournalException(JournalFailure.Unavailable, "The journal's queue is full: ask HasRoom before deciding."));
        if (failure is { } known) append.SetException(known);
        else lane.Enqueue(append);
        return append.Task;
    }

    /// <summary>Puts an append into the row; true when it is the row's first.</summary>
    public bool Gather(PendingAppend append)
    {
        FrameBytes += append.Frames.Length;
        if (Last is not null)
        {
            Last = Last.Next = append;
            return false;
        }
        First = Last = append;
        Version++;
        return true;
    }

    /// <summary>Ends the row: durable (null) or failed. Its waiters are told, and the writer is ready for the next row.</summary>
    public void Complete(JournalException? outcome, ulong checksum)
    {
        if (outcome is null) Volatile.Write(ref committed, Version);
        else Poison(outcome);
        var append = First;
        (First, Last, FrameBytes) = (null, null, 0);
        while (append is not null)
        {
            gauge.Release(append.QueueBytes);
            if (failure is { } known && outcome is not null) append.SetException(known);
            else append.SetResult(new CommittedRow(Version, checksum));
            append = append.Next;
        }
    }

    // The first failure stands: everything later fails for the same reason.
    void Poison(JournalException outcome) => Interlocked.CompareExchange(ref failure, outcome, null);
}

/// <summary>Bytes queued over all lanes.</summary>
sealed class QueueGauge
{
    long bytes;

    public long Bytes => Interlocked.Read(ref bytes);

    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref bytes, count) <= Limits.JournalQueueBytesHardMax) return true;
        Release(count);
        return false;
    }

    public void Release(int count) => Interlocked.Add(ref bytes, -count);
}
