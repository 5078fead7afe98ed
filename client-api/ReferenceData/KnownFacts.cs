// Facts of agreements and plans that never change once they stand, remembered per process.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>Who sells and buys under an agreement, and in which currency a plan is priced.</summary>
public sealed class KnownFacts(IDefinitionStore definitions)
{
    private readonly BoundedCache<string, Agreement> agreements = new(Limits.TreeCacheMax);
    private readonly BoundedCache<string, string> currencies = new(Limits.TreeCacheMax);

    /// <summary>Whether the caller sells or buys under an agreement: whose amounts and terms it sees (domain 0.3, rule 31).</summary>
    public async ValueTask<bool> IsPartyTo(ApiCaller caller, string agreement, CancellationToken cancel)
    {
        if (caller.Party is null)
            return true;
        return await Agreement(agreement, cancel) is { } known && IsPartyTo(caller, known);
    }

    /// <summary>An agreement as far as it never changes: who sells and who buys. Null: there is none.</summary>
    public async ValueTask<Agreement?> Agreement(string id, CancellationToken cancel)
    {
        if (!agreements.TryGet(id, out var known))
        {
            if (await definitions.Get(DefinitionKinds.Agreement, id, cancel) is not { } stored)
                return null;
            agreements.Set(id, known = Billing.Json.Definitions.Stored<Agreement>(stored.Body));
        }

        return known;
    }

    /// <summary>The same, of an agreement at hand.</summary>
    public static bool IsPartyTo(ApiCaller caller, Agreement agreement) =>
        caller.Party is null || caller.Party == agreement.Seller || caller.Party == agreement.Buyer;

    /// <summary>ISO 4217.</summary>
    public async ValueTask<string> CurrencyOf(string plan, CancellationToken cancel)
    {
        if (currencies.TryGet(plan, out var known))
            return known;
        var stored = await definitions.Get(DefinitionKinds.Plan, plan, cancel)
            ?? throw new InvalidOperationException($"The store has no plan \"{plan}\", but usage is rated by it.");
        var currency = Billing.Json.Definitions.Stored<Plan>(stored.Body).Currency;
        currencies.Set(plan, currency);
        return currency;
    }
}
