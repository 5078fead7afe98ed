// Finds wallets that a caller may see, and asks them where they stand.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Allowances;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>A key of a party sees the wallets of its subtree.</summary>
public sealed class WalletReader(IGrainFactory grains, IDefinitionStore store, IPartyTree tree, ExactBalance exact, GrantDispatcher packages)
{
    /// <summary>A wallet's definition, or null: missing, or not the caller's.</summary>
    public async Task<Wallet?> Find(ApiCaller caller, string id, CancellationToken cancel) => (await FindStored(caller, id, cancel)).Definition;

    /// <summary>Whether the caller may move money between wallets that it sees: the operator and partners. Customers spend theirs by usage.</summary>
    public async ValueTask<bool> MayTransfer(ApiCaller caller, CancellationToken cancel) =>
        caller.Party is not { } party || await store.Get(DefinitionKinds.Partner, party, cancel) is not null;

    /// <summary>The same, with its stream.</summary>
    public async Task<(Wallet? Definition, long Stream)> FindStored(ApiCaller caller, string id, CancellationToken cancel) =>
        FieldChecks.IsId(id) && await store.Get(DefinitionKinds.Wallet, id, cancel) is { } stored && await tree.SeesParty(caller, stored.Parent!, cancel)
            ? (Billing.Json.Definitions.Stored<Wallet>(stored.Body), stored.Stream)
            : (null, 0);

    /// <summary>Where it stands; null: missing, or not the caller's. Told exactly: every child is asked.</summary>
    public async Task<BalanceView?> Balance(ApiCaller caller, string id, bool toldExactly, CancellationToken cancel) =>
        await Find(caller, id, cancel) is { } wallet ? await View(id, wallet, toldExactly, cancel) : null;

    /// <summary>Wallets that a party owns, with their balances, a page; null: the party is missing, or not the caller's.</summary>
    public async Task<PageOf<BalanceView>?> OfParty(ApiCaller caller, string kind, string id, bool toldExactly, Page page, CancellationToken cancel)
    {
        if (!FieldChecks.IsId(id) || !await tree.SeesParty(caller, id, cancel) || await store.Get(kind, id, cancel) is null)
            return null;
        var wallets = await page.Collect((after, limit) => store.List(DefinitionKinds.Wallet, id, after, limit, cancel), stored => stored.Id);
        var views = new List<BalanceView>();
        foreach (var some in wallets.Data.Chunk(Limits.UsageFanOut))
            views.AddRange(await Task.WhenAll(some.Select(stored =>
                View(stored.Id, Billing.Json.Definitions.Stored<Wallet>(stored.Body), toldExactly, cancel))));
        return new PageOf<BalanceView>(views, wallets.NextCursor);
    }

    /// <summary>Wallets that pay for a subscription, and its packages, as the caller sees them; null: it is missing, or not the caller's.</summary>
    public async Task<SubscriptionBalance?> OfSubscription(ApiCaller caller, string id, bool toldExactly, CancellationToken cancel)
    {
        if (!FieldChecks.IsId(id) || !await tree.SeesSubscription(caller, id, cancel)
            || await store.Get(DefinitionKinds.Subscription, id, cancel) is not { } stored)
            return null;
        var views = new List<BalanceView>();
        foreach (var wallet in PayingFor(Billing.Json.Definitions.Stored<Subscription>(stored.Body)))
            if (await Balance(caller, wallet, toldExactly, cancel) is { } view) views.Add(view);
        return new SubscriptionBalance(views, null, await packages.Allowances(caller, id, cancel));
    }

    private async Task<BalanceView> View(string id, Wallet wallet, bool toldExactly, CancellationToken cancel)
    {
        var balance = toldExactly ? await exact.Of(id, cancel) : await grains.GetGrain<IWalletGrain>(id).Balance(false, cancel);
        return BalanceView.Of(id, wallet, balance is { Exists: true } ? balance : throw new WalletUnavailableException($"Wallet {id} has just been made."));
    }

    private static SortedSet<string> PayingFor(Subscription subscription)
    {
        var named = new SortedSet<string>(subscription.Legs.Select(leg => leg.Wallet).OfType<string>(), StringComparer.Ordinal);
        if (subscription.Funding.Wallet is { } funding) named.Add(funding);
        return named;
    }
}
