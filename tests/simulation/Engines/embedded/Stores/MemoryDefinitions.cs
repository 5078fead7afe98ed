// Definitions and parts of ids in memory, durable as soon as they are written.
using NodaTime;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Simulation.Tests.Stores;

internal sealed class MemoryDefinitions : IDefinitionStore
{
    private readonly Dictionary<(string Kind, string Id), Definition> newest = [];
    private long streams;
    private long revision;

    public IReadOnlyCollection<Definition> All => newest.Values;

    /// <summary>From then on time passes in every call.</summary>
    public Faults? Faults { get; set; }

    /// <summary>The same definitions for another run.</summary>
    public MemoryDefinitions Copy()
    {
        var copy = new MemoryDefinitions { streams = streams, revision = revision };
        foreach (var (key, definition) in newest)
            copy.newest.Add(key, definition);
        return copy;
    }

    public async Task<PutResult> Put(DefinitionWrite write, CancellationToken cancel)
    {
        await Pause();
        var key = (write.Kind, write.Id);
        var known = newest.GetValueOrDefault(key);
        if (known?.Body == write.Body)
            return new PutResult(PutOutcome.Unchanged, known);
        if (write.ExpectedVersion is { } expected && expected != (known?.Version ?? 0))
            return new PutResult(PutOutcome.VersionConflict, known);
        var stream = known?.Stream ?? (write.NeedsStream ? ++streams : 0);
        var stored = newest[key] = new Definition(write.Kind, write.Id, (known?.Version ?? 0) + 1, stream, write.Parent, write.Body, write.RecordedAt);
        if (write.Kind is not ("subscription" or "customer" or "wallet"))
            revision++;
        await Pause();
        return new PutResult(known is null ? PutOutcome.Created : PutOutcome.Replaced, stored);
    }

    public async Task<Definition?> Get(string kind, string id, CancellationToken cancel)
    {
        await Pause();
        return newest.GetValueOrDefault((kind, id));
    }

    public async Task<IReadOnlyList<Definition>> List(string kind, string? parent, string? afterId, int limit, CancellationToken cancel)
    {
        await Pause();
        return [.. newest.Values.Where(one => one.Kind == kind && (parent is null || one.Parent == parent) && string.CompareOrdinal(one.Id, afterId ?? "") > 0)
            .OrderBy(one => one.Id, StringComparer.Ordinal).Take(limit)];
    }

    public Task<IReadOnlyList<Definition>> History(string kind, string id, CancellationToken cancel) => throw NotPlayed();

    public Task<IReadOnlyList<LegRow>> Legs(string agreement, Instant startedBefore, Instant notEndedBefore, string? afterSubscription, int limit,
        CancellationToken cancel) => throw NotPlayed();

    public Task<int> CountLegs(string agreement, Instant startedBefore, Instant notEndedBefore, CancellationToken cancel) => throw NotPlayed();

    public Task<IReadOnlyDictionary<string, int>> CountLegsOf(string calendar, Instant startedBefore, Instant notEndedBefore, CancellationToken cancel) =>
        throw NotPlayed();

    public Task<IReadOnlyList<Definition>> AgreementsOf(string calendar, CancellationToken cancel) => throw NotPlayed();

    // Wallets here are in nobody's books.
    public Task<IReadOnlyList<Definition>> AgreementsBoughtBy(string buyer, CancellationToken cancel) => Task.FromResult<IReadOnlyList<Definition>>([]);

    public Task<long> CatalogueRevision(CancellationToken cancel) => Task.FromResult(revision);

    private static NotSupportedException NotPlayed() => new("No month is closed in this simulation.");

    private Task Pause() => Faults?.Pause() ?? Task.CompletedTask;
}

/// <summary>Never asked for much: a run has fewer ids than a subscription keeps in memory.</summary>
internal sealed class MemoryEventIds : IEventIdStore
{
    public Task Add(EventIdPart part, CancellationToken cancel) => throw new NotSupportedException("A run has too few ids for a part.");

    public Task<EventIdPart?> Merge(IReadOnlyList<EventIdPart> parts, CancellationToken cancel) => Task.FromResult<EventIdPart?>(null);

    public Task<IReadOnlyList<StoredEventIdPart>> List(long stream, int fromDay, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<StoredEventIdPart>>([]);

    public Task<EventIdPart?> Load(EventIdPartKey key, CancellationToken cancel) => Task.FromResult<EventIdPart?>(null);

    public Task<int> Purge(int beforeDay, CancellationToken cancel) => Task.FromResult(0);
}
