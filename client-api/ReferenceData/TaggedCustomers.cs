// Customers that carry a partner's reseller code: it sees their account data and nothing else of them (domain 1.4, APIC-10).
using System.Runtime.CompilerServices;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>A tag is no place in the tree: usage, balances, subscriptions and documents of a tagged customer are not found as before.</summary>
public sealed class TaggedCustomers(IDefinitionStore store, IPartyTree tree, Subtree subtree)
{
    /// <summary>Whether the customer carries the code of the caller's party.</summary>
    public async ValueTask<bool> Sees(ApiCaller caller, string customer, CancellationToken cancel) => caller.Party is { } party
        && await store.Get(DefinitionKinds.ResellerTag, customer, cancel) is { } tag && tag.Parent == party;

    /// <summary>The customer as the party sees it that brought it: not who bills it.</summary>
    public static DefinedView View(Definition stored) =>
        DefinedView.Of(stored, Billing.Json.Definitions.Write(Billing.Json.Definitions.Stored<Customer>(stored.Body) with { Partner = null }));

    /// <summary>Customers after the cursor (<see cref="Subtree.CursorOf"/>): those below the party, then those that carry its code.</summary>
    public async IAsyncEnumerable<Definition> WithSubtree(string party, string? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        // A cursor of a tagged customer names no partner.
        var last = after is ['/', ..] ? after[1..] : null;
        if (last is null)
        {
            await foreach (var below in subtree.Customers(party, after, cancel)) yield return below;
        }

        while (true)
        {
            var tags = await store.List(DefinitionKinds.ResellerTag, party, last, Limits.PageMax, cancel);
            foreach (var tag in tags)
            {
                if (!await tree.SeesParty(new ApiCaller("", party, Scopes.None), tag.Id, cancel)
                    && await store.Get(DefinitionKinds.Customer, tag.Id, cancel) is { } customer)
                    yield return customer with { Parent = null };
            }

            if (tags.Count < Limits.PageMax)
                yield break;
            last = tags[^1].Id;
        }
    }
}
