// The journal port: streams of immutable entries, written by one group-commit writer per process.
namespace OrleansBilling.Storage.Journal;

/// <summary>The durable log. A stream belongs to one party or wallet; its versions are gap-free from 1.</summary>
public interface IJournal
{
    /// <summary>
    /// A writer for one activation that has read the stream up to <paramref name="head"/> (0: nothing yet). Two writers of one stream
    /// are harmless: the second one to write a version loses and is poisoned (architecture: Fence).
    /// </summary>
    IStreamWriter Open(long stream, long head);

    /// <summary>
    /// The newest snapshot not above the head, or the stream's base where there is none, and all rows after it. A snapshot above the head is ignored.
    /// </summary>
    Task<LoadedStream> Load(long stream, CancellationToken cancel);

    /// <summary>Rows with <paramref name="fromVersion"/> ≤ version ≤ <paramref name="toVersion"/>, in order, checksums verified.
    /// Throws <see cref="JournalArchivedException"/> when the first of them is in an archive.</summary>
    IAsyncEnumerable<JournalRow> Read(long stream, long fromVersion, long toVersion, CancellationToken cancel);

    /// <summary>
    /// One row, its checksum verified. Calls that come together share a statement. Throws <see cref="JournalArchivedException"/> when the row is in an
    /// archive, and <see cref="JournalCorruptException"/> when it is nowhere.
    /// </summary>
    Task<JournalRow> Row(long stream, long version, CancellationToken cancel);

    /// <summary>Where the rows of a stream begin; null: with the first one.</summary>
    Task<StreamBase?> Base(long stream, CancellationToken cancel);

    /// <summary>
    /// The newest durable version of a stream as the database has it now (0: none), whoever wrote it. Calls that come together share a statement.
    /// </summary>
    Task<long> Head(long stream, CancellationToken cancel);

    /// <summary>Bytes queued and not yet committed, over all lanes; the measure of back-pressure.</summary>
    long QueuedBytes { get; }
}

/// <summary>Appends for one activation of one stream. Not thread-safe per stream order: call from that activation's turns only.</summary>
public interface IStreamWriter
{
    /// <summary>False while the process's queue is full: answer "overloaded" (503) and take nothing.</summary>
    bool HasRoom { get; }

    /// <summary>The newest version known to be durable.</summary>
    long CommittedVersion { get; }

    /// <summary>True after any failed write: nothing will ever be written by this writer again. Deactivate and reload.</summary>
    bool Poisoned { get; }

    /// <summary>
    /// Queues frames (see <see cref="Frames"/>); frames of one stream that wait for the same flush share one row. The bytes belong to the
    /// journal from here on. An empty payload is allowed (it proves that this activation is the owner). Frames are written in call order.
    /// The task ends with the row when it is durable, or with a <see cref="JournalException"/>. Never cancelled.
    /// </summary>
    Task<CommittedRow> Append(ReadOnlyMemory<byte> frames);
}

/// <summary>The row that made an append durable. Appends that were flushed together share it.</summary>
public readonly record struct CommittedRow(long Version, ulong Checksum);

/// <summary>One durable row: frames exactly as appended, already checked against its checksum.</summary>
/// <param name="Checksum">The stored XXH3-64 over format byte, stream, version and frames: what line proofs are made from.</param>
public readonly record struct JournalRow(long Stream, long Version, ReadOnlyMemory<byte> Frames, ulong Checksum);

/// <summary>What an activation starts from. Head is the newest committed version (0: empty stream).</summary>
public sealed record LoadedStream(long Head, Snapshot? Snapshot, IReadOnlyList<JournalRow> Tail);

/// <summary>A cached state as of a committed version. Deleting all snapshots changes cost, never an answer.</summary>
public sealed record Snapshot(long Version, ReadOnlyMemory<byte> State);

/// <summary>Takes snapshots in the background, in batches; kept only if newer than the stored one.</summary>
public interface ISnapshots
{
    /// <summary>Offers the state as of a version that has committed. Dropped silently when the queue is full: it is a cache.</summary>
    void Offer(long stream, long version, ReadOnlyMemory<byte> state);

    /// <summary>Waits until everything offered before is written (shutdown, tests).</summary>
    Task Flush(CancellationToken cancel);
}

/// <summary>Why an append did not become durable, as far as anyone can know.</summary>
public enum JournalFailure
{
    /// <summary>Definitely not written: another activation owns the stream now.</summary>
    Conflict,
    /// <summary>Definitely not written: the database refused or was away before anything was sent.</summary>
    Unavailable,
    /// <summary>Maybe written: the connection broke around the commit. Reload and look.</summary>
    Unknown,
}

/// <summary>An append failed; its writer is poisoned.</summary>
public sealed class JournalException(JournalFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is known about the outcome.</summary>
    public JournalFailure Failure { get; } = failure;
}

/// <summary>A row or snapshot whose checksum does not hold: the stream is parked, never silently billed.</summary>
public sealed class JournalCorruptException(long stream, long version, string message) : Exception(message)
{
    /// <summary>The stream.</summary>
    public long Stream { get; } = stream;
    /// <summary>The version.</summary>
    public long Version { get; } = version;
}
