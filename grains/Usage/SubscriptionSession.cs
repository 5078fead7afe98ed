// One activation's hold on its subscription: state, journal writer and what is under way between the two.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// Appends, and applies what becomes known when rows commit. Belongs to one activation's turns. While appends are under way the state is ahead
/// of the journal; <see cref="Quiesce"/> waits until it is not and keeps new batches out meanwhile.
/// </summary>
public sealed class SubscriptionSession(long stream, SubscriptionState state, IStreamWriter writer, ISnapshots snapshots, OlderIds older, long tailBytes,
    ILogger log)
{
    private long chained = writer.CommittedVersion;
    private long snapshotBytes;
    private long bytesSinceSnapshot = tailBytes;
    private int pending;
    private bool owner;
    private bool maintaining;
    private Task newest = Task.CompletedTask;
    private TaskCompletionSource? gate;

    /// <summary>Totals, ids and seals.</summary>
    public SubscriptionState State => state;

    /// <summary>Ids that are no longer in the state.</summary>
    public OlderIds Older => older;

    /// <summary>The newest durable version.</summary>
    public long Head => writer.CommittedVersion;

    /// <summary>Whether the process's queue has room for one more batch.</summary>
    public bool HasRoom => writer.HasRoom;

    /// <summary>Whether batches must wait now: a seal or a snapshot wants a state that is all durable.</summary>
    public bool IsGated => gate is not null;

    /// <summary>Ends when batches may go on.</summary>
    public Task Gate => gate?.Task ?? Task.CompletedTask;

    /// <summary>Ends when all that was decided so far is durable; appends an empty row if this activation has never proved that it owns the stream.</summary>
    public Task Settled()
    {
        if (!owner && pending == 0)
            return Append(default, 0, 0);
        return newest;
    }

    /// <summary>Appends a frame whose effect is already in the state; ids [firstId, firstId + ids) belong to it.</summary>
    public Task Append(ReadOnlyMemory<byte> frame, long firstId, int ids)
    {
        pending++;
        var task = Commit(writer.Append(frame), firstId, ids);
        bytesSinceSnapshot += frame.Length;
        return newest = task;
    }

    /// <summary>The activation ends: what it would cost the next one to replay is offered as a snapshot, if that is worth a write.</summary>
    public void Leave()
    {
        if (pending == 0 && !writer.Poisoned && bytesSinceSnapshot > Limits.SnapshotTailBytesMin / 4)
            snapshots.Offer(stream, writer.CommittedVersion, SubscriptionSnapshot.Write(state));
    }

    /// <summary>Keeps batches out, waits until everything is durable, does <paramref name="work"/>, lets batches in again.</summary>
    public async Task<T> Quiesce<T>(Func<Task<T>> work)
    {
        while (gate is not null)
            await gate.Task;
        var mine = gate = new TaskCompletionSource();
        try
        {
            while (pending > 0)
                await newest;
            return await work();
        }
        finally
        {
            gate = null;
            mine.SetResult();
        }
    }

    private async Task Commit(Task<CommittedRow> append, long firstId, int ids)
    {
        try
        {
            var row = await append;
            owner = true;
            // Frames that were flushed together share a row: it is counted once.
            if (row.Version > chained)
            {
                state.Chained(row.Version, row.Checksum);
                chained = row.Version;
            }

            state.Ids.SetVersion(firstId, firstId + ids, row.Version);
        }
        finally
        {
            pending--;
        }

        if (!maintaining && (WantsSnapshot || older.WantsToMove(state)))
            _ = Maintain();
    }

    // Beside the answers, never in front of them. What fails here costs time at the next start and nothing else.
    private async Task Maintain()
    {
        maintaining = true;
        try
        {
            await older.Move(state);
            await Quiesce(() => Task.FromResult(Snapshot()));
            await older.Merge();
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
        var packed = SubscriptionSnapshot.Write(state);
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

    [LoggerMessage(1002, LogLevel.Warning, "Subscription {Subscription}: append failed ({Failure}), the activation reloads")]
    public static partial void AppendFailed(ILogger log, Exception fault, string subscription, JournalFailure failure);

    [LoggerMessage(1003, LogLevel.Critical, "Subscription {Subscription} is parked: its journal or snapshot does not hold")]
    public static partial void Parked(ILogger log, Exception fault, string subscription);

    [LoggerMessage(1004, LogLevel.Warning, "Subscription {Subscription} cannot be loaded: the store is away")]
    public static partial void LoadFailed(ILogger log, Exception fault, string subscription);
}
