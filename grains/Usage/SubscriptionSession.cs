// One activation's hold on its subscription's stream: totals, ids and the row chain follow what becomes durable.
using Microsoft.Extensions.Logging;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Grains.Streams;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>A <see cref="StreamSession"/> that also moves older ids out of memory.</summary>
public sealed class SubscriptionSession(long stream, SubscriptionState state, IStreamWriter writer, IJournal journal, ISnapshots snapshots, OlderIds older,
    long tailBytes, ILogger log) : StreamSession(stream, writer, journal, snapshots, tailBytes, log)
{
    private bool changed;

    /// <summary>Totals, ids and seals.</summary>
    public SubscriptionState State => state;

    /// <summary>Called with the first append after <see cref="Reported"/>: who adds up usage has something new to learn.</summary>
    public Action? Changed { get; set; }

    /// <summary>The totals of now are on their way to whoever adds them up.</summary>
    public void Reported() => changed = false;

    /// <summary>Ids that are no longer in the state.</summary>
    public OlderIds Older => older;

    /// <summary>Appends a frame whose effect is already in the state; ids [firstId, firstId + ids) belong to it.</summary>
    public Task AppendEvents(ReadOnlyMemory<byte> frame, long firstId, int ids) => Append(frame, firstId, ids);

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> PackState() => SubscriptionSnapshot.Write(state);

    /// <inheritdoc/>
    protected override void Committed(CommittedRow row, bool newRow, long first, int count)
    {
        if (newRow)
            state.Chained(row.Version, row.Checksum);
        state.Ids.SetVersion(first, first + count, row.Version);
    }

    /// <inheritdoc/>
    protected override void Appended()
    {
        if (changed)
            return;
        changed = true;
        Changed?.Invoke();
    }

    /// <inheritdoc/>
    protected override bool WantsUpkeep => older.WantsToMove(state);

    /// <inheritdoc/>
    protected override Task Upkeep() => older.Move(state);

    /// <inheritdoc/>
    protected override Task Tidy() => older.Merge();
}
