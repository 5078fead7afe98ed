// A customer that has left the caller's subtree, and its subscriptions, as they were when it left.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>What came after is not the caller's to see; lists tell only what is there now.</summary>
public sealed class PastParties(IDefinitionStore store, IPartyTree tree, BillingClock clock)
{
    /// <summary>The definition as it stood last while the caller saw it; null: it never did.</summary>
    public async Task<Definition?> Seen(ApiCaller caller, Definition stored, CancellationToken cancel)
    {
        var customer = stored.Kind == DefinitionKinds.Customer ? stored.Id : stored.Kind == DefinitionKinds.Subscription ? stored.Parent : null;
        if (caller.Party is not { } party || customer is null || await tree.Moves(cancel) == 0)
            return null;
        var was = (await tree.WhenBelow(party, customer, cancel)).Where(span => span.From <= clock.Now).ToList();
        return was.Count == 0 ? null
            : (await store.History(stored.Kind, stored.Id, cancel)).LastOrDefault(version => version.RecordedAt < was[^1].Until);
    }
}
