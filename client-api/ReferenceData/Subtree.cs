// Walks the customers and subscriptions below a party, page by page and never all at once.
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

    /// <summary>Where a walk stands after this subscription.</summary>
    public static string CursorOf(Definition subscription) => $"{subscription.Parent}{Separator}{subscription.Id}";

    /// <summary>Subscriptions after the cursor: the party's own first, then those of its customers in order.</summary>
    public async IAsyncEnumerable<Definition> Subscriptions(string party, string? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (customer, subscription) = after?.Split(Separator, 2) is [var first, var second] ? (first, second) : (party, null);
        await foreach (var own in Pages(DefinitionKinds.Subscription, customer, subscription, cancel))
            yield return own;
        await foreach (var below in Customers(party, customer == party ? null : customer, cancel))
            await foreach (var one in Pages(DefinitionKinds.Subscription, below.Id, null, cancel))
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
