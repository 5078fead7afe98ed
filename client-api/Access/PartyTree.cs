// The tree of parties, read from the definitions and remembered per process until a party is moved.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Access;

/// <summary>
/// Subscription → customer → partner → partner above it change by moves alone, which are counted: what was found is kept until there is another one, which
/// is looked for once a second. What was not found is asked again after a second.
/// </summary>
public sealed class PartyTree(IDefinitionStore definitions, BillingClock clock, TimeProvider time) : IPartyTree
{
    private readonly BoundedCache<string, Links> customers = new(Limits.TreeCacheMax);
    private readonly BoundedCache<string, Links> parties = new(Limits.TreeCacheMax);
    private long moves;
    private long lookedAt;
    private bool looked;

    /// <inheritdoc/>
    public ValueTask<bool> SeesSubscription(ApiCaller caller, string subscription, CancellationToken cancel) =>
        caller.Party is null ? new(true) : SeesSubscription(caller.Party, subscription, cancel);

    /// <inheritdoc/>
    public ValueTask<bool> SeesParty(ApiCaller caller, string party, CancellationToken cancel) =>
        caller.Party is null || caller.Party == party ? new(true) : LiesBelow(caller.Party, party, cancel);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<InstantSpan>> WhenBelow(string above, string party, CancellationToken cancel) =>
        above == party ? [InstantSpan.Always] : await WhenBelow(above, party, Limits.TreeDepthMax, cancel);

    /// <inheritdoc/>
    public async ValueTask<string?> CustomerOf(string subscription, CancellationToken cancel) =>
        (await LinksOf(customers, DefinitionKinds.Subscription, subscription, cancel)).At(clock.Now);

    /// <inheritdoc/>
    public async ValueTask<long> Moves(CancellationToken cancel)
    {
        // Before the first look nothing is known, and none is no answer.
        if (!Volatile.Read(ref looked))
            return await Look(cancel);
        if (time.GetElapsedTime(Interlocked.Read(ref lookedAt)) < Limits.TreeFresh)
            return Interlocked.Read(ref moves);
        // One request looks; the others go on with what was known.
        Interlocked.Exchange(ref lookedAt, time.GetTimestamp());
        return await Look(cancel);
    }

    /// <inheritdoc/>
    public async ValueTask<long> Look(CancellationToken cancel)
    {
        var counted = (await definitions.Get(DefinitionKinds.Moves, Identifiers.AllMoves, cancel))?.Version ?? 0;
        if (Interlocked.Exchange(ref moves, counted) != counted)
        {
            customers.Clear();
            parties.Clear();
        }

        Volatile.Write(ref looked, true);
        return counted;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> PartnerAndAbove(string party, CancellationToken cancel)
    {
        await Moves(cancel);
        var partners = new List<string>();
        for (string? at = party; at is not null && partners.Count <= Limits.TreeDepthMax; at = await ParentOf(parties, DefinitionKinds.Customer, at, cancel))
        {
            if (partners.Count > 0 || await definitions.Get(DefinitionKinds.Partner, at, cancel) is not null)
                partners.Add(at);
            else
                break;
        }

        return partners;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> Above(string party, CancellationToken cancel)
    {
        await Moves(cancel);
        var above = new List<string>();
        for (var at = await ParentOf(parties, DefinitionKinds.Customer, party, cancel); at is not null && above.Count < Limits.TreeDepthMax;
            at = await ParentOf(parties, DefinitionKinds.Customer, at, cancel))
            above.Add(at);
        return above;
    }

    private async ValueTask<bool> SeesSubscription(string party, string subscription, CancellationToken cancel) =>
        await ParentOf(customers, DefinitionKinds.Subscription, subscription, cancel) is { } customer
        && (customer == party || await LiesBelow(party, customer, cancel));

    // A circle cannot be, and must not hang a request.
    private async ValueTask<bool> LiesBelow(string above, string party, CancellationToken cancel)
    {
        await Moves(cancel);
        var at = party;
        for (var depth = 0; depth <= Limits.TreeDepthMax; depth++)
        {
            if (await ParentOf(parties, DefinitionKinds.Customer, at, cancel) is not { } parent)
                return false;
            if (parent == above)
                return true;
            at = parent;
        }

        return false;
    }

    private async ValueTask<IReadOnlyList<InstantSpan>> WhenBelow(string above, string party, int depth, CancellationToken cancel)
    {
        await Moves(cancel);
        var spans = new List<InstantSpan>();
        foreach (var edge in (await LinksOf(parties, DefinitionKinds.Customer, party, cancel)).Edges)
        {
            var whole = edge.Parent == above ? [InstantSpan.Always] : depth > 0 ? await WhenBelow(above, edge.Parent, depth - 1, cancel) : [];
            spans.AddRange(whole.Select(span => span.Within(edge.Span)).Where(span => !span.IsEmpty));
        }

        return InstantSpan.Joined(spans);
    }

    private async ValueTask<string?> ParentOf(BoundedCache<string, Links> cache, string kind, string id, CancellationToken cancel) =>
        (await LinksOf(cache, kind, id, cancel)).At(clock.Now);

    private ValueTask<Links> LinksOf(BoundedCache<string, Links> cache, string kind, string id, CancellationToken cancel)
    {
        if (cache.TryGet(id, out var known) && (known.Edges.Length > 0 || time.GetElapsedTime(known.ReadAt) < Limits.AbsenceFresh))
            return new(known);
        return Read();

        async ValueTask<Links> Read()
        {
            var readAt = time.GetTimestamp();
            var found = await definitions.Get(kind, id, cancel);
            if (found is null && kind == DefinitionKinds.Customer)
                found = await definitions.Get(DefinitionKinds.Partner, id, cancel) ?? await definitions.Get(DefinitionKinds.Provider, id, cancel);
            var moved = found is null || kind == DefinitionKinds.Subscription ? null : await definitions.Get(DefinitionKinds.PartyHistory, id, cancel);
            PartyEdge[] edges = moved is not null ? Definitions.Stored<PartyHistory>(moved.Body).Edges
                : found?.Parent is { } parent ? PartyHistory.Of(parent).Edges : [];
            var links = new Links(edges, readAt);
            cache.Set(id, links);
            return links;
        }
    }

    private sealed record Links(PartyEdge[] Edges, long ReadAt)
    {
        public string? At(Instant now) => Edges.Length switch
        {
            0 => null,
            1 => Edges[0].Parent,
            _ => new PartyHistory { Edges = Edges }.At(now).Parent,
        };
    }
}
