// Contents of older id parts, shared by a process and bounded in bytes.
using System.Collections.Concurrent;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>A clock-style cache: parts that were asked for since the last sweep stay. Losing an entry costs a read, never an answer.</summary>
public sealed class EventIdCache(IEventIdStore store)
{
    private const long BytesMax = 256L * 1024 * 1024;
    private const int BytesPerId = 12;
    private readonly ConcurrentDictionary<EventIdPartKey, Entry> entries = new();
    private long bytes;

    /// <summary>The part, from memory or the store.</summary>
    public async ValueTask<EventIdPart> Get(EventIdPartKey key, CancellationToken cancel)
    {
        if (entries.TryGetValue(key, out var found))
        {
            found.Asked = true;
            return found.Part;
        }

        var part = await store.Load(key, cancel);
        Keep(part);
        return part;
    }

    /// <summary>Keeps a part that was just made.</summary>
    public void Keep(EventIdPart part)
    {
        if (entries.TryAdd(part.Key, new Entry(part) { Asked = true }) && Interlocked.Add(ref bytes, SizeOf(part)) > BytesMax)
            Sweep();
    }

    private void Sweep()
    {
        foreach (var (key, entry) in entries)
        {
            if (!entry.Asked && entries.TryRemove(key, out var removed))
                Interlocked.Add(ref bytes, -SizeOf(removed.Part));
            entry.Asked = false;
            if (Interlocked.Read(ref bytes) < BytesMax / 2)
                return;
        }
    }

    private static long SizeOf(EventIdPart part) => ((long)part.Fingerprints.Length * BytesPerId) + 128;

    private sealed class Entry(EventIdPart part)
    {
        public EventIdPart Part { get; } = part;
        public volatile bool Asked;
    }
}
