// Contents of older id parts, shared by a process and bounded in bytes.
using System.Collections.Concurrent;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>A clock-style cache: parts that were asked for since the last sweep stay. Losing an entry costs a read, never an answer.</summary>
public sealed class EventIdCache(IEventIdStore store)
{
    private readonly ConcurrentDictionary<EventIdPartKey, CachedPart> entries = new();
    private long bytes;

    /// <summary>Bytes of contents above which parts that nobody asks for are given up.</summary>
    public long BytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>The part's place in the cache, and its contents, from memory or the store; null when it is not stored any more.</summary>
    public async ValueTask<(CachedPart Place, SearchablePart Contents)?> Get(EventIdPartKey key, CancellationToken cancel)
    {
        if (entries.TryGetValue(key, out var found) && found.Contents is { } contents)
            return (found, contents);
        return await store.Load(key, cancel) is { } part ? Keep(part) : null;
    }

    /// <summary>Keeps a part that was just made or read.</summary>
    public (CachedPart Place, SearchablePart Contents) Keep(EventIdPart part)
    {
        var contents = new SearchablePart(part);
        var mine = new CachedPart(contents);
        var place = entries.GetOrAdd(part.Key, mine);
        if (place == mine && Interlocked.Add(ref bytes, contents.Bytes) > BytesMax)
            Sweep();
        return (place, contents);
    }

    /// <summary>Forgets a part that another one has replaced. Who is searching it goes on.</summary>
    public void Drop(EventIdPartKey key)
    {
        if (entries.TryRemove(key, out var removed))
            Interlocked.Add(ref bytes, -removed.Bytes);
    }

    // Twice, so that it gets below the bound even when everything had been asked for.
    private void Sweep()
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var entry in entries)
            {
                // Not by the key alone: somebody else may have dropped this one and kept it anew.
                if (entry.Value.AskedSinceSweep() || !entries.TryRemove(entry))
                    continue;
                Interlocked.Add(ref bytes, -entry.Value.Bytes);
                entry.Value.Release();
                if (Interlocked.Read(ref bytes) < BytesMax / 2)
                    return;
            }
        }
    }
}

/// <summary>Where a part's contents are as long as they are in memory: who holds on to this does not hold on to them.</summary>
public sealed class CachedPart(SearchablePart contents)
{
    private volatile SearchablePart? held = contents;
    private volatile bool asked = true;

    /// <summary>Null when they were given up: get them from the cache again.</summary>
    public SearchablePart? Contents
    {
        get
        {
            // Reading is cheap on all cores, writing is not.
            if (!asked)
                asked = true;
            return held;
        }
    }

    /// <summary>What the contents take or took.</summary>
    public long Bytes { get; } = contents.Bytes;

    internal bool AskedSinceSweep()
    {
        var was = asked;
        asked = false;
        return was;
    }

    internal void Release() => held = null;
}
