// What survives every crash: rows of the journal, snapshots, definitions, parts of ids.
using System.Buffers.Binary;
using System.IO.Hashing;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Simulation.Tests.Stores;

/// <summary>One per run. Only what stands here is durable.</summary>
internal sealed class Disk
{
    private const byte Format = 1;
    private const int ChecksumBytes = 8;
    private readonly Dictionary<long, List<Snapshot>> snapshots = [];

    /// <summary>Payloads by stream and version, as a database would hold them: format, frames, checksum.</summary>
    public SortedDictionary<(long Stream, long Version), byte[]> Rows { get; } = [];

    /// <summary>Newest version by stream.</summary>
    public Dictionary<long, long> Heads { get; } = [];

    /// <summary>False when the version stands there already.</summary>
    public bool TryAdd(long stream, long version, byte[] frames, out ulong checksum)
    {
        var payload = new byte[1 + frames.Length + ChecksumBytes];
        payload[0] = Format;
        frames.CopyTo(payload, 1);
        checksum = Checksum(stream, version, frames);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(1 + frames.Length), checksum);
        if (!Rows.TryAdd((stream, version), payload))
            return false;
        Heads[stream] = Math.Max(version, Heads.GetValueOrDefault(stream));
        return true;
    }

    /// <summary>A row as the product reads it.</summary>
    public JournalRow? Row(long stream, long version)
    {
        if (!Rows.TryGetValue((stream, version), out var payload))
            return null;
        var checksum = BinaryPrimitives.ReadUInt64LittleEndian(payload.AsSpan(payload.Length - ChecksumBytes));
        return new JournalRow(stream, version, payload.AsMemory(1, payload.Length - 1 - ChecksumBytes), checksum);
    }

    /// <summary>Keeps a snapshot beside the older ones.</summary>
    public void Keep(long stream, Snapshot snapshot)
    {
        if (!snapshots.TryGetValue(stream, out var all))
            snapshots[stream] = all = [];
        all.Add(snapshot);
    }

    /// <summary>Snapshots that were kept, not above the head.</summary>
    public IReadOnlyList<Snapshot> SnapshotsOf(long stream) =>
        snapshots.TryGetValue(stream, out var all) ? [.. all.Where(one => one.Version <= Heads.GetValueOrDefault(stream))] : [];

    private static ulong Checksum(long stream, long version, byte[] frames)
    {
        var hashed = new byte[17 + frames.Length];
        hashed[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(hashed.AsSpan(1), stream);
        BinaryPrimitives.WriteInt64LittleEndian(hashed.AsSpan(9), version);
        frames.CopyTo(hashed, 17);
        return XxHash3.HashToUInt64(hashed);
    }
}
