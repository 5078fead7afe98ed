// The tree of parties, read from the definitions and remembered per process.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Access;

/// <summary>
/// Subscription → customer → partner → partner above it never change once they stand (DefinitionRules refuses it), so what was found is kept without a
/// term; what was not found is asked again after a second.
/// </summary>
public sealed class PartyTree(IDefinitionStore definitions, TimeProvider time) : IPartyTree
{
    private readonly BoundedCache<string, Parent> customers = new(Limits.TreeCacheMax);
    private readonly BoundedCache<string, Parent> parties = new(Limits.TreeCacheMax);

    /// <inheritdoc/>
    public ValueTask<bool> SeesSubscription(ApiCaller caller, string subscription, CancellationToken cancel) =>
        caller.Party is null ? new(true) : SeesSubscription(caller.Party, subscription, cancel);

    /// <inheritdoc/>
    public ValueTask<bool> SeesParty(ApiCaller caller, string party, CancellationToken cancel) =>
        caller.Party is null || caller.Party == party ? new(true) : LiesBelow(caller.Party, party, cancel);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> PartnerAndAbove(string party, CancellationToken cancel)
    {
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

    private ValueTask<string?> ParentOf(BoundedCache<string, Parent> cache, string kind, string id, CancellationToken cancel)
    {
        if (cache.TryGet(id, out var known) && (known.Id is not null || time.GetElapsedTime(known.ReadAt) < Limits.AbsenceFresh))
            return new(known.Id);
        return Read();

        async ValueTask<string?> Read()
        {
            var readAt = time.GetTimestamp();
            var found = await definitions.Get(kind, id, cancel);
            if (found is null && kind == DefinitionKinds.Customer)
                found = await definitions.Get(DefinitionKinds.Partner, id, cancel);
            var parent = found?.Parent;
            cache.Set(id, new Parent(parent, readAt));
            return parent;
        }
    }

    private sealed record Parent(string? Id, long ReadAt);
}
