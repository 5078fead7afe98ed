// One activation's hold on its stream: appends, what is under way, snapshots, and whether the journal goes on elsewhere.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Streams;

/// <summary>
/// Belongs to one activation's turns. While appends are under way the state is ahead of the journal; <see cref="Quiesce"/> waits until it is not
/// and keeps new decisions out meanwhile.
/// </summary>
public abstract class StreamSession(long stream, IStreamWriter writer, IJournal journal, ISnapshots snapshots, long tailBytes, ILogger log)
{
    private long counted = writer.CommittedVersion;
    private long snapshotBytes;
    private long bytesSinceSnapshot = tailBytes;
    private int pending;
    private bool owner;
    private bool maintaining;
    private Task newest = Task.CompletedTask;
    private TaskCompletionSource? gate;

    /// <summary>The stream's number.</summary>
    public long Stream => stream;

    /// <summary>The newest durable version.</summary>
    public long Head => writer.CommittedVersion;

    /// <summary>Whether the process's queue has room for one more batch.</summary>
    public bool HasRoom => writer.HasRoom;

    /// <summary>Whether decisions must wait now: a seal or a snapshot wants a state that is all durable.</summary>
    public bool IsGated => gate is not null;

    /// <summary>Ends when decisions may go on.</summary>
    public Task Gate => gate?.Task ?? Task.CompletedTask;

    /// <summary>How many appends were made, committed or not.</summary>
    public long Appends { get; private set; }

    /// <summary>
    /// Ends when all that was appended before is durable; answers a version up to which every row was in the state at the call, and the newest one if
    /// nothing was appended meanwhile.
    /// </summary>
    public async Task<long> Flushed()
    {
        var (appends, head) = (Appends, Head);
        await newest;
        return Appends == appends ? Head : head;
    }

    /// <summary>Ends when all that was decided so far is durable; appends an empty row if this activation has never proved that it owns the stream.</summary>
    public Task Settled()
    {
        if (!owner && pending == 0)
            return Append(default);
        return newest;
    }

    /// <summary>
    /// Ends when all that was decided so far is durable and the journal has nothing that this activation does not know: what a reading may tell as
    /// the truth of now. Throws <see cref="JournalException"/> (conflict) when another activation has written.
    /// </summary>
    public async Task UpToDate(CancellationToken cancel)
    {
        await newest;
        while (await journal.Head(stream, cancel) > writer.CommittedVersion)
        {
            // What is ahead may be our own row, whose flush has not been answered yet.
            if (pending == 0)
                throw new JournalException(JournalFailure.Conflict, $"Stream {stream} goes on elsewhere.");
            await newest;
        }
    }

    /// <summary>Appends a frame whose effect is already in the state.</summary>
    public Task Append(ReadOnlyMemory<byte> frame) => Append(frame, 0, 0);

    /// <summary>The activation ends: what it would cost the next one to replay is offered as a snapshot, if that is worth a write.</summary>
    public void Leave()
    {
        if (pending == 0 && !writer.Poisoned && bytesSinceSnapshot > Limits.SnapshotTailBytesMin / 4)
            snapshots.Offer(stream, writer.CommittedVersion, PackState());
    }

    /// <summary>Keeps decisions out, waits until everything is durable, does <paramref name="work"/>, lets decisions in again.</summary>
    public async Task<T> Quiesce<T>(Func<Task<T>> work)
    {
        while (gate is not null)
            await gate.Task;
        var mine = gate = new TaskCompletionSource();
        try
        {
            // Also of what is no longer pending: after a failed append the state says what the journal does not.
            do
                await newest;
            while (pending > 0);
            return await work();
        }
        finally
        {
            gate = null;
            mine.SetResult();
        }
    }

    /// <summary>Appends a frame; <paramref name="first"/> and <paramref name="count"/> come back in <see cref="Committed"/>.</summary>
    protected Task Append(ReadOnlyMemory<byte> frame, long first, int count)
    {
        pending++;
        Appends++;
        Appended();
        var task = Commit(writer.Append(frame), first, count);
        bytesSinceSnapshot += frame.Length;
        return newest = task;
    }

    /// <summary>The state as a snapshot; nothing is under way.</summary>
    protected abstract ReadOnlyMemory<byte> PackState();

    /// <summary>A frame became durable in a row; frames that were flushed together share one, which is new once.</summary>
    protected abstract void Committed(CommittedRow row, bool newRow, long first, int count);

    /// <summary>A frame was queued; its effect is in the state.</summary>
    protected virtual void Appended()
    {
    }

    /// <summary>Whether there is something to do beside the answers.</summary>
    protected virtual bool WantsUpkeep => false;

    /// <summary>Work beside the answers, never in front of them.</summary>
    protected virtual Task Upkeep() => Task.CompletedTask;

    /// <summary>Work that can wait until the snapshot is offered.</summary>
    protected virtual Task Tidy() => Task.CompletedTask;

    private async Task Commit(Task<CommittedRow> append, long first, int count)
    {
        try
        {
            var row = await append;
            owner = true;
            var newRow = row.Version > counted;
            counted = Math.Max(counted, row.Version);
            Committed(row, newRow, first, count);
        }
        finally
        {
            pending--;
        }

        // A kept promise is not kept in memory: a hundred thousand sessions would each hold on to their last one. A broken one stands.
        if (pending == 0)
            newest = Task.CompletedTask;
        if (!maintaining && (WantsSnapshot || WantsUpkeep))
            _ = Maintain();
    }

    // What fails here costs time at the next start and nothing else.
    private async Task Maintain()
    {
        maintaining = true;
        try
        {
            await Upkeep();
            await Quiesce(() => Task.FromResult(Snapshot()));
            await Tidy();
        }
        catch (Exception fault) when (fault is JournalException or StorageException or TimeoutException)
        {
            SessionLog.MaintenanceFailed(log, fault, stream);
        }
        finally
        {
            maintaining = false;
        }
    }

    private bool WantsSnapshot => bytesSinceSnapshot > Math.Max(Limits.SnapshotTailBytesMin, Limits.SnapshotTailRatio * snapshotBytes);

    private bool Snapshot()
    {
        if (!WantsSnapshot || writer.Poisoned)
            return false;
        var packed = PackState();
        snapshots.Offer(stream, writer.CommittedVersion, packed);
        snapshotBytes = packed.Length;
        bytesSinceSnapshot = 0;
        return true;
    }
}

internal static partial class SessionLog
{
    [LoggerMessage(1001, LogLevel.Warning, "Stream {Stream}: snapshot or id part not written or merged, it will be tried again")]
    public static partial void MaintenanceFailed(ILogger log, Exception fault, long stream);

    [LoggerMessage(1002, LogLevel.Warning, "Subscription or wallet {Id}: append failed ({Failure}), the activation reloads")]
    public static partial void AppendFailed(ILogger log, Exception fault, string id, JournalFailure failure);

    [LoggerMessage(1003, LogLevel.Critical, "Subscription or wallet {Id} is parked: its journal or snapshot does not hold")]
    public static partial void Parked(ILogger log, Exception fault, string id);

    [LoggerMessage(1004, LogLevel.Warning, "Subscription or wallet {Id} cannot be loaded: the store is away")]
    public static partial void LoadFailed(ILogger log, Exception fault, string id);
}
