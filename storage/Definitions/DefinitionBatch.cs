// Decides a batch of puts, in order, against what the database holds: pure, the same for both databases.
using System.Collections.Frozen;
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Storage.Definitions;

/// <summary>A version and who wrote it.</summary>
sealed record StoredDefinition(Definition Definition, string Actor);

/// <summary>What the batch's keys are in the database, and numbers for new streams.</summary>
sealed record DefinitionsBefore(
    Dictionary<(string Kind, string Id), StoredDefinition> Current,
    Dictionary<string, string> PartyKinds,
    Dictionary<string, string> PrefixOwners,
    Queue<long> Streams);

sealed class DefinitionBatch(DefinitionsBefore before)
{
    // What no process keeps parsed, or what says who lies where: that is counted by itself.
    static readonly FrozenSet<string> Quiet = FrozenSet.Create(DefinitionKinds.Subscription, DefinitionKinds.Customer, DefinitionKinds.Wallet,
        DefinitionKinds.ProductUse, DefinitionKinds.ResellerTag, DefinitionKinds.PartyHistory, DefinitionKinds.Departure, DefinitionKinds.Arrival,
        DefinitionKinds.Moves, DefinitionKinds.Continuation);

    readonly HashSet<(string, string)> changed = [];

    /// <summary>The newest versions of what changed.</summary>
    public IReadOnlyList<StoredDefinition> Newest => changed.Select(key => before.Current[key]).ToList();
    public List<StoredDefinition> Replaced { get; } = [];
    public Dictionary<string, string> NewParties { get; } = [];
    /// <summary>Prefix → party.</summary>
    public Dictionary<string, string> NewPrefixes { get; } = [];
    /// <summary>By subscription.</summary>
    public Dictionary<string, IReadOnlyList<LegRow>> Legs { get; } = [];
    /// <summary>Subscriptions whose stored legs go first; new ones have none.</summary>
    public HashSet<string> LegsReplaced { get; } = [];
    public bool TouchesCatalogue { get; private set; }
    public bool IsEmpty => changed.Count == 0;

    public PutResult Apply(DefinitionWrite write)
    {
        var key = (write.Kind, write.Id);
        if (write.IsParty && before.PartyKinds.TryGetValue(write.Id, out var kind) && kind != write.Kind) return new(PutOutcome.IdTaken, null);
        if (write.NumberPrefix is { } prefix && before.PrefixOwners.TryGetValue(prefix, out var owner) && owner != write.Id)
            return new(PutOutcome.PrefixTaken, null);
        var current = before.Current.GetValueOrDefault(key);
        // The same body first: a retry of a write that succeeded expects the version before it.
        if (current is not null && current.Definition.Body == write.Body && current.Definition.Parent == write.Parent)
            return new(PutOutcome.Unchanged, current.Definition);
        if (write.ExpectedVersion is { } expected && expected != (current?.Definition.Version ?? 0))
            return new(PutOutcome.VersionConflict, current?.Definition);

        if (write.Claim is { } claim && Apply(claim) is { Outcome: PutOutcome.VersionConflict } taken) return taken with { Outcome = PutOutcome.Claimed };
        foreach (var beside in write.Beside ?? []) Apply(beside);
        if (current is not null) Replaced.Add(current);
        var stream = current?.Definition.Stream ?? 0;
        if (stream == 0 && write.NeedsStream) stream = before.Streams.Dequeue();
        var stored = new Definition(write.Kind, write.Id, (current?.Definition.Version ?? 0) + 1, stream, write.Parent, write.Body, write.RecordedAt);
        before.Current[key] = new(stored, write.Actor);
        changed.Add(key);
        if (write.IsParty && before.PartyKinds.TryAdd(write.Id, write.Kind)) NewParties.Add(write.Id, write.Kind);
        if (write.NumberPrefix is { } mine && before.PrefixOwners.TryAdd(mine, write.Id)) NewPrefixes.Add(mine, write.Id);
        if (write.Legs is not null) Legs[write.Id] = write.Legs;
        if (write.Legs is not null && current is not null) LegsReplaced.Add(write.Id);
        TouchesCatalogue |= !Quiet.Contains(write.Kind);
        return new(current is null ? PutOutcome.Created : PutOutcome.Replaced, stored);
    }
}
