// What a definition may not change once it stands, because facts that were priced, dated or totalled by it would change their meaning.
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>Compares a stored definition with its replacement. Asked after the other rules, where an older one exists.</summary>
public static class ReplacementRules
{
    /// <summary>Names every field that must stay as it is.</summary>
    public static FieldErrors Check(object before, object after)
    {
        var errors = new FieldErrors();
        switch (before, after)
        {
            case (Seller old, Seller now): Fixed(errors, "currency", old.Currency, now.Currency); break;
            case (Partner old, Partner now):
                Fixed(errors, "currency", old.Currency, now.Currency);
                Fixed(errors, "parent", old.Parent, now.Parent);
                // A code that stands is published: it may be printed already.
                if (old.ResellerCode is not null) Fixed(errors, "reseller_code", old.ResellerCode, now.ResellerCode);
                break;
            case (Customer old, Customer now):
                Fixed(errors, "currency", old.Currency, now.Currency);
                Fixed(errors, "partner", old.Partner, now.Partner);
                Fixed(errors, "reseller_code", old.ResellerCode, now.ResellerCode);
                break;
            case (Provider old, Provider now): Fixed(errors, "currency", old.Currency, now.Currency); Fixed(errors, "partner", old.Partner, now.Partner); break;
            case (Calendar old, Calendar now):
                Fixed(errors, "every", old.Every, now.Every);
                Fixed(errors, "anchor", old.Anchor, now.Anchor);
                Fixed(errors, "anchor_day", old.AnchorDay, now.AnchorDay);
                Fixed(errors, "overflow", old.Overflow, now.Overflow);
                Fixed(errors, "created_on", old.CreatedOn, now.CreatedOn);
                Fixed(errors, "time_zone", old.TimeZone, now.TimeZone);
                Fixed(errors, "period_by", old.PeriodBy, now.PeriodBy);
                break;
            case (Agreement old, Agreement now):
                Fixed(errors, "kind", old.Kind, now.Kind);
                Fixed(errors, "seller", old.Seller, now.Seller);
                Fixed(errors, "buyer", old.Buyer, now.Buyer);
                Fixed(errors, "calendar", old.Calendar, now.Calendar);
                Fixed(errors, "documents", old.Documents, now.Documents);
                break;
            case (Wallet old, Wallet now):
                Fixed(errors, "owner", old.Owner, now.Owner);
                Fixed(errors, "currency", old.Currency, now.Currency);
                Fixed(errors, "unit", old.Unit, now.Unit);
                Fixed(errors, "parent", old.Parent, now.Parent);
                // What was paid in for these is not for others.
                if (!(old.Products ?? []).SequenceEqual(now.Products ?? [])) errors.Add("products", "must not change once they stand");
                // May be named later; in whose books it stands already, the wallet itself knows.
                if (old.Seller is not null) Fixed(errors, "seller", old.Seller, now.Seller);
                break;
            case (Subscription old, Subscription now): CheckSubscription(old, now, errors); break;
            default: CheckPrices(before, after, errors); break;
        }

        return errors;
    }

    private static void CheckPrices(object before, object after, FieldErrors errors)
    {
        switch (before, after)
        {
            case (Plan old, Plan now):
                Fixed(errors, "currency", old.Currency, now.Currency);
                Fixed(errors, "managed_by", old.ManagedBy, now.ManagedBy);
                Fixed(errors, "base", old.Base, now.Base);
                break;
            case (CustomerCatalogue old, CustomerCatalogue now): Fixed(errors, "base", old.Base, now.Base); break;
            case (Product old, Product now):
                Fixed(errors, "managed_by", old.ManagedBy, now.ManagedBy);
                Fixed(errors, "multiple", old.Multiple, now.Multiple);
                break;
            case (Meter old, Meter now):
                Fixed(errors, "aggregation", old.Aggregation, now.Aggregation);
                Fixed(errors, "unique_by", old.UniqueBy, now.UniqueBy);
                // Prices match on dimensions by rank, so new ones may only be added behind.
                if (!now.Dimensions.Take(old.Dimensions.Length).SequenceEqual(old.Dimensions))
                    errors.Add("dimensions", "must begin with those that stand: " + string.Join(", ", old.Dimensions));
                break;
            case (Discounts.Coupon old, Discounts.Coupon now):
                Fixed(errors, "percent", old.Percent, now.Percent);
                Fixed(errors, "amount", old.Amount, now.Amount);
                Fixed(errors, "currency", old.Currency, now.Currency);
                Fixed(errors, "periods", old.Periods, now.Periods);
                Fixed(errors, "applies_to", old.AppliesTo, now.AppliesTo);
                break;
            case (TaxRate old, TaxRate now): Fixed(errors, "rate", old.Rate, now.Rate); break;
            case (FxRate old, FxRate now): Fixed(errors, "rate", old.Rate, now.Rate); break;
        }
    }

    private static void CheckSubscription(Subscription old, Subscription now, FieldErrors errors)
    {
        Fixed(errors, "customer", old.Customer, now.Customer);
        Fixed(errors, "starts_at", old.StartsAt, now.StartsAt);
        Fixed(errors, "activation", old.Activation, now.Activation);
        Fixed(errors, "product", old.Product, now.Product);
        // A fee would be owed twice, or never.
        Fixed(errors, "funding.fees", old.Funding.Fees, now.Funding.Fees);
        // Another plan would reprice what was used already.
        if (!old.Legs.Select(Priced).SequenceEqual(now.Legs.Select(Priced))) errors.Add("legs", "must not change; change_plan gives a leg another plan");
        if (!(old.Changes ?? []).SequenceEqual(now.Changes ?? [])) errors.Add("changes", "are written by commands alone: leave them out");
    }

    // Who pays may change at any time: what was used is paid already.
    private static (string, string) Priced(Leg leg) => (leg.Agreement, leg.Plan);

    private static void Fixed<T>(FieldErrors errors, string field, T old, T now)
    {
        if (!EqualityComparer<T>.Default.Equals(old, now)) errors.Add(field, $"must not change from {(old is null ? "none" : $"\"{old}\"")} once it stands");
    }
}
