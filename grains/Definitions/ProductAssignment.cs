// Finds the legs of a subscription that names a product, and claims the product where it can be had only once.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that <see cref="ProductRules"/> must not do.</summary>
public sealed class ProductAssignment(IDefinitionStore store, Catalogue catalogue)
{
    /// <summary>
    /// The subscription with its legs. They are found once: what stands keeps its legs, whatever agreements and prices say later. Legs that the caller
    /// names must be those, but may say which wallet pays.
    /// </summary>
    public async Task<(Subscription Definition, FieldErrors Errors)> Legs(string id, Subscription asked, CancellationToken cancel)
    {
        IReadOnlyList<Leg> legs;
        if (await Standing(id, cancel) is { } standing && standing.Product == asked.Product && standing.Customer == asked.Customer)
            legs = standing.Legs;
        else
        {
            var (found, errors) = await Found(asked, cancel);
            if (!errors.IsEmpty)
                return (asked, errors);
            legs = found;
        }

        if (asked.Legs.Length == 0)
            return (asked with { Legs = [.. legs] }, new FieldErrors());
        return asked.Legs.Select(leg => (leg.Agreement, leg.Plan)).SequenceEqual(legs.Select(leg => (leg.Agreement, leg.Plan)))
            ? (asked, new FieldErrors())
            : (asked, FieldErrors.Of("legs", $"must be those of product \"{asked.Product}\", or left out: "
                + string.Join(", ", legs.Select(leg => $"{leg.Plan} on {leg.Agreement}"))));
    }

    /// <summary>
    /// What is written with the subscription where the product can be applied only once: the fee of a level is one instance, so the topmost partner that
    /// pays one stands for all below it. It passes on when the subscription that has it has ended, and to the one as which that goes on.
    /// </summary>
    /// <param name="ended">The subscription that goes on as this one.</param>
    public async Task<DefinitionWrite?> Claim(DefineCommand command, Subscription sold, string? ended, Instant now, CancellationToken cancel)
    {
        if (await catalogue.Find<Product>(DefinitionKinds.Product, sold.Product!, cancel) is not { Multiple: false }
            || await Payer(sold, cancel) is not { } payer)
            return null;
        var id = DefinitionKinds.OfProduct(sold.Product!, payer);
        var held = await store.Get(DefinitionKinds.ProductUse, id, cancel);
        var owner = held is null ? null : Billing.Json.Definitions.Stored<ProductUse>(held.Body).Subscription;
        var free = owner is null || owner == command.Id || owner == ended
            || (await Standing(owner, cancel) is { } standing ? ServiceLife.EndOf(standing) : null) <= sold.StartsAt;
        var body = Billing.Json.Definitions.Write(new ProductUse { Subscription = command.Id });
        // A version that does not stand is what a claim that is another's expects.
        var expected = free ? held?.Version ?? 0 : held!.Version - 1;
        return new DefinitionWrite(DefinitionKinds.ProductUse, id, null, body, now, command.Actor, ExpectedVersion: expected);
    }

    /// <summary>What is told to whom a claim is refused. Says nothing of who has it: that may be somebody else's account.</summary>
    public static FieldErrors Taken(Definition use) => FieldErrors.Of("product",
        $"\"{use.Id[..use.Id.IndexOf('/', StringComparison.Ordinal)]}\" is applied to an account already, and \"multiple\" is off: it cannot be applied more than once");

    private async Task<(IReadOnlyList<Leg>, FieldErrors)> Found(Subscription asked, CancellationToken cancel)
    {
        if (await catalogue.Find<Customer>(DefinitionKinds.Customer, asked.Customer, cancel) is not { } customer)
            return ([], FieldErrors.Of("customer", $"no customer \"{asked.Customer}\""));
        return await Below(asked, await Above(customer.Partner, cancel), cancel);
    }

    /// <summary>The legs of a subscription by product below these partners, from below.</summary>
    public async Task<(IReadOnlyList<Leg> Legs, FieldErrors Errors)> Below(Subscription asked, IReadOnlyList<string> partners, CancellationToken cancel)
    {
        if (await catalogue.Find<Product>(DefinitionKinds.Product, asked.Product!, cancel) is not { } product)
            return ([], FieldErrors.Of("product", $"no product \"{asked.Product}\""));
        if (partners.Count > 0 && !ProductRules.MaySell(product, partners))
            return ([], FieldErrors.Of("product", $"\"{asked.Product}\" is not shared with \"{partners[0]}\""));
        return ProductRules.Legs(asked.Product!, product, await Levels(asked, partners, cancel));
    }

    // From the operator down: the seller of the topmost buyer is whoever it buys from.
    private async Task<IReadOnlyList<SellingLevel>> Levels(Subscription asked, IReadOnlyList<string> partners, CancellationToken cancel)
    {
        string[] buyers = [asked.Customer, .. partners];
        var levels = new List<SellingLevel>(buyers.Length);
        for (var index = buyers.Length - 1; index >= 0; index--)
        {
            var seller = index + 1 < buyers.Length ? buyers[index + 1] : null;
            var agreements = await Bought(buyers[index], seller, cancel);
            var own = seller is null ? null : await catalogue.Find<ProductPrice>(DefinitionKinds.ProductPrice,
                DefinitionKinds.OfProduct(asked.Product!, seller), cancel);
            levels.Add(new SellingLevel(seller ?? "the operator", buyers[index], index == 0, agreements, own));
        }

        return levels;
    }

    /// <summary>Agreements in which the one sells to the other.</summary>
    public async Task<IReadOnlyList<string>> Between(string seller, string buyer, CancellationToken cancel) =>
        [.. (await store.AgreementsBoughtBy(buyer, cancel))
            .Where(stored => Billing.Json.Definitions.Stored<Agreement>(stored.Body).Seller == seller).Select(stored => stored.Id)];

    private async Task<IReadOnlyList<string>> Bought(string buyer, string? seller, CancellationToken cancel)
    {
        var found = new List<string>();
        foreach (var stored in await store.AgreementsBoughtBy(buyer, cancel))
        {
            var from = Billing.Json.Definitions.Stored<Agreement>(stored.Body).Seller;
            if (seller is null ? await catalogue.Find<Seller>(DefinitionKinds.Seller, from, cancel) is not null : from == seller)
                found.Add(stored.Id);
        }

        return found;
    }

    private async Task<IReadOnlyList<string>> Above(string? partner, CancellationToken cancel)
    {
        var above = new List<string>();
        while (partner is not null && above.Count <= Limits.TreeDepthMax)
        {
            above.Add(partner);
            partner = (await catalogue.Find<Partner>(DefinitionKinds.Partner, partner, cancel))?.Parent;
        }

        return above;
    }

    private async Task<string?> Payer(Subscription sold, CancellationToken cancel)
    {
        foreach (var leg in sold.Legs)
        {
            if (await catalogue.Find<Agreement>(DefinitionKinds.Agreement, leg.Agreement, cancel) is { } agreement && agreement.Buyer != sold.Customer)
                return agreement.Buyer;
        }

        return null;
    }

    private async Task<Subscription?> Standing(string id, CancellationToken cancel) =>
        await store.Get(DefinitionKinds.Subscription, id, cancel) is { } stored ? Billing.Json.Definitions.Stored<Subscription>(stored.Body) : null;
}
