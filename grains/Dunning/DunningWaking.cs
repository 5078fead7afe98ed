// Has dunning looked at when what it goes by is written: a policy, or an agreement that names another one.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Dunning;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Dunning;

namespace OrleansBilling.Grains.Dunning;

/// <summary>By due work, before the definition is answered.</summary>
public sealed class DunningWaking(IDunningStore cases, IDueWorkStore due, Catalogue catalogue, BillingClock clock)
{
    /// <summary>A definition stands now.</summary>
    public async Task Written(string kind, string id, CancellationToken cancel)
    {
        if (kind == DefinitionKinds.DunningPolicy)
            await cases.WakeAll(DunningDueKinds.Wake, clock.Now, cancel);
        if (kind == DefinitionKinds.Agreement && await catalogue.Find<Agreement>(kind, id, cancel) is { } agreement
            && (agreement.DunningPolicy is not null || await cases.Get(id, cancel) is not null))
            await due.SetDue(new DueWork(clock.Now, Identifiers.Dunning(await Account(agreement, cancel)), DunningDueKinds.Wake), cancel);
    }

    private async Task<string> Account(Agreement agreement, CancellationToken cancel)
    {
        var seller = await catalogue.Find<object>(DefinitionKinds.Seller, agreement.Seller, cancel)
            ?? await catalogue.Find<object>(DefinitionKinds.Partner, agreement.Seller, cancel);
        var buyer = await catalogue.Find<object>(DefinitionKinds.Partner, agreement.Buyer, cancel)
            ?? await catalogue.Find<object>(DefinitionKinds.Customer, agreement.Buyer, cancel);
        return new AccountKey(agreement.Seller, agreement.Buyer, References.CurrencyOf(seller!, buyer!)).Id;
    }
}
