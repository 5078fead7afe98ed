// Which products and plans a party sees, and what of them.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>
/// A partner sees the products that it may sell, and of each the plan that it pays itself: what the level above pays is not told. Of plans it sees
/// those that it manages and those of its products.
/// </summary>
public sealed class ProductReader(IDefinitionStore store, IPartyTree tree)
{
    /// <summary>Whether the caller may sell the product.</summary>
    public async ValueTask<bool> Sees(ApiCaller caller, string id, CancellationToken cancel) => await Find(caller, id, cancel) is not null;

    /// <summary>The product, if the caller may sell it.</summary>
    public async ValueTask<Product?> Find(ApiCaller caller, string id, CancellationToken cancel)
    {
        if (await store.Get(DefinitionKinds.Product, id, cancel) is not { } stored)
            return null;
        var product = Billing.Json.Definitions.Stored<Product>(stored.Body);
        return caller.Party is not { } party || ProductRules.MaySell(product, await tree.PartnerAndAbove(party, cancel)) ? product : null;
    }

    /// <summary>The product as the caller's party sees it.</summary>
    public async ValueTask<Product> View(ApiCaller caller, string id, CancellationToken cancel)
    {
        var product = (await Find(caller, id, cancel))!;
        var party = caller.Party!;
        var paid = await PaidBy(party, id, product, cancel);
        return product with
        {
            Plans = product.Plans with { Reseller = paid },
            SharedWith = product.ManagedBy == party ? product.SharedWith : [.. product.SharedWith.Where(partner => partner == party)],
        };
    }

    /// <summary>Whether the caller's party sees a plan.</summary>
    public async ValueTask<bool> SeesPlan(ApiCaller caller, Definition stored, CancellationToken cancel)
    {
        var (party, plan) = (caller.Party!, stored.Id);
        if (Billing.Json.Definitions.Stored<Plan>(stored.Body).ManagedBy == party)
            return true;
        var above = await tree.PartnerAndAbove(party, cancel);
        if (above.Count == 0)
            return false;
        for (string? after = null; ;)
        {
            var page = await store.List(DefinitionKinds.Product, null, after, Limits.PageMax, cancel);
            foreach (var one in page)
            {
                var product = Billing.Json.Definitions.Stored<Product>(one.Body);
                if (ProductRules.MaySell(product, above) && (product.Plans.Account == plan || await PaidBy(party, one.Id, product, cancel) == plan))
                    return true;
            }

            if (page.Count < Limits.PageMax)
                return false;
            after = page[^1].Id;
        }
    }

    // What the partner above asks of it, else what the product says.
    private async ValueTask<string?> PaidBy(string partner, string id, Product product, CancellationToken cancel)
    {
        var above = await tree.PartnerAndAbove(partner, cancel);
        var price = above.Count < 2 ? null : await store.Get(DefinitionKinds.ProductPrice, DefinitionKinds.OfProduct(id, above[1]), cancel);
        return ProductRules.PlanOf(product, price is null ? null : Billing.Json.Definitions.Stored<ProductPrice>(price.Body), toCustomer: false);
    }
}
