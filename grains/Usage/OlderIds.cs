// Event ids that have left a subscription's memory: parts per day in the store, each hit confirmed in the journal.
using System.Runtime.CompilerServices;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Grains.Usage;

/// <summary>
/// One stream's parts by day of the event. <see cref="Epoch"/> grows when ids move from memory to a part: what was looked up before must be looked
/// up again. Merging parts changes none of the answers, so it does not count.
/// </summary>
/// <param name="recentMax">Ids in memory above which the older half moves; also the bound of the smallest parts.</param>
public sealed class OlderIds(long stream, IJournal journal, IEventIdStore store, EventIdCache cache, int recentMax = Limits.RecentIdsMax)
{
    // Rows that are read though nobody asked for them, between two that are.
    private const int VersionGapMax = 4;
    // A long replay fills memory far above its bound: what moves at once is bounded, since it is sorted in a turn.
    private const int MoveMax = 8;
    // How often a search begins again because another activation has merged the parts that it was about to read.
    private const int SearchesMax = 5;
    // Merges at a time: days that were never merged must not keep memory from moving.
    private const int MergesMax = 16;
    private readonly Dictionary<int, EventIdDay> days = [];

    /// <summary>Grows with every move.</summary>
    public int Epoch { get; private set; }

    /// <summary>Adds a stored part (activation).</summary>
    public void AddPart(StoredEventIdPart part) => Day(part.Key.Day).Add(new DayPart(part.Key, part.IdsAbout));

    /// <summary>
    /// Looks up the events of a batch that memory does not know and whose day has parts. Usually no part holds them, and this completes at once.
    /// </summary>
    public ValueTask<IOlderIds> LookUp(SubscriptionState state, ReadOnlyMemory<byte> records, int count, CancellationToken cancel)
    {
        if (days.Count == 0)
            return ValueTask.FromResult<IOlderIds>(FoundIds.None);
        List<(UInt128 IdHash, int Day)>? asked = null;
        var (parts, partsDay) = (default(EventIdDay), int.MinValue);
        var reader = new PackedReader(records.Span);
        for (var index = 0; index < count; index++)
        {
            var (idHash, day) = UsageRecord.ReadIdentity(ref reader);
            // Events of one batch are mostly of one day.
            if (day != partsDay)
                (parts, partsDay) = (days.GetValueOrDefault(day), day);
            if (parts is not null && parts.MayHold(SearchablePart.Fingerprint(idHash)) && !state.Ids.TryGet(idHash, out _))
                (asked ??= []).Add((idHash, day));
        }

        return asked is null ? ValueTask.FromResult<IOlderIds>(FoundIds.None) : new ValueTask<IOlderIds>(Search(asked, cancel));
    }

    /// <summary>The rows that may hold an event, whatever its day; whoever asks confirms the hit.</summary>
    public async Task<IReadOnlyList<long>> RowsOf(UInt128 idHash, CancellationToken cancel)
    {
        var fingerprint = SearchablePart.Fingerprint(idHash);
        var asked = days.Where(day => day.Value.MayHold(fingerprint)).Select(day => (idHash, day.Key)).ToList();
        return [.. (await Hits(asked, cancel)).Keys];
    }

    /// <summary>Whether memory holds so many ids that the older half should move.</summary>
    public bool WantsToMove(SubscriptionState state) => state.Ids.Count >= recentMax;

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
            Keep(part);
        state.Ids.RemoveOldest(moved);
        Epoch++;
    }

    /// <summary>
    /// Merges parts of days that have many of one size, a bounded number of times. Beside the answers: parts are searched meanwhile, and a merge
    /// that fails, or that another activation was faster with, changes none of them.
    /// </summary>
    public async Task Merge()
    {
        var left = MergesMax;
        foreach (var (number, day) in days.ToArray())
        {
            // When the parts of one size have become one, the next size may be full.
            while (left > 0 && day.ToMerge() is { Count: > 0 } parts && await Merge(number, day, parts))
                left--;
        }
    }

    private async Task<bool> Merge(int number, EventIdDay day, IReadOnlyList<DayPart> parts)
    {
        var contents = new List<EventIdPart>();
        foreach (var part in parts)
        {
            if (await Contents(part, CancellationToken.None) is not { } found)
                break;
            contents.Add(found.Part);
        }

        if (contents.Count < parts.Count || await store.Merge(contents, CancellationToken.None) is not { } merged)
        {
            await ListAgain(number, CancellationToken.None);
            return false;
        }

        foreach (var part in parts)
            cache.Drop(part.Key);
        day.Remove(parts);
        Keep(merged);
        return true;
    }

    private EventIdDay Day(int number)
    {
        if (!days.TryGetValue(number, out var day))
            days[number] = day = new EventIdDay(recentMax);
        return day;
    }

    private void Keep(EventIdPart part) =>
        Day(part.Key.Day).Add(new DayPart(part.Key, part.Fingerprints.Length) { Place = cache.Keep(part).Place });

    // Null when the part is not stored any more.
    private async ValueTask<SearchablePart?> Contents(DayPart part, CancellationToken cancel)
    {
        if (part.Place?.Contents is { } here)
            return here;
        if (await cache.Get(part.Key, cancel) is not var (place, contents))
            return null;
        part.Place = place;
        return contents;
    }

    // Parts that came while the list was on its way are not in it, and stay.
    private async Task ListAgain(int number, CancellationToken cancel)
    {
        var known = Day(number).Parts;
        var stored = (await store.List(stream, number, cancel)).Where(part => part.Key.Day == number).ToList();
        Day(number).Remove(known.Where(part => !stored.Exists(one => one.Key == part.Key)));
        stored.ForEach(AddPart);
    }

    private (EventIdPart[] Parts, int Moved) PartsOf(ReadOnlySpan<EventIdEntry> ids)
    {
        var moved = WholeRows(ids);
        return ([.. ids[..moved].ToArray().GroupBy(entry => entry.Day).Select(day => PartOf(day.Key, [.. day]))], moved);
    }

    private EventIdPart PartOf(int day, EventIdEntry[] entries)
    {
        var fingerprints = Array.ConvertAll(entries, entry => SearchablePart.Fingerprint(entry.IdHash));
        var versions = Array.ConvertAll(entries, entry => entry.Version);
        var key = new EventIdPartKey(stream, day, versions.Min(), versions.Max());
        Array.Sort(fingerprints, versions);
        return new EventIdPart(key, fingerprints, versions);
    }

    // A row moves as a whole: parts are named by their rows, and of two parts with the same name the second one would be lost. The newest
    // durable row stays, since more of its ids may still be waiting to hear that it is durable.
    private int WholeRows(ReadOnlySpan<EventIdEntry> ids)
    {
        var end = 0;
        while (end < ids.Length && ids[end].Version != 0)
            end++;
        var newest = end == 0 ? 0 : ids[end - 1].Version;
        while (end > 0 && ids[end - 1].Version == newest)
            end--;
        var cut = Math.Min(Math.Clamp(ids.Length - (recentMax / 2), recentMax / 2, MoveMax * recentMax), end);
        while (cut > 0 && cut < end && ids[cut].Version == ids[cut - 1].Version)
            cut++;
        return cut;
    }

    private async Task<SortedDictionary<long, HashSet<UInt128>>> Hits(List<(UInt128 IdHash, int Day)> asked, CancellationToken cancel)
    {
        var hits = new SortedDictionary<long, HashSet<UInt128>>();
        foreach (var day in asked.GroupBy(one => one.Day, one => one.IdHash))
        {
            for (var search = 1; !await SearchDay(day.Key, [.. day], hits, cancel); search++)
            {
                if (search == SearchesMax)
                    throw new StorageException(StorageFailure.Unavailable, $"The older ids of stream {stream} are being merged all the time.");
                await ListAgain(day.Key, cancel);
            }
        }

        return hits;
    }

    private async Task<IOlderIds> Search(List<(UInt128 IdHash, int Day)> asked, CancellationToken cancel)
    {
        var hits = await Hits(asked, cancel);
        if (hits.Count == 0)
            return FoundIds.None;
        var found = new FoundIds();
        foreach (var (from, to) in Ranges(hits.Keys))
        {
            await foreach (var row in Rows(from, to, cancel))
            {
                // A fingerprint is 32 bits: a hit alone never drops an event.
                if (hits.TryGetValue(row.Version, out var wanted))
                    SubscriptionReplay.Find(row.Frames.Span, wanted, found.Bodies);
            }
        }

        return found;
    }

    /// <summary>
    /// Rows that may hold an id. What is archived is older than ids are remembered, but an activation that has lived so long may still have parts of it.
    /// </summary>
    public async IAsyncEnumerable<JournalRow> Rows(long from, long to, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = journal.Read(stream, from, to, cancel).GetAsyncEnumerator(cancel);
        long? goOn = null;
        while (goOn is null)
        {
            try
            {
                if (!await rows.MoveNextAsync())
                    yield break;
            }
            catch (JournalArchivedException gone)
            {
                goOn = gone.Base.Version + 1;
                continue;
            }

            yield return rows.Current;
        }

        if (goOn > to)
            yield break;
        await foreach (var row in journal.Read(stream, goOn.Value, to, cancel))
            yield return row;
    }

    // False when a part is not stored any more: what replaced it is not known here yet.
    private async ValueTask<bool> SearchDay(int day, UInt128[] idHashes, SortedDictionary<long, HashSet<UInt128>> hits, CancellationToken cancel)
    {
        foreach (var part in Day(day).Parts)
        {
            if (await Contents(part, cancel) is not { } contents)
                return false;
            foreach (var idHash in idHashes)
            {
                contents.VersionsOf(SearchablePart.Fingerprint(idHash), version =>
                {
                    if (!hits.TryGetValue(version, out var wanted))
                        hits[version] = wanted = [];
                    wanted.Add(idHash);
                });
            }
        }

        return true;
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

    private sealed class FoundIds : IOlderIds
    {
        public static FoundIds None { get; } = new();

        public Dictionary<UInt128, uint> Bodies { get; } = [];

        public bool TryGet(UInt128 idHash, out uint bodyHash) => Bodies.TryGetValue(idHash, out bodyHash);
    }
}
