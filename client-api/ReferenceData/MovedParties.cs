// Who was moved into or out of a partner's subtree: few, so they are looked at one by one and all others are where they always were.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>Found once for each state of the tree.</summary>
public sealed class MovedParties(IDefinitionStore store, IPartyTree tree)
{
    private readonly BoundedCache<string, Found> found = new(Limits.TreeCacheMax);

    /// <summary>Parties that have left or joined the partner or one below it, now or then; each once. When they were below it, the tree says.</summary>
    public async ValueTask<IReadOnlyCollection<string>> Around(string partner, CancellationToken cancel)
    {
        var moves = await tree.Moves(cancel);
        if (moves == 0)
            return [];
        if (!found.TryGet(partner, out var known) || known.Moves != moves)
            found.Set(partner, known = new Found(moves, await Find(partner, cancel)));
        return known.Parties;
    }

    private async Task<IReadOnlyCollection<string>> Find(string partner, CancellationToken cancel)
    {
        var (moved, seen, open) = (new SortedSet<string>(StringComparer.Ordinal), new HashSet<string> { partner }, new Stack<string>([partner]));
        while (open.TryPop(out var at))
        {
            await foreach (var child in store.Children(DefinitionKinds.Partner, at, cancel))
                if (seen.Add(child.Id)) open.Push(child.Id);
            foreach (var kind in (string[])[DefinitionKinds.Departure, DefinitionKinds.Arrival])
            {
                await foreach (var row in store.Children(kind, at, cancel))
                {
                    var move = Billing.Json.Definitions.Stored<PartyMove>(row.Body);
                    moved.Add(move.Party);
                    if (move.Kind == DefinitionKinds.Partner && seen.Add(move.Party)) open.Push(move.Party);
                }
            }
        }

        return moved;
    }

    private sealed record Found(long Moves, IReadOnlyCollection<string> Parties);
}
