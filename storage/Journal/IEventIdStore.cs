// Older event ids: sorted fingerprints per stream and day of the event, so that a duplicate is recognised over the whole lateness window.
namespace OrleansBilling.Storage.Journal;

/// <summary>
/// Parts are immutable. A part covers the ids that a stream journaled in a range of versions for one day (UTC) of event time: fingerprints
/// (ascending) and, beside each, the version of the row that holds the event, so a hit is confirmed by reading one row.
/// </summary>
public interface IEventIdStore
{
    /// <summary>Queues a part for writing in batches; the task ends when it is durable. Writing the same key again changes nothing.</summary>
    Task Add(EventIdPart part, CancellationToken cancel);

    /// <summary>The keys of a stream's parts for days ≥ <paramref name="fromDay"/>, without their contents, and the version the parts reach.</summary>
    Task<IReadOnlyList<EventIdPartKey>> List(long stream, int fromDay, CancellationToken cancel);

    /// <summary>The contents of one part.</summary>
    Task<EventIdPart> Load(EventIdPartKey key, CancellationToken cancel);

    /// <summary>Drops parts of days before <paramref name="beforeDay"/> (they are past the window); returns how many.</summary>
    Task<int> Purge(int beforeDay, CancellationToken cancel);
}

/// <summary>Identifies a part. Day counts from 1970-01-01.</summary>
public readonly record struct EventIdPartKey(long Stream, int Day, long FirstVersion, long LastVersion);

/// <summary>Fingerprints (ascending) and versions have the same length.</summary>
public sealed record EventIdPart(EventIdPartKey Key, uint[] Fingerprints, long[] Versions);
