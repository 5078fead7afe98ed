// Which definitions a definition names, and whether they exist and fit together.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>Pure: the caller fetches. Currency checks look two steps far, from a leg to the parties of its agreement.</summary>
public static class References
{
    private static readonly string[] Sellers = [DefinitionKinds.Seller, DefinitionKinds.Partner];
    private static readonly string[] Buyers = [DefinitionKinds.Partner, DefinitionKinds.Customer];

    /// <summary>What the definition itself names.</summary>
    public static IReadOnlyList<Reference> Of(object definition) => definition switch
    {
        Partner { Parent: { } parent } => [Reference.To("parent", parent, DefinitionKinds.Partner)],
        Plan { ManagedBy: { } manager } => [Reference.To("managed_by", manager, DefinitionKinds.Partner)],
        Plan { Base: { } other } => [Reference.To("base", other, DefinitionKinds.Plan)],
        CustomerCatalogue catalogue => [Reference.To("base", catalogue.Base, DefinitionKinds.Plan)],
        Product or ProductPrice => ProductRules.References(definition),
        Customer customer =>
        [
            .. customer.Partner is { } partner ? [Reference.To("partner", partner, DefinitionKinds.Partner)] : Array.Empty<Reference>(),
            .. customer.ResellerCode is { } code ? [Reference.To("reseller_code", code, DefinitionKinds.ResellerCode)] : Array.Empty<Reference>(),
        ],
        Provider { Partner: { } partner } => [Reference.To("partner", partner, DefinitionKinds.Partner)],
        Agreement agreement =>
        [
            new("seller", agreement.Seller, Sellers),
            new("buyer", agreement.Buyer, Buyers),
            Reference.To("calendar", agreement.Calendar, DefinitionKinds.Calendar),
            .. ShareTermsRules.References(agreement),
            .. agreement.DunningPolicy is { } policy
                ? [Reference.To("dunning_policy", policy, DefinitionKinds.DunningPolicy)] : Array.Empty<Reference>(),
            .. Discounts.CouponRules.References(agreement.Coupons),
            .. agreement.Catalogue is { } catalogue ? [Reference.To("catalogue", catalogue, DefinitionKinds.CustomerCatalogue)] : Array.Empty<Reference>(),
        ],
        PlanVersion version => [.. version.Charges.Select((charge, i) => (charge, i)).Where(at => at.charge is UsageCharge)
            .Select(at => Reference.To($"charges[{at.i}].meter", ((UsageCharge)at.charge).Meter, DefinitionKinds.Meter))],
        Subscription subscription =>
        [
            Reference.To("customer", subscription.Customer, DefinitionKinds.Customer),
            .. subscription.Funding.Wallet is { } funding ? [Reference.To("funding.wallet", funding, DefinitionKinds.Wallet)] : Array.Empty<Reference>(),
            .. subscription.Legs.SelectMany((leg, i) => new[]
            {
                Reference.To($"legs[{i}].agreement", leg.Agreement, DefinitionKinds.Agreement),
                Reference.To($"legs[{i}].plan", leg.Plan, DefinitionKinds.Plan),
            }),
            .. PlansAfter(subscription).Select(change => Reference.To("plan", change.Plan!, DefinitionKinds.Plan)),
            .. subscription.Legs.Select((leg, i) => (leg.Wallet, i)).Where(leg => leg.Wallet is not null)
                .Select(leg => Reference.To($"legs[{leg.i}].wallet", leg.Wallet!, DefinitionKinds.Wallet)),
            .. Discounts.CouponRules.References(subscription.Coupons),
        ],
        Wallet wallet =>
        [
            new("owner", wallet.Owner, Buyers),
            .. wallet.Parent is { } parent ? [Reference.To("parent", parent, DefinitionKinds.Wallet)] : Array.Empty<Reference>(),
            .. wallet.Seller is { } seller ? [new("seller", seller, Sellers)] : Array.Empty<Reference>(),
            .. (wallet.Products ?? []).Select((product, i) => Reference.To($"products[{i}]", product, DefinitionKinds.Product)),
        ],
        _ => [],
    };

    /// <summary>What must still be fetched before <see cref="Check"/> can answer; empty when all is known. (kind, id), each once.</summary>
    public static IReadOnlyList<(string Kind, string Id)> Missing(object definition, KnownDefinitions known)
    {
        var wanted = Of(definition).AsEnumerable();
        if (definition is Subscription subscription)
            wanted = wanted.Concat(subscription.Legs
                .Select(leg => known.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement))
                .OfType<Agreement>().SelectMany(Of).Where(reference => reference.Field is "seller" or "buyer"));
        if (definition is Partner partner)
            wanted = wanted.Concat(Above(partner, known).SelectMany(Of));
        if (definition is Wallet wallet)
            wanted = wanted.Concat(WalletRules.Around(wallet, known).Take(WalletRules.DepthMax - 1)
                .SelectMany(Of).Where(reference => reference.Field == "parent"));
        return [.. wanted.SelectMany(reference => reference.Kinds.Select(kind => (kind, reference.Id)))
            .Distinct().Where(key => !known.IsKnown(key.kind, key.Id))];
    }

    /// <summary>What does not exist or does not fit. Everything that <see cref="Missing"/> names must be known.</summary>
    public static FieldErrors Check(object definition, KnownDefinitions known)
    {
        if (Missing(definition, known) is [var first, ..])
            throw new InvalidOperationException($"Fetch {first.Kind} \"{first.Id}\" before checking what refers to it.");
        var errors = new FieldErrors();
        foreach (var reference in Of(definition))
            if (known.FindAny(reference.Kinds, reference.Id) is null)
                errors.Add(reference.Field, $"no {string.Join(" or ", reference.Kinds)} \"{reference.Id}\"");
        if (definition is PlanVersion version) CheckMatches(version, known, errors);
        if (definition is Subscription subscription)
        {
            CheckCurrencies(subscription, known, errors);
            FundingRules.Check(subscription, known, errors);
            Discounts.RedemptionRules.Check(subscription, known, errors);
        }
        if (definition is Agreement agreement) Discounts.RedemptionRules.Check(agreement, known, errors);
        if (definition is Wallet wallet) WalletRules.CheckParents(wallet, known, errors);
        if (definition is Partner partner && Above(partner, known).Count() >= Limits.TreeDepthMax)
            errors.Add("parent", $"has {Limits.TreeDepthMax} partners above it: that is the most");
        return errors;
    }

    // As far as they are known. A circle is not possible, since a parent stands before its children and never changes.
    private static IEnumerable<Partner> Above(Partner partner, KnownDefinitions known)
    {
        for (var depth = 0; depth < Limits.TreeDepthMax && partner.Parent is { } id; depth++)
        {
            if (known.Find<Partner>(DefinitionKinds.Partner, id) is not { } parent) yield break;
            yield return partner = parent;
        }
    }

    /// <summary>What an agreement bills in: its buyer's currency when it has one, else its seller's.</summary>
    public static string CurrencyOf(object seller, object buyer) =>
        CurrencyOf(buyer) ?? CurrencyOf(seller) ?? throw new ArgumentException("A seller without currency.", nameof(seller));

    private static string? CurrencyOf(object party) => party switch
    {
        Seller seller => seller.Currency,
        Partner partner => partner.Currency,
        Customer customer => customer.Currency,
        Provider provider => provider.Currency,
        _ => null,
    };

    private static void CheckMatches(PlanVersion version, KnownDefinitions known, FieldErrors errors)
    {
        for (var i = 0; i < version.Charges.Length; i++)
        {
            if (version.Charges[i] is not UsageCharge charge) continue;
            if (known.Find<Meter>(DefinitionKinds.Meter, charge.Meter) is not { } meter) continue;
            foreach (var dimension in charge.Match.Keys.Where(key => !meter.Dimensions.Contains(key)))
                errors.Add($"charges[{i}].match.{dimension}", $"is no dimension of meter \"{charge.Meter}\"");
            if (Usage.Reading.KindOf(meter.Aggregation) is null) continue;
            if (charge.Model is "percentage" or "cost_plus")
                errors.Add($"charges[{i}].model", $"prices each event, but meter \"{charge.Meter}\" is the {meter.Aggregation} of a period");
            if (charge.Surcharge is not null)
                errors.Add($"charges[{i}].surcharge", $"is added to each event, but meter \"{charge.Meter}\" is the {meter.Aggregation} of a period");
        }
    }

    private static IEnumerable<SubscriptionChange> PlansAfter(Subscription subscription) =>
        (subscription.Changes ?? []).Where(change => change.Action == SubscriptionActions.ChangePlan);

    private static void CheckCurrencies(Subscription subscription, KnownDefinitions known, FieldErrors errors)
    {
        for (var i = 0; i < subscription.Legs.Length; i++)
            CheckCurrency($"legs[{i}].plan", subscription.Legs[i].Agreement, subscription.Legs[i].Plan, known, errors);
        foreach (var change in PlansAfter(subscription))
            CheckCurrency("plan", change.Agreement!, change.Plan!, known, errors);
    }

    private static void CheckCurrency(string field, string agreementId, string planId, KnownDefinitions known, FieldErrors errors)
    {
        if (known.Find<Plan>(DefinitionKinds.Plan, planId) is not { } plan) return;
        if (known.Find<Agreement>(DefinitionKinds.Agreement, agreementId) is not { } agreement) return;
        if (known.FindAny(Sellers, agreement.Seller) is not { } seller || known.FindAny(Buyers, agreement.Buyer) is not { } buyer) return;
        var currency = CurrencyOf(seller, buyer);
        if (plan.Currency != currency)
            errors.Add(field, $"plan \"{planId}\" is priced in {plan.Currency}, but agreement \"{agreementId}\" bills in {currency}");
    }
}
