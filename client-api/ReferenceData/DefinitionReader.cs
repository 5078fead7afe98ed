// Reads definitions as far as a caller may see them.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>
/// A key of a party sees the parties, subscriptions and wallets of its subtree, customers that carry its reseller code, the agreements in which it sells
/// or buys, and what everybody needs to send usage (meters, calendars). Of products and plans it sees what <see cref="ProductReader"/> says: a plan alone
/// says nothing about whom it is for.
/// </summary>
public sealed class DefinitionReader(IDefinitionStore store, IPartyTree tree, Subtree subtree, KnownFacts facts, ProductReader products,
    TaggedCustomers tagged, PastParties past)
{
    /// <summary>One definition, or null: missing, or not the caller's.</summary>
    public async Task<DefinedView?> Get(ApiCaller caller, string kind, string id, CancellationToken cancel)
    {
        var stored = await store.Get(kind, id, cancel);
        if (stored is null)
            return null;
        if (await Sees(caller, stored, cancel))
            return await View(caller, stored, cancel);
        return await past.Seen(caller, stored, cancel) is { } then ? await View(caller, then, cancel) : null;
    }

    /// <summary>A page of a kind; with a parent, only what belongs to it.</summary>
    public async Task<PageOf<DefinedView>> List(ApiCaller caller, string kind, string? parent, Page page, CancellationToken cancel)
    {
        var found = await Find(caller, kind, parent, page, cancel);
        var views = new List<DefinedView>(found.Data.Count);
        foreach (var stored in found.Data) views.Add(await View(caller, stored, cancel));
        return new PageOf<DefinedView>(views, found.NextCursor);
    }

    private Task<PageOf<Definition>> Find(ApiCaller caller, string kind, string? parent, Page page, CancellationToken cancel)
    {
        if (caller.Party is { } party && parent is null)
        {
            if (kind == DefinitionKinds.Seller)
                return Own(kind, party, page, cancel);
            if (kind == DefinitionKinds.Customer)
                return OwnCustomers(party, page, cancel);
            if (kind == DefinitionKinds.Subscription)
                return page.Collect((after, limit) => Take(subtree.Subscriptions(party, after, cancel), limit), Subtree.CursorOf);
            if (kind == DefinitionKinds.Wallet)
                return page.Collect((after, limit) => Take(subtree.Wallets(party, after, cancel), limit), Subtree.CursorOf);
        }

        return page.Collect((after, limit) => store.List(kind, parent, after, limit, cancel), stored => stored.Id,
            stored => kind == DefinitionKinds.Customer ? tree.SeesParty(caller, stored.Id, cancel) : Sees(caller, stored, cancel));
    }

    private async ValueTask<bool> Sees(ApiCaller caller, Definition stored, CancellationToken cancel) => caller.Party is null || stored.Kind switch
    {
        DefinitionKinds.Meter or DefinitionKinds.Calendar or DefinitionKinds.TaxRate or DefinitionKinds.FxRate => true,
        DefinitionKinds.Seller or DefinitionKinds.Partner or DefinitionKinds.Provider => await tree.SeesParty(caller, stored.Id, cancel),
        DefinitionKinds.Customer => await tree.SeesParty(caller, stored.Id, cancel) || await tagged.Sees(caller, stored.Id, cancel),
        DefinitionKinds.Subscription => await tree.SeesSubscription(caller, stored.Id, cancel),
        DefinitionKinds.Wallet => await tree.SeesParty(caller, stored.Parent!, cancel),
        DefinitionKinds.Product => await products.Sees(caller, stored.Id, cancel),
        DefinitionKinds.Plan => await products.SeesPlan(caller, stored, cancel),
        DefinitionKinds.ProductPrice => await tree.SeesParty(caller, stored.Id[(stored.Id.IndexOf('/', StringComparison.Ordinal) + 1)..], cancel),
        DefinitionKinds.Agreement => KnownFacts.IsPartyTo(caller, Billing.Json.Definitions.Stored<Agreement>(stored.Body)),
        _ => false,
    };

    // Somebody else's leg would tell under which agreement and plan the level above buys.
    private async ValueTask<DefinedView> View(ApiCaller caller, Definition stored, CancellationToken cancel)
    {
        if (caller.Party is not null && stored.Kind == DefinitionKinds.Wallet)
            return await WalletView(caller, stored, cancel);
        if (caller.Party is not null && stored.Kind == DefinitionKinds.Customer)
            return await tree.SeesParty(caller, stored.Id, cancel) || !await tagged.Sees(caller, stored.Id, cancel)
                ? DefinedView.Of(stored) : TaggedCustomers.View(stored);
        if (caller.Party is not null && stored.Kind == DefinitionKinds.Product)
            return DefinedView.Of(stored, Billing.Json.Definitions.Write(await products.View(caller, stored.Id, cancel)));
        if (caller.Party is null || stored.Kind != DefinitionKinds.Subscription)
            return DefinedView.Of(stored);
        var subscription = Billing.Json.Definitions.Stored<Subscription>(stored.Body);
        var legs = new List<Leg>();
        foreach (var leg in subscription.Legs)
            if (await facts.IsPartyTo(caller, leg.Agreement, cancel)) legs.Add(leg);
        var changes = subscription.Changes?.Where(change => change.Agreement is null || legs.Any(leg => leg.Agreement == change.Agreement)).ToArray();
        return DefinedView.Of(stored, Billing.Json.Definitions.Write(subscription with { Legs = [.. legs], Changes = changes }));
    }

    // In whose wallet a wallet lies is told to those who see that one too.
    private async ValueTask<DefinedView> WalletView(ApiCaller caller, Definition stored, CancellationToken cancel)
    {
        var wallet = Billing.Json.Definitions.Stored<Wallet>(stored.Body);
        var seen = wallet.Parent is not { } parent
            || await store.Get(DefinitionKinds.Wallet, parent, cancel) is { } around && await Sees(caller, around, cancel);
        return seen ? DefinedView.Of(stored) : DefinedView.Of(stored, Billing.Json.Definitions.Write(wallet with { Parent = null }));
    }

    private async Task<PageOf<Definition>> Own(string kind, string party, Page page, CancellationToken cancel) =>
        new(page.Cursor is null && await store.Get(kind, party, cancel) is { } own ? [own] : [], null);

    // A customer sees itself, a partner the customers below it; ids of parties share one namespace, so it is one or the other.
    private async Task<PageOf<Definition>> OwnCustomers(string party, Page page, CancellationToken cancel)
    {
        var self = await Own(DefinitionKinds.Customer, party, page, cancel);
        return self.Data.Count > 0
            ? self
            : await page.Collect((after, limit) => Take(tagged.WithSubtree(party, after, cancel), limit), Subtree.CursorOf);
    }

    private static async Task<IReadOnlyList<Definition>> Take(IAsyncEnumerable<Definition> source, int limit)
    {
        var taken = new List<Definition>(limit);
        await foreach (var one in source)
        {
            taken.Add(one);
            if (taken.Count == limit)
                break;
        }

        return taken;
    }
}
