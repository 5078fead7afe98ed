// The one door to all rules: what is wrong with a definition, alone and among those it refers to.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>
/// How to use it: <see cref="Check(object)"/>; then fetch what <see cref="References.Missing"/> asks for until it asks for nothing (a round
/// for each step that references lead on); then <see cref="Check(object, KnownDefinitions)"/>.
/// </summary>
public static class DefinitionRules
{
    /// <summary>What is wrong with it alone.</summary>
    public static FieldErrors Check(object definition) => definition switch
    {
        Seller seller => PartyRules.Check(seller),
        Partner partner => PartyRules.Check(partner),
        Customer customer => PartyRules.Check(customer),
        Provider provider => PartyRules.Check(provider),
        Calendar calendar => CatalogueRules.Check(calendar),
        Meter meter => CatalogueRules.Check(meter),
        Plan plan => CatalogueRules.Check(plan),
        PlanVersion version => PlanVersionRules.Check(version),
        Product product => ProductRules.Check(product),
        ProductPrice price => ProductRules.Check(price),
        Agreement agreement => AgreementRules.Check(agreement),
        Subscription subscription => SubscriptionRules.Check(subscription),
        Wallet wallet => WalletRules.Check(wallet),
        CustomerCatalogue catalogue => CatalogueDecider.Check(catalogue),
        Discounts.Coupon coupon => Discounts.CouponRules.Check(coupon),
        TaxRate rate => TaxRules.Check(rate),
        FxRate rate => FxRules.Check(rate),
        _ => throw new ArgumentException($"{definition.GetType().Name} is no definition.", nameof(definition)),
    };

    /// <summary>What is wrong with it alone and among the others.</summary>
    public static FieldErrors Check(object definition, KnownDefinitions known)
    {
        var errors = Check(definition);
        errors.Add(References.Check(definition, known));
        return errors;
    }
}
