// Definitions cached per process; dropped as a whole when any of them changes anywhere.
using System.Collections.Concurrent;
using System.Collections.Frozen;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>
/// Parsed definitions by kind and id. A write in this process drops the cache at once; writes of other processes are seen through the store's
/// revision, which is polled within the second (architecture 9).
/// </summary>
public sealed class Catalogue(IDefinitionStore store)
{
    private volatile Generation current = new(0);
    private long storeRevision = -1;

    /// <summary>Grows with every drop: whoever derived something from the cache compares and derives again.</summary>
    public long Revision => current.Number;

    /// <summary>The definition, or null. T must be the kind's record.</summary>
    public async ValueTask<T?> Find<T>(string kind, string id, CancellationToken cancel) where T : class
    {
        var entries = current.Entries;
        if (entries.TryGetValue((kind, id), out var found))
            return (T?)found;
        var stored = await store.Get(kind, id, cancel);
        var parsed = stored is null ? null : DefinitionKinds.Read(kind, stored.Body);
        // Customers and wallets are too many to keep, and their writes do not grow the store's revision.
        if (kind is not (DefinitionKinds.Customer or DefinitionKinds.Wallet))
            entries[(kind, id)] = parsed;
        return (T?)parsed;
    }

    /// <summary>Versions of a plan by number.</summary>
    public async ValueTask<IReadOnlyList<(int Number, PlanVersion Version)>> PlanVersions(string plan, CancellationToken cancel)
    {
        var generation = current;
        if (generation.PlanVersions.TryGetValue(plan, out var found))
            return found;
        var versions = new List<(int, PlanVersion)>();
        for (string? after = null; ;)
        {
            var page = await store.List(DefinitionKinds.PlanVersion, plan, after, Limits.PlanVersionsPageMax, cancel);
            versions.AddRange(page.Select(stored => (PlanVersionIds.NumberOf(stored.Id), Billing.Json.Definitions.Stored<PlanVersion>(stored.Body))));
            if (page.Count < Limits.PlanVersionsPageMax)
                break;
            after = page[^1].Id;
        }

        generation.PlanVersions[plan] = versions;
        return versions;
    }

    /// <summary>A charge of a plan version that has priced something; a version may have ten thousand of them.</summary>
    public async ValueTask<Charge> ChargeOf(string plan, int version, string charge, CancellationToken cancel)
    {
        var byId = await Derived($"charges|{plan}|{version}", async () =>
            (await PlanVersions(plan, cancel)).First(one => one.Number == version).Version.Charges.ToFrozenDictionary(one => one.Id));
        return byId[charge];
    }

    /// <summary>Something that was derived from this generation of the cache, made once.</summary>
    public async ValueTask<T> Derived<T>(string key, Func<Task<T>> make) where T : class
    {
        var derived = current.Derived;
        if (derived.TryGetValue(key, out var found))
            return (T)found;
        var made = await make();
        derived[key] = made;
        return made;
    }

    /// <summary>Forgets everything.</summary>
    public void Drop() => current = new Generation(current.Number + 1);

    /// <summary>Drops the cache if another process has written; called by a timer.</summary>
    public Task Refresh(CancellationToken cancel) => Newest(cancel);

    /// <summary>The store's revision; what was read before it is dropped.</summary>
    public async Task<long> Newest(CancellationToken cancel)
    {
        var revision = await store.CatalogueRevision(cancel);
        if (Interlocked.Read(ref storeRevision) != revision)
            Drop();
        Interlocked.Exchange(ref storeRevision, revision);
        return revision;
    }

    /// <summary>The cache holds nothing that is older than this revision of the store.</summary>
    public async ValueTask AtLeast(long revision, CancellationToken cancel)
    {
        if (Interlocked.Read(ref storeRevision) < revision)
            await Newest(cancel);
    }

    // A reader that began before a drop fills the generation that nobody reads any more: never a stale entry in the new one.
    private sealed class Generation(long number)
    {
        public long Number { get; } = number;
        public ConcurrentDictionary<(string Kind, string Id), object?> Entries { get; } = new();
        public ConcurrentDictionary<string, IReadOnlyList<(int, PlanVersion)>> PlanVersions { get; } = new();
        public ConcurrentDictionary<string, object> Derived { get; } = new();
    }
}

/// <summary>Ids of plan versions: plan, slash, number, padded so that they sort.</summary>
public static class PlanVersionIds
{
    /// <summary>The id.</summary>
    public static string Of(string plan, int number) => $"{plan}/{number:00000}";

    /// <summary>The number in an id.</summary>
    public static int NumberOf(string id) => int.Parse(id.AsSpan(id.LastIndexOf('/') + 1), System.Globalization.CultureInfo.InvariantCulture);
}
