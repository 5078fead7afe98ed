// Journal and event id store in memory: what they promise (IEventIdStore.cs), failures and pauses as a test says.
using OrleansBilling.Storage;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.GrainsTests.Usage;

/// <summary>Rows of one stream, only to be read.</summary>
internal sealed class MemoryJournal : IJournal
{
    public List<byte[]> Rows { get; } = [];
    public int Reads { get; private set; }

    /// <summary>Rows up to this one are in an archive.</summary>
    public long Archived { get; set; }

    public long QueuedBytes => 0;

    public IStreamWriter Open(long stream, long head) => throw new NotSupportedException();

    public Task<LoadedStream> Load(long stream, CancellationToken cancel) => throw new NotSupportedException();

    public Task<JournalRow> Row(long stream, long version, CancellationToken cancel) =>
        Task.FromResult(new JournalRow(stream, version, Rows[(int)version - 1], 0));

    public Task<StreamBase?> Base(long stream, CancellationToken cancel) => Task.FromResult<StreamBase?>(null);

    public Task<long> Head(long stream, CancellationToken cancel) => Task.FromResult((long)Rows.Count);

    public async IAsyncEnumerable<JournalRow> Read(
        long stream, long fromVersion, long toVersion, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        Reads++;
        await Task.CompletedTask;
        if (fromVersion <= Archived)
            throw new JournalArchivedException(stream, new StreamBase(Archived, default, "a", 0, "2025-01-31"));
        for (var version = fromVersion; version <= Math.Min(toVersion, Rows.Count); version++)
            yield return new JournalRow(stream, version, Rows[(int)version - 1], 0);
    }
}

/// <summary>Outlives every activation of a test.</summary>
internal sealed class MemoryEventIds : IEventIdStore
{
    private readonly Dictionary<EventIdPartKey, EventIdPart> parts = [];

    public int Loads { get; private set; }
    public int Merges { get; private set; }
    public IReadOnlyCollection<EventIdPart> Parts => parts.Values;

    /// <summary>Asked before and after (true) every write takes effect: it may wait or throw.</summary>
    public Func<bool, Task> Around { get; set; } = _ => Task.CompletedTask;

    /// <summary>Asked before a part is read.</summary>
    public Func<Task> BeforeLoad { get; set; } = () => Task.CompletedTask;

    public async Task Add(EventIdPart part, CancellationToken cancel)
    {
        await Around(false);
        parts.TryAdd(part.Key, part);
        await Around(true);
    }

    public async Task<EventIdPart?> Merge(IReadOnlyList<EventIdPart> sources, CancellationToken cancel)
    {
        await Around(false);
        var merged = EventIdPart.Merged(sources);
        if (!sources.All(source => parts.ContainsKey(source.Key)))
            return null;
        if (parts.ContainsKey(merged.Key) && sources.All(source => source.Key != merged.Key))
            return null;
        foreach (var source in sources)
            parts.Remove(source.Key);
        parts.Add(merged.Key, merged);
        Merges++;
        await Around(true);
        return merged;
    }

    public Task<IReadOnlyList<StoredEventIdPart>> List(long stream, int fromDay, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<StoredEventIdPart>>([.. parts.Values.Where(part => part.Key.Stream == stream && part.Key.Day >= fromDay)
            .Select(part => new StoredEventIdPart(part.Key, part.Fingerprints.Length))]);

    public async Task<EventIdPart?> Load(EventIdPartKey key, CancellationToken cancel)
    {
        Loads++;
        await BeforeLoad();
        return parts.GetValueOrDefault(key);
    }

    public Task<int> Purge(int beforeDay, CancellationToken cancel) => throw new NotSupportedException();

    public static StorageException Failed(bool done) => new(done ? StorageFailure.Unknown : StorageFailure.Unavailable, "The test wants it.");
}
