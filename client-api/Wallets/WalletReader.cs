// Finds wallets that a caller may see, and asks them where they stand.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>A key of a party sees the wallets of its subtree.</summary>
public sealed class WalletReader(IGrainFactory grains, IDefinitionStore store, IPartyTree tree)
{
    /// <summary>A wallet's definition, or null: missing, or not the caller's.</summary>
    public async Task<Wallet?> Find(ApiCaller caller, string id, CancellationToken cancel) =>
        FieldChecks.IsId(id) && await store.Get(DefinitionKinds.Wallet, id, cancel) is { } stored && await tree.SeesParty(caller, stored.Parent!, cancel)
            ? Billing.Json.Definitions.Stored<Wallet>(stored.Body)
            : null;

    /// <summary>Where it stands; null: missing, or not the caller's.</summary>
    public async Task<BalanceView?> Balance(ApiCaller caller, string id, CancellationToken cancel) =>
        await Find(caller, id, cancel) is { } wallet
            ? BalanceView.Of(id, wallet, await grains.GetGrain<IWalletGrain>(id).Balance(false, cancel))
            : null;
}
