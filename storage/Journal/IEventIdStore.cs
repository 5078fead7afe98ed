// Older event ids: sorted fingerprints per stream and day of the event, so that a duplicate is recognised over the whole lateness window.
namespace OrleansBilling.Storage.Journal;

/// <summary>
/// Parts are immutable. A part covers all ids that a stream journaled in a range of versions for one day (UTC) of event time: fingerprints
/// (ascending) and, beside each, the version of the row that holds the event, so a hit is confirmed by reading one row. Parts may overlap;
/// then both hold what lies in both ranges.
/// </summary>
public interface IEventIdStore
{
    /// <summary>Queues a part for writing in batches; the task ends when it is durable. Writing the same key again changes nothing.</summary>
    Task Add(EventIdPart part, CancellationToken cancel);

    /// <summary>
    /// Puts one part in the place of several of one stream and day, in one transaction, and answers it. It covers all of their ranges, so no
    /// version between them may be in a part that is left out. Null, and nothing has changed, when one of them is no longer stored or another
    /// part has the new one's key: another activation was faster, and the parts must be listed again. The work is not done on the caller's thread.
    /// </summary>
    Task<EventIdPart?> Merge(IReadOnlyList<EventIdPart> parts, CancellationToken cancel);

    /// <summary>A stream's parts for days ≥ <paramref name="fromDay"/>, without their contents.</summary>
    Task<IReadOnlyList<StoredEventIdPart>> List(long stream, int fromDay, CancellationToken cancel);

    /// <summary>The contents of one part; null when it is not stored (any more). They are unpacked on another thread than the caller's.</summary>
    Task<EventIdPart?> Load(EventIdPartKey key, CancellationToken cancel);

    /// <summary>Drops parts of days before <paramref name="beforeDay"/> (they are past the window); returns how many.</summary>
    Task<int> Purge(int beforeDay, CancellationToken cancel);
}

/// <summary>Identifies a part. Day counts from 1970-01-01.</summary>
public readonly record struct EventIdPartKey(long Stream, int Day, long FirstVersion, long LastVersion);

/// <summary>A part as it is listed. <paramref name="IdsAbout"/> is guessed from its size in bytes: within a third of how many ids it has.</summary>
public readonly record struct StoredEventIdPart(EventIdPartKey Key, int IdsAbout);

/// <summary>Fingerprints (ascending) and versions have the same length.</summary>
public sealed record EventIdPart(EventIdPartKey Key, uint[] Fingerprints, long[] Versions)
{
    /// <summary>One part with what several of one stream and day hold; what two of them hold is there once.</summary>
    public static EventIdPart Merged(IReadOnlyList<EventIdPart> parts)
    {
        var first = parts[0].Key;
        if (parts.Any(part => part.Key.Stream != first.Stream || part.Key.Day != first.Day))
            throw new ArgumentException("Only parts of one stream and day can be merged.", nameof(parts));
        var key = first with { FirstVersion = parts.Min(part => part.Key.FirstVersion), LastVersion = parts.Max(part => part.Key.LastVersion) };
        var count = parts.Sum(part => part.Fingerprints.Length);
        var (fingerprints, versions, heads, end) = (new uint[count], new long[count], new int[parts.Count], 0);
        while (Next(parts, heads) is var from and >= 0)
        {
            var (fingerprint, version) = (parts[from].Fingerprints[heads[from]], parts[from].Versions[heads[from]++]);
            var same = end - 1;
            while (same >= 0 && fingerprints[same] == fingerprint && versions[same] != version)
                same--;
            if (same >= 0 && fingerprints[same] == fingerprint)
                continue;
            (fingerprints[end], versions[end]) = (fingerprint, version);
            end++;
        }

        Array.Resize(ref fingerprints, end);
        Array.Resize(ref versions, end);
        return new EventIdPart(key, fingerprints, versions);
    }

    // Few parts are merged at a time: looking at every head is faster than a heap.
    private static int Next(IReadOnlyList<EventIdPart> parts, int[] heads)
    {
        var (least, found) = (ulong.MaxValue, -1);
        for (var part = 0; part < heads.Length; part++)
        {
            var fingerprints = parts[part].Fingerprints;
            if (heads[part] < fingerprints.Length && fingerprints[heads[part]] < least)
                (least, found) = (fingerprints[heads[part]], part);
        }

        return found;
    }
}
