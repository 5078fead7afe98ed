// Registration of what grains need besides the engine and the store.
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansBilling.Grains.Accounts;
using OrleansBilling.Grains.Closing;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Grains.Dunning;
using OrleansBilling.Grains.Live;
using OrleansBilling.Grains.Parties;
using OrleansBilling.Grains.Usage;
using OrleansBilling.Grains.Wallets;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains;

/// <summary>All singletons: state lives in grains.</summary>
public static class GrainsSetup
{
    /// <summary>Adds the services of this folder.</summary>
    public static IServiceCollection AddBillingGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(CrashPoints.None);
        return services
            .AddSingleton<Catalogue>()
            .AddSingleton<PartyStates>()
            .AddSingleton<PartyZones>()
            .AddSingleton<PartyGate>()
            .AddSingleton<DunnedAgreements>()
            .AddSingleton<DunningEffects>()
            .AddSingleton<DunningWaking>()
            .AddSingleton<BalanceWatch>()
            .AddSingleton<TermsResolver>()
            .AddSingleton<ProductAssignment>()
            .AddSingleton<DefinitionWriter>()
            .AddSingleton<RateSheetImport>()
            .AddSingleton<CatalogueAssignment>()
            .AddSingleton<CataloguePublishing>()
            .AddSingleton<TaxBook>()
            .AddSingleton<PurchasePricing>()
            .AddSingleton<FxBook>()
            .AddSingleton<LegsFollowing>()
            .AddSingleton<PartyMoving>()
            .AddSingleton<EventIdCache>()
            .AddSingleton<SubscriptionLoader>()
            .AddSingleton<UsageReporter>()
            .AddSingleton<RollupServices>()
            .AddSingleton<SubscriptionServices>()
            .AddSingleton<WalletLoader>()
            .AddSingleton<WalletSellers>()
            .AddSingleton<WalletServices>()
            .AddSingleton<PayoutIssuer>()
            .AddSingleton<AccountServices>()
            .AddSingleton<DraftWriter>()
            .AddSingleton<BuyerClosing>()
            .AddSingleton<EndingCredits>()
            .AddSingleton<BuyerPreview>()
            .AddSingleton<DocumentIssuer>()
            .AddSingleton<EstimateDesk>()
            .AddSingleton<CloseRunner>()
            .AddHostedService<CatalogueRefresher>()
            .AddHostedService<PartyStatesRefresher>()
            .AddHostedService(provider => provider.GetRequiredService<UsageReporter>());
    }
}
