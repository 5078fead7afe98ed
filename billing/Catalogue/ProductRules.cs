// What makes a product or a partner's price for it acceptable, who sees it, and which legs follow from it.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>One step between the operator and a customer.</summary>
/// <param name="Seller">Who sells.</param>
/// <param name="Buyer">Who buys: a partner, or in the last step the customer.</param>
/// <param name="ToCustomer">Whether it is the last step.</param>
/// <param name="Agreements">Agreements of the pair.</param>
/// <param name="Own">The seller's own price for the product.</param>
public sealed record SellingLevel(string Seller, string Buyer, bool ToCustomer, IReadOnlyList<string> Agreements, ProductPrice? Own);

/// <summary>Rules of products. Pure: the caller fetches.</summary>
public static class ProductRules
{
    private const int SharedWithMax = 1_000;

    /// <summary>A product.</summary>
    public static FieldErrors Check(Product product)
    {
        var errors = new FieldErrors();
        if (product.Name is { } name) errors.Text("name", name);
        errors.Id("managed_by", product.ManagedBy);
        if (product.SharedWith.Length > SharedWithMax) errors.Add("shared_with", $"must be at most {SharedWithMax}");
        for (var i = 0; i < product.SharedWith.Length && i < SharedWithMax; i++) errors.Id($"shared_with[{i}]", product.SharedWith[i]);
        CheckPlans("plans.", product.Plans.Account, product.Plans.Reseller, "plans", errors);
        return errors;
    }

    /// <summary>A partner's price.</summary>
    public static FieldErrors Check(ProductPrice price)
    {
        var errors = new FieldErrors();
        CheckPlans("", price.Account, price.Reseller, "account", errors);
        return errors;
    }

    /// <summary>What a product or price names.</summary>
    internal static IReadOnlyList<Reference> References(object definition) => definition switch
    {
        Product product =>
        [
            Reference.To("managed_by", product.ManagedBy, DefinitionKinds.Seller, DefinitionKinds.Partner),
            .. product.SharedWith.Select((partner, i) => Reference.To($"shared_with[{i}]", partner, DefinitionKinds.Partner)),
            .. Plans("plans.", product.Plans.Account, product.Plans.Reseller),
        ],
        ProductPrice price => Plans("", price.Account, price.Reseller),
        _ => [],
    };

    /// <summary>Whether a partner may sell it: it manages it, or it is shared with it or with a partner above it.</summary>
    public static bool MaySell(Product product, IEnumerable<string> partnerAndThoseAbove)
    {
        var (first, all) = (true, false);
        foreach (var partner in partnerAndThoseAbove)
        {
            all |= (first && product.ManagedBy == partner) || product.SharedWith.Contains(partner);
            first = false;
        }

        return all;
    }

    /// <summary>The plan of a level; null: nobody is billed there.</summary>
    public static string? PlanOf(Product product, ProductPrice? own, bool toCustomer) =>
        toCustomer ? own?.Account ?? product.Plans.Account : own?.Reseller ?? product.Plans.Reseller;

    /// <summary>The legs of a subscription, from the operator down; a level without a plan has none.</summary>
    public static (IReadOnlyList<Leg> Legs, FieldErrors Errors) Legs(string id, Product product, IReadOnlyList<SellingLevel> levels)
    {
        var (legs, errors) = (new List<Leg>(levels.Count), new FieldErrors());
        foreach (var level in levels)
        {
            if (PlanOf(product, level.Own, level.ToCustomer) is not { } plan)
                continue;
            if (level.Agreements is [var agreement])
                legs.Add(new Leg { Agreement = agreement, Plan = plan });
            else if (level.Agreements.Count == 0)
                errors.Add("product", $"there is no agreement by which \"{level.Buyer}\" buys from \"{level.Seller}\"");
            else
                errors.Add("product", $"\"{level.Buyer}\" buys from \"{level.Seller}\" by several agreements ({string.Join(", ", level.Agreements)}): name the legs");
        }

        if (errors.IsEmpty && legs.Count == 0)
            errors.Add("product", $"\"{id}\" bills nobody here: it has no plan for any level");
        return (legs, errors);
    }

    private static Reference[] Plans(string prefix, string? account, string? reseller) =>
    [
        .. account is null ? Array.Empty<Reference>() : [Reference.To(prefix + "account", account, DefinitionKinds.Plan)],
        .. reseller is null ? Array.Empty<Reference>() : [Reference.To(prefix + "reseller", reseller, DefinitionKinds.Plan)],
    ];

    private static void CheckPlans(string prefix, string? account, string? reseller, string neither, FieldErrors errors)
    {
        if (account is not null) errors.Id(prefix + "account", account);
        if (reseller is not null) errors.Id(prefix + "reseller", reseller);
        if (account is null && reseller is null) errors.Add(neither, "names no plan: who pays by which?");
    }
}
