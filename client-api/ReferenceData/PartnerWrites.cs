// What a partner's key may write: what lies below it, what it manages, and what it sells to those below it.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>
/// All else decides over prices that somebody above it charges. A body that cannot be read is the grain's to refuse: it names every fault.
/// </summary>
public sealed class PartnerWrites(IDefinitionStore store, IPartyTree tree, ProductReader products, TaggedCustomers tagged)
{
    /// <summary>Why the party may not write this, or null.</summary>
    public async ValueTask<Problem?> Refusal(ApiCaller caller, string party, string kind, string id, string body, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Partner, party, cancel) is null)
            return Problems.OperatorOnly();
        return kind switch
        {
            DefinitionKinds.Customer => await OfCustomer(caller, id, body, cancel),
            DefinitionKinds.Partner => await OfPartner(caller, party, id, body, cancel),
            DefinitionKinds.Plan => await OfPlan(caller, id, cancel)
                ?? (Read<Plan>(body) is { } plan && plan.ManagedBy != party ? Mine("managed_by", party) : null),
            DefinitionKinds.PlanVersion => await OfPlan(caller, id, cancel),
            DefinitionKinds.Product => await OfProduct(caller, party, id, body, cancel),
            DefinitionKinds.ProductPrice => await OfPrice(caller, party, id, body, cancel),
            DefinitionKinds.Agreement => await OfAgreement(caller, party, id, body, cancel),
            DefinitionKinds.Subscription => await OfSubscription(caller, id, body, cancel),
            _ => Problems.OperatorOnly(),
        };
    }

    /// <summary>
    /// Why the caller may not command a subscription that it sees, or null. A partner changes plans to those that it manages: prices of others are not its own.
    /// </summary>
    public async Task<Problem?> MayCommand(ApiCaller caller, SubscriptionChange change, CancellationToken cancel)
    {
        if (caller.Party is not { } party)
            return null;
        if (await store.Get(DefinitionKinds.Partner, party, cancel) is null)
            return Problems.OperatorOnly();
        return await NotMine("plan", party, change.Plan, cancel);
    }

    private async Task<Problem?> OfCustomer(ApiCaller caller, string id, string body, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Customer, id, cancel) is not null && !await tree.SeesParty(caller, id, cancel))
            return await tagged.Sees(caller, id, cancel) ? Problems.ReadOnly(DefinitionKinds.Customer, id) : Problems.NotFound(DefinitionKinds.Customer, id);
        if (Read<Customer>(body) is not { } customer)
            return null;
        if (customer.Partner is not { } partner || !await tree.SeesParty(caller, partner, cancel))
            return Problems.Invalid("partner", $"must be \"{caller.Party}\" or a partner below it: the key belongs to it");
        return customer.ResellerCode is { } code && !await IsOfSubtree(caller, code, cancel)
            ? Problems.Invalid("reseller_code", $"no reseller_code \"{code}\"")
            : null;
    }

    // Whoever's code it is sees the customer's account data from then on.
    private async Task<bool> IsOfSubtree(ApiCaller caller, string code, CancellationToken cancel) =>
        await store.Get(DefinitionKinds.ResellerCode, code, cancel) is { } published
        && await tree.SeesParty(caller, Billing.Json.Definitions.Stored<ResellerCode>(published.Body).Partner, cancel);

    // Its own record says what the level above has agreed with it.
    private async Task<Problem?> OfPartner(ApiCaller caller, string party, string id, string body, CancellationToken cancel)
    {
        if (id == party)
            return Problems.OperatorOnly();
        var stored = await store.Get(DefinitionKinds.Partner, id, cancel);
        if (stored is not null && !await tree.SeesParty(caller, id, cancel))
            return Problems.NotFound(DefinitionKinds.Partner, id);
        if (Read<Partner>(body) is not { } partner)
            return null;
        if (partner.Parent is not { } parent || !await tree.SeesParty(caller, parent, cancel))
            return Problems.Invalid("parent", $"must be \"{party}\" or a partner below it: the key belongs to it");
        var code = stored is null ? null : Billing.Json.Definitions.Stored<Partner>(stored.Body).ResellerCode;
        return partner.ResellerCode != code ? Problems.Invalid("reseller_code", "is the operator's to give") : null;
    }

    private async Task<Problem?> OfPlan(ApiCaller caller, string id, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Plan, id, cancel) is not { } stored
            || Billing.Json.Definitions.Stored<Plan>(stored.Body).ManagedBy == caller.Party)
            return null;
        return await products.SeesPlan(caller, stored, cancel) ? Problems.ReadOnly(DefinitionKinds.Plan, id) : Problems.NotFound(DefinitionKinds.Plan, id);
    }

    private async Task<Problem?> OfProduct(ApiCaller caller, string party, string id, string body, CancellationToken cancel)
    {
        var stands = await store.Get(DefinitionKinds.Product, id, cancel) is { } stored ? Billing.Json.Definitions.Stored<Product>(stored.Body) : null;
        if (stands is not null && stands.ManagedBy != party)
            return await products.Sees(caller, id, cancel) ? Problems.ReadOnly(DefinitionKinds.Product, id) : Problems.NotFound(DefinitionKinds.Product, id);
        if (Read<Product>(body) is not { } product)
            return null;
        if (product.ManagedBy != party)
            return Mine("managed_by", party);
        if (product.Plans.Reseller != stands?.Plans.Reseller)
            return Problems.Invalid("plans.reseller", "is the operator's to set: what partners pay");
        foreach (var partner in product.SharedWith)
        {
            if (!await tree.SeesParty(caller, partner, cancel))
                return Problems.Invalid("shared_with", $"\"{partner}\" is not below \"{party}\"");
        }

        return await NotMine("plans.account", party, product.Plans.Account, cancel);
    }

    private async Task<Problem?> OfPrice(ApiCaller caller, string party, string id, string body, CancellationToken cancel)
    {
        var (product, partner) = id.Split('/', 2) is [var first, var second] ? (first, second) : (id, "");
        if (partner != party)
            return Problems.ReadOnly("price of", partner);
        if (!await products.Sees(caller, product, cancel))
            return Problems.NotFound(DefinitionKinds.Product, product);
        return Read<ProductPrice>(body) is { } price
            ? await NotMine("account", party, price.Account, cancel) ?? await NotMine("reseller", party, price.Reseller, cancel)
            : null;
    }

    // Its own retail: it sells, and whoever buys lies below it.
    private async Task<Problem?> OfAgreement(ApiCaller caller, string party, string id, string body, CancellationToken cancel)
    {
        string? catalogue = null;
        if (await store.Get(DefinitionKinds.Agreement, id, cancel) is { } stored)
        {
            var stands = Billing.Json.Definitions.Stored<Agreement>(stored.Body);
            catalogue = stands.Catalogue;
            if (stands.Seller != party)
                return stands.Buyer == party ? Problems.ReadOnly(DefinitionKinds.Agreement, id) : Problems.NotFound(DefinitionKinds.Agreement, id);
        }

        if (Read<Agreement>(body) is not { } agreement)
            return null;
        if (agreement.Seller != party)
            return Mine("seller", party);
        if (agreement.Coupons is not null)
            return Problems.Invalid("coupons", "are the operator's to redeem");
        if (agreement.Catalogue != catalogue)
            return Problems.Invalid("catalogue", "is the operator's to set: catalogues are its");
        return await tree.SeesParty(caller, agreement.Buyer, cancel) ? null : Problems.Invalid("buyer", $"\"{agreement.Buyer}\" is not below \"{party}\"");
    }

    // By a product alone: which legs there are, and who pays what, is not the partner's to say.
    private async Task<Problem?> OfSubscription(ApiCaller caller, string id, string body, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Subscription, id, cancel) is not null && !await tree.SeesSubscription(caller, id, cancel))
            return Problems.NotFound(DefinitionKinds.Subscription, id);
        if (Read<Subscription>(body) is not { } subscription)
            return null;
        if (subscription.Product is not { } product || subscription.Legs.Length > 0 || subscription.Coupons is not null)
            return Problems.OperatorOnly();
        if (!await products.Sees(caller, product, cancel))
            return Problems.NotFound(DefinitionKinds.Product, product);
        if (!await tree.SeesParty(caller, subscription.Customer, cancel))
            return Problems.NotFound(DefinitionKinds.Customer, subscription.Customer);
        return subscription.Funding.Wallet is { } wallet && !await SeesWallet(caller, wallet, cancel)
            ? Problems.NotFound(DefinitionKinds.Wallet, wallet)
            : null;
    }

    private async Task<bool> SeesWallet(ApiCaller caller, string id, CancellationToken cancel) =>
        await store.Get(DefinitionKinds.Wallet, id, cancel) is { } stored
        && await tree.SeesParty(caller, Billing.Json.Definitions.Stored<Wallet>(stored.Body).Owner, cancel);

    private async Task<Problem?> NotMine(string field, string party, string? plan, CancellationToken cancel) => plan is null
        || await store.Get(DefinitionKinds.Plan, plan, cancel) is { } stored && Billing.Json.Definitions.Stored<Plan>(stored.Body).ManagedBy == party
        ? null
        : Problems.Invalid(field, $"\"{plan}\" is no plan that \"{party}\" manages");

    private static Problem Mine(string field, string party) => Problems.Invalid(field, $"must be \"{party}\": the key belongs to it");

    private static T? Read<T>(string body) where T : class => Billing.Json.Definitions.Read<T>(body) is { Ok: true, Value: var value } ? value : null;
}
