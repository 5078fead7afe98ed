// Walks the customers, subscriptions and wallets below a party, page by page and never all at once.
using System.Runtime.CompilerServices;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>Below a customer: its subscriptions. Below a partner: its customers and theirs.</summary>
public sealed class Subtree(IDefinitionStore definitions)
{
    // Ids have no slash.
    private const char Separator = '/';

    /// <summary>Where a walk stands after this subscription or wallet.</summary>
    public static string CursorOf(Definition owned) => $"{owned.Parent}{Separator}{owned.Id}";

    /// <summary>Subscriptions after the cursor: the party's own first, then those of its customers in order.</summary>
    public IAsyncEnumerable<Definition> Subscriptions(string party, string? after, CancellationToken cancel) =>
        Owned(DefinitionKinds.Subscription, party, after, cancel);

    /// <summary>Wallets after the cursor, in the same order.</summary>
    public IAsyncEnumerable<Definition> Wallets(string party, string? after, CancellationToken cancel) =>
        Owned(DefinitionKinds.Wallet, party, after, cancel);

    private async IAsyncEnumerable<Definition> Owned(string kind, string party, string? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (customer, last) = after?.Split(Separator, 2) is [var first, var second] ? (first, second) : (party, null);
        await foreach (var own in Pages(kind, customer, last, cancel))
            yield return own;
        await foreach (var below in Customers(party, customer == party ? null : customer, cancel))
            await foreach (var one in Pages(kind, below.Id, null, cancel))
                yield return one;
    }

    /// <summary>Customers of a partner after the cursor.</summary>
    public IAsyncEnumerable<Definition> Customers(string partner, string? after, CancellationToken cancel) =>
        Pages(DefinitionKinds.Customer, partner, after, cancel);

    private async IAsyncEnumerable<Definition> Pages(string kind, string parent, string? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (true)
        {
            var page = await definitions.List(kind, parent, after, Limits.PageMax, cancel);
            foreach (var definition in page) yield return definition;
            if (page.Count < Limits.PageMax)
                yield break;
            after = page[^1].Id;
        }
    }
}
