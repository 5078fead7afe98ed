// Journal and snapshots of one simulated host over the disk: the same promises as IJournal.cs, with time passing and failures between the steps.
using System.Runtime.CompilerServices;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Simulation.Tests.Stores;

/// <summary>One per start of the host. Its lanes stand for machines: each may die alone.</summary>
internal sealed class SimulatedJournal(Disk disk, Faults faults, Action<Func<Task>> start, int lanes) : IJournal, ISnapshots
{
    public Lane[] Lanes { get; } = [.. Enumerable.Range(0, lanes).Select(_ => new Lane(disk, faults, start))];

    public long QueuedBytes => 0;

    /// <summary>A machine dies and comes back empty; answers the streams that were served there.</summary>
    public IReadOnlyList<long> Crash(int lane)
    {
        var dead = Lanes[lane];
        dead.Dead = true;
        Lanes[lane] = new Lane(disk, faults, start);
        return [.. dead.Streams];
    }

    public IStreamWriter Open(long stream, long head)
    {
        var lane = Lanes[faults.Choose(Lanes.Length)];
        lane.Streams.Add(stream);
        return new SimulatedWriter(lane, stream, head);
    }

    public async Task<LoadedStream> Load(long stream, CancellationToken cancel)
    {
        await Away();
        var head = disk.Heads.GetValueOrDefault(stream);
        var kept = disk.SnapshotsOf(stream);
        // Stale, lost or new: a snapshot is a cache.
        var snapshot = kept.Count == 0 || faults.Choose(4) == 0 ? null : kept[faults.Choose(kept.Count)];
        var tail = new List<JournalRow>();
        for (var version = (snapshot?.Version ?? 0) + 1; version <= head; version++)
            tail.Add(disk.Row(stream, version)!.Value);
        await faults.Pause();
        return new LoadedStream(head, snapshot, tail);
    }

    public async IAsyncEnumerable<JournalRow> Read(long stream, long fromVersion, long toVersion, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Away();
        for (var version = fromVersion; version <= toVersion && disk.Row(stream, version) is { } row; version++)
            yield return row;
    }

    public async Task<JournalRow> Row(long stream, long version, CancellationToken cancel)
    {
        await Away();
        return disk.Row(stream, version) ?? throw new JournalCorruptException(stream, version, $"Row {stream}/{version} is missing.");
    }

    public Task<StreamBase?> Base(long stream, CancellationToken cancel) => Task.FromResult<StreamBase?>(null);

    public async Task<long> Head(long stream, CancellationToken cancel)
    {
        await Away();
        return disk.Heads.GetValueOrDefault(stream);
    }

    public void Offer(long stream, long version, ReadOnlyMemory<byte> state)
    {
        if (faults.Choose(5) > 0)
            disk.Keep(stream, new Snapshot(version, state.ToArray()));
    }

    public Task Flush(CancellationToken cancel) => Task.CompletedTask;

    private async Task Away()
    {
        await faults.Pause();
        if (faults.Happens(faults.StoreAway))
            throw new StorageException(StorageFailure.Unavailable, "The simulation wants it.");
    }
}
