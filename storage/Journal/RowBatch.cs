// The rows of one flush: gathered per writer, encoded into one pooled buffer, completed together.
using System.Buffers;
using OrleansBilling.Billing;

namespace OrleansBilling.Storage.Journal;

/// <summary>Where a row stands in the buffer. Lost: another activation had written that version.</summary>
struct BatchRow
{
    public StreamWriter Writer;
    public int PayloadAt;
    public int PayloadBytes;
    public ulong Checksum;
    public bool Lost;
}

sealed class RowBatch
{
    readonly List<StreamWriter> writers = [];
    BatchRow[] rows = [];
    byte[] buffer = [];
    int frameBytes;

    public int Count => writers.Count;
    public Span<BatchRow> Rows => rows.AsSpan(0, Count);
    /// <summary>A complete binary COPY, header to trailer.</summary>
    public ReadOnlyMemory<byte> Copy { get; private set; }
    public bool IsFull => frameBytes >= Limits.JournalBatchBytesMax;

    public ReadOnlySpan<byte> Payload(in BatchRow row) => buffer.AsSpan(row.PayloadAt, row.PayloadBytes);

    public void Add(PendingAppend append)
    {
        frameBytes += append.Frames.Length + RowFormat.CopyHeadBytes;
        if (append.Writer.Gather(append)) writers.Add(append.Writer);
    }

    public void Encode()
    {
        // In key order: neighbours in the index are written together, and two processes' batches cannot wait for each other in a circle.
        writers.Sort(static (a, b) => a.Stream != b.Stream ? a.Stream.CompareTo(b.Stream) : a.Version.CompareTo(b.Version));
        if (rows.Length < Count) rows = new BatchRow[Math.Max(Count, rows.Length * 2)];
        var size = RowFormat.CopyFileHead.Length + RowFormat.CopyFileTailBytes;
        foreach (var writer in writers) size += RowFormat.CopyRowBytes(writer.FrameBytes);
        buffer = ArrayPool<byte>.Shared.Rent(size);

        RowFormat.CopyFileHead.CopyTo(buffer);
        var at = RowFormat.CopyFileHead.Length;
        for (var i = 0; i < Count; i++) at += EncodeRow(i, at);
        RowFormat.CopyFileTail.CopyTo(buffer.AsSpan(at));
        Copy = buffer.AsMemory(0, size);
    }

    /// <summary>Tells every waiter how its row ended and lets go of the buffer.</summary>
    public void Complete(JournalException? failure)
    {
        foreach (ref var row in Rows)
            row.Writer.Complete(failure ?? (row.Lost ? Conflict(row.Writer) : null), row.Checksum);
        Rows.Clear();
        writers.Clear();
        frameBytes = 0;
        Copy = default;
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    int EncodeRow(int index, int at)
    {
        var writer = writers[index];
        var row = buffer.AsSpan(at, RowFormat.CopyRowBytes(writer.FrameBytes));
        var framesAt = RowFormat.CopyHeadBytes + 1;
        for (var append = writer.First; append is not null; append = append.Next)
        {
            append.Frames.Span.CopyTo(row[framesAt..]);
            framesAt += append.Frames.Length;
        }
        var checksum = RowFormat.SealCopyRow(row, writer.Stream, writer.Version);
        rows[index] = new BatchRow
        {
            Writer = writer,
            PayloadAt = at + RowFormat.CopyHeadBytes,
            PayloadBytes = row.Length - RowFormat.CopyHeadBytes,
            Checksum = checksum,
        };
        return row.Length;
    }

    static JournalException Conflict(StreamWriter writer) => new(JournalFailure.Conflict,
        $"Version {writer.Version} of stream {writer.Stream} was written by another activation.");
}
