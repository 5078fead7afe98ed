// Walks the customers, subscriptions and wallets below a party, page by page and never all at once.
using System.Runtime.CompilerServices;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>Below a customer: its subscriptions. Below a partner: its customers and theirs, then the same of each partner below it.</summary>
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

    /// <summary>Customers after the cursor: a partner's own first, then those of the partners below it.</summary>
    public async IAsyncEnumerable<Definition> Customers(string party, string? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (at, last) = after?.Split(Separator, 2) is [var first, var second] ? (first, second) : (party, null);
        var reached = false;
        await foreach (var partner in Partners(party, cancel))
        {
            reached |= partner == at;
            if (!reached)
                continue;
            await foreach (var customer in Pages(DefinitionKinds.Customer, partner, partner == at ? last : null, cancel))
                yield return customer;
        }
    }

    /// <summary>The party itself and the partners below it, each before those below it.</summary>
    public async IAsyncEnumerable<string> Partners(string party, [EnumeratorCancellation] CancellationToken cancel)
    {
        var open = new Stack<string>([party]);
        while (open.TryPop(out var partner))
        {
            yield return partner;
            var below = new List<string>();
            await foreach (var child in Pages(DefinitionKinds.Partner, partner, null, cancel)) below.Add(child.Id);
            for (var index = below.Count - 1; index >= 0; index--) open.Push(below[index]);
        }
    }

    // A cursor names the owner, which is a partner of the walk or a customer of one.
    private async IAsyncEnumerable<Definition> Owned(string kind, string party, string? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (at, last) = after?.Split(Separator, 2) is [var first, var second] ? (first, second) : (party, null);
        var of = at == party ? party : (await definitions.Get(DefinitionKinds.Customer, at, cancel))?.Parent ?? at;
        var reached = false;
        await foreach (var partner in Partners(party, cancel))
        {
            var here = partner == of;
            reached |= here;
            if (!reached)
                continue;
            if (!here || at == partner)
                await foreach (var own in Pages(kind, partner, here ? last : null, cancel)) yield return own;
            else
                await foreach (var own in Pages(kind, at, last, cancel)) yield return own;
            await foreach (var below in Pages(DefinitionKinds.Customer, partner, here && at != partner ? at : null, cancel))
                await foreach (var one in Pages(kind, below.Id, null, cancel))
                    yield return one;
        }
    }

    private IAsyncEnumerable<Definition> Pages(string kind, string parent, string? after, CancellationToken cancel) =>
        definitions.Children(kind, parent, cancel, after);
}
