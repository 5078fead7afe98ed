// How all parties stand, in memory: what is not active, kept up with the store by following the order of changes.
using System.Collections.Concurrent;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.Grains.Parties;

/// <summary>
/// A change made in this process is known when its command is answered, one of another process within the second (architecture 9). Subscriptions
/// compare one number per batch; nothing is read on the way of an event.
/// </summary>
public sealed class PartyStates(IPartyStateStore store, IDefinitionStore definitions, Catalogue catalogue)
{
    private const int PageSize = 1_000;
    // Every party that ever changed, with the place of its last change: two readers at once may bring one change late.
    private readonly ConcurrentDictionary<string, (long Order, PartyStatus Status)> standing = new(StringComparer.Ordinal);
    // Customer → partner. Bounded by starting over: it is read again from the store.
    private readonly ConcurrentDictionary<string, string> partners = new(StringComparer.Ordinal);
    // By party, with the place of the change that they were read behind.
    private readonly ConcurrentDictionary<string, (long Order, IReadOnlyList<ServicePause> Pauses)> pauses = new(StringComparer.Ordinal);
    private long seen = -1;
    private long revision;
    private long moves;

    /// <summary>Grows behind every change that was taken up: whoever asked before compares and asks again.</summary>
    public long Revision => Interlocked.Read(ref revision);

    /// <summary>Grows when a party may lie elsewhere in the tree: chains that were read before are read again.</summary>
    public long Moves => Interlocked.Read(ref moves);

    /// <summary>Takes up what has changed since.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        var moved = (await definitions.Get(DefinitionKinds.Moves, Identifiers.AllMoves, cancel))?.Version ?? 0;
        if (Interlocked.Read(ref moves) != moved)
        {
            partners.Clear();
            Interlocked.Exchange(ref moves, moved);
        }

        var after = Math.Max(0, Interlocked.Read(ref seen));
        while (await store.Changes(after, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var change in page)
                Take(change);
            after = page[^1].Order;
            Interlocked.Increment(ref revision);
        }

        if (after > Interlocked.Read(ref seen))
            Interlocked.Exchange(ref seen, after);
    }

    /// <summary>The customer and the partners above it, from below; of a partner the same.</summary>
    public async ValueTask<IReadOnlyList<string>> ChainOf(string party, CancellationToken cancel)
    {
        if (Interlocked.Read(ref seen) < 0)
            await Refresh(cancel);
        var chain = new List<string>(4) { party };
        for (var next = await Above(party, cancel); next is not null && chain.Count <= Limits.TreeDepthMax; next = await ParentOf(next, cancel))
            chain.Add(next);
        return chain;
    }

    /// <summary>When the state of a party stopped service, up to now.</summary>
    public async ValueTask<IReadOnlyList<ServicePause>> PausesOf(string party, CancellationToken cancel)
    {
        if (!standing.TryGetValue(party, out var known))
            return [];
        if (pauses.TryGetValue(party, out var read) && read.Order == known.Order)
            return read.Pauses;
        var facts = new List<(NodaTime.Instant, PartyFact)>();
        while (await store.Facts(party, facts.Count, PageSize, cancel) is { Count: > 0 } page)
            facts.AddRange(page.Select(fact => (fact.At, Billing.Json.Definitions.Stored<PartyFact>(fact.Body))));
        if (pauses.Count >= Limits.TreeCacheMax)
            pauses.Clear();
        var found = PartyPauses.Of(facts);
        pauses[party] = (known.Order, found);
        return found;
    }

    /// <summary>What a chain allows, as of now.</summary>
    public ServiceGate GateOf(IReadOnlyList<string> chain) => standing.IsEmpty ? ServiceGate.Open : ServiceGate.Of(chain, StatusOf);

    private PartyStatus StatusOf(string party) => standing.TryGetValue(party, out var found) ? found.Status : PartyStatus.Active;

    private void Take(StandingChange change) => standing.AddOrUpdate(change.Party, static (_, made) => made,
        static (_, known, made) => made.Order > known.Order ? made : known, (change.Order, PartyEffects.OfWord(change.Status)));

    private async ValueTask<string?> Above(string party, CancellationToken cancel)
    {
        if (partners.TryGetValue(party, out var known))
            return known.Length == 0 ? null : known;
        if (await catalogue.Find<Customer>(DefinitionKinds.Customer, party, cancel) is not { } customer)
            return await ParentOf(party, cancel);
        if (partners.Count >= Limits.TreeCacheMax)
            partners.Clear();
        partners[party] = customer.Partner ?? "";
        return customer.Partner;
    }

    private async ValueTask<string?> ParentOf(string partner, CancellationToken cancel) =>
        (await catalogue.Find<Partner>(DefinitionKinds.Partner, partner, cancel))?.Parent;
}
