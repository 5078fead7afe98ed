// Event ids that have left a subscription's memory: parts per day in the store, each hit confirmed in the journal.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// Keys of one stream's parts by day of the event. <see cref="Epoch"/> grows when ids move from memory to a part: what was looked up before
/// must be looked up again.
/// </summary>
public sealed class OlderIds(long stream, IJournal journal, IEventIdStore store, EventIdCache cache)
{
    // Rows that are read though nobody asked for them, between two that are.
    private const int VersionGapMax = 4;
    private readonly Dictionary<int, List<EventIdPartKey>> partsByDay = [];

    /// <summary>Grows with every move.</summary>
    public int Epoch { get; private set; }

    /// <summary>Adds a stored part (activation).</summary>
    public void AddPart(EventIdPartKey key)
    {
        if (!partsByDay.TryGetValue(key.Day, out var parts))
            partsByDay[key.Day] = parts = [];
        if (!parts.Contains(key))
            parts.Add(key);
    }

    /// <summary>
    /// Looks up the events of a batch that memory does not know and whose day has parts. Usually there are none, and this completes at once.
    /// </summary>
    public ValueTask<IOlderIds> LookUp(SubscriptionState state, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        if (partsByDay.Count == 0)
            return ValueTask.FromResult<IOlderIds>(FoundIds.None);
        var asked = new List<(UInt128 IdHash, int Day)>();
        var reader = new PackedReader(records.Span);
        for (var index = 0; index < count; index++)
        {
            var record = UsageRecord.Read(ref reader);
            if (partsByDay.ContainsKey(record.Day) && record.IdHash is var hash && !state.Ids.TryGet(hash, out _))
                asked.Add((hash, record.Day));
        }

        return asked.Count == 0 ? ValueTask.FromResult<IOlderIds>(FoundIds.None) : new ValueTask<IOlderIds>(Search(asked, cancel));
    }

    /// <summary>Whether memory holds so many ids that the older half should move.</summary>
    public bool WantsToMove(SubscriptionState state) => state.Ids.Count >= Limits.RecentIdsMax;

    /// <summary>Moves the older half of memory, as far as it is durable and in whole rows, into parts; forgets it once they are stored.</summary>
    public async Task Move(SubscriptionState state)
    {
        if (!WantsToMove(state))
            return;
        var (parts, moved) = PartsOf(state.Ids.Entries);
        if (moved == 0)
            return;
        await Task.WhenAll(parts.Select(part => store.Add(part, CancellationToken.None)));
        foreach (var part in parts)
        {
            cache.Keep(part);
            AddPart(part.Key);
        }

        state.Ids.RemoveOldest(moved);
        Epoch++;
    }

    private (EventIdPart[] Parts, int Moved) PartsOf(ReadOnlySpan<EventIdEntry> ids)
    {
        var moved = WholeRows(ids);
        var parts = ids[..moved].ToArray().GroupBy(entry => entry.Day).Select(day =>
        {
            var ordered = day.OrderBy(entry => Fingerprint(entry.IdHash)).ToArray();
            var key = new EventIdPartKey(stream, day.Key, ordered.Min(entry => entry.Version), ordered.Max(entry => entry.Version));
            return new EventIdPart(key, [.. ordered.Select(entry => Fingerprint(entry.IdHash))], [.. ordered.Select(entry => entry.Version)]);
        });
        return ([.. parts], moved);
    }

    // A row moves as a whole: parts are named by their rows, and of two parts with the same name the second one would be lost. The newest
    // durable row stays, since more of its ids may still be waiting to hear that it is durable.
    private static int WholeRows(ReadOnlySpan<EventIdEntry> ids)
    {
        var end = 0;
        while (end < ids.Length && ids[end].Version != 0)
            end++;
        var newest = end == 0 ? 0 : ids[end - 1].Version;
        while (end > 0 && ids[end - 1].Version == newest)
            end--;
        var cut = Math.Min(Limits.RecentIdsMax / 2, end);
        while (cut > 0 && cut < end && ids[cut].Version == ids[cut - 1].Version)
            cut++;
        return cut;
    }

    private async Task<IOlderIds> Search(List<(UInt128 IdHash, int Day)> asked, CancellationToken cancel)
    {
        var hits = new SortedDictionary<long, HashSet<UInt128>>();
        foreach (var day in asked.GroupBy(one => one.Day, one => one.IdHash))
        {
            foreach (var key in partsByDay[day.Key].ToArray())
                AddHits(await cache.Get(key, cancel), day, hits);
        }

        var found = new FoundIds();
        foreach (var (from, to) in Ranges(hits.Keys))
        {
            await foreach (var row in journal.Read(stream, from, to, cancel))
            {
                // A fingerprint is 32 bits: a hit alone never drops an event.
                if (hits.TryGetValue(row.Version, out var wanted))
                    SubscriptionReplay.Find(row.Frames.Span, wanted, found.Bodies);
            }
        }

        return found;
    }

    private static void AddHits(EventIdPart part, IEnumerable<UInt128> idHashes, SortedDictionary<long, HashSet<UInt128>> hits)
    {
        foreach (var idHash in idHashes)
        {
            var fingerprint = Fingerprint(idHash);
            var position = Array.BinarySearch(part.Fingerprints, fingerprint);
            while (position > 0 && part.Fingerprints[position - 1] == fingerprint)
                position--;
            for (; position >= 0 && position < part.Fingerprints.Length && part.Fingerprints[position] == fingerprint; position++)
            {
                if (!hits.TryGetValue(part.Versions[position], out var wanted))
                    hits[part.Versions[position]] = wanted = [];
                wanted.Add(idHash);
            }
        }
    }

    // A gateway that lost its answer sends everything again: each row is read once however many of its events are asked for, near ones together.
    private static IEnumerable<(long From, long To)> Ranges(IEnumerable<long> versions)
    {
        var (from, to) = (0L, 0L);
        foreach (var version in versions)
        {
            if (from != 0 && version - to > VersionGapMax)
            {
                yield return (from, to);
                from = 0;
            }

            (from, to) = (from == 0 ? version : from, version);
        }

        if (from != 0)
            yield return (from, to);
    }

    private static uint Fingerprint(UInt128 idHash) => unchecked((uint)(idHash >> 96));

    private sealed class FoundIds : IOlderIds
    {
        public static FoundIds None { get; } = new();

        public Dictionary<UInt128, uint> Bodies { get; } = [];

        public bool TryGet(UInt128 idHash, out uint bodyHash) => Bodies.TryGetValue(idHash, out bodyHash);
    }
}
