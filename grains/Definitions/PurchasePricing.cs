// What a purchase comes to for each account that has a service balance to go by (domain 0.3, rule 26).
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that <see cref="Purchases"/> must not do. Where no agreement names a credit limit, what is cached suffices.</summary>
public sealed class PurchasePricing(Catalogue catalogue, TermsResolver resolver, TaxBook taxes)
{
    /// <summary>What a subscription comes to as it would stand, more than as it stands; nothing: no account is asked.</summary>
    /// <param name="before">As it stands; null: it is new.</param>
    /// <param name="from">When it is bought, or takes effect.</param>
    public async Task<IReadOnlyList<PricedPurchase>> Of(string id, Subscription? before, Subscription after, Instant from, CancellationToken cancel)
    {
        var limited = new List<string>();
        foreach (var leg in after.Legs)
        {
            if (await Agreement(leg.Agreement, cancel) is { } agreement && Purchases.IsLimited(agreement))
                limited.Add(leg.Agreement);
        }

        if (limited.Count == 0)
            return [];
        var (was, becomes) = (before is null ? null : await resolver.Resolve(id, before, 0, cancel), await resolver.Resolve(id, after, 0, cancel));
        var purchases = new List<PricedPurchase>();
        foreach (var leg in becomes.Legs.Where(leg => limited.Contains(leg.AgreementId)))
        {
            var (account, tax) = await Terms(leg.Agreement, cancel);
            var known = was?.Legs.FirstOrDefault(other => other.AgreementId == leg.AgreementId);
            var amount = Purchases.Of(becomes, leg, tax, from) - (known is null ? 0 : Purchases.Of(was!, known, tax, from));
            if (amount > 0)
                purchases.Add(new PricedPurchase(account, amount));
        }

        return [.. purchases.GroupBy(one => one.Account, StringComparer.Ordinal).Select(one => new PricedPurchase(one.Key, one.Sum(part => part.Amount)))];
    }

    /// <summary>What an amount under an agreement comes to with its tax; null: no account is asked.</summary>
    public async Task<PricedPurchase?> Of(string agreementId, decimal net, LocalDate lastDay, CancellationToken cancel)
    {
        if (net <= 0 || await Agreement(agreementId, cancel) is not { } agreement || !Purchases.IsLimited(agreement))
            return null;
        var (account, tax) = await Terms(agreement, cancel);
        return new PricedPurchase(account, Purchases.WithTax(net, lastDay, tax));
    }

    private async Task<(string Account, DocumentTerms Tax)> Terms(Agreement agreement, CancellationToken cancel)
    {
        var (seller, buyer) = (await Party(agreement.Seller, cancel), await Party(agreement.Buyer, cancel));
        var currency = References.CurrencyOf(seller, buyer);
        var terms = DocumentTerms.Of(agreement, currency) with { Schedule = await taxes.Of(agreement, seller, buyer, cancel) };
        return (new AccountKey(agreement.Seller, agreement.Buyer, currency).Id, terms);
    }

    private ValueTask<Agreement?> Agreement(string id, CancellationToken cancel) => catalogue.Find<Agreement>(DefinitionKinds.Agreement, id, cancel);

    private async Task<object> Party(string id, CancellationToken cancel) =>
        await catalogue.Find<object>(DefinitionKinds.Seller, id, cancel) ?? await catalogue.Find<object>(DefinitionKinds.Partner, id, cancel)
        ?? (object?)await catalogue.Find<Customer>(DefinitionKinds.Customer, id, cancel)
        ?? throw new InvalidOperationException($"The store has no party \"{id}\", but an agreement names it.");
}
