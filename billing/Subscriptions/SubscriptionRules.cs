// What makes a subscription acceptable.
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Subscriptions;

/// <summary>All faults at once; references are checked elsewhere (<see cref="Catalogue.References"/>).</summary>
public static class SubscriptionRules
{
    /// <summary>Legs of one subscription.</summary>
    public const int LegsMax = 8;

    /// <summary>A subscription.</summary>
    public static FieldErrors Check(Subscription subscription)
    {
        var errors = new FieldErrors();
        errors.Id("customer", subscription.Customer);
        if (subscription.Product is { } product) errors.Id("product", product);
        if (subscription.PurchaseOrder is { } order) errors.Text("purchase_order", order, FieldChecks.IdLengthMax);
        if (subscription.EndsAt is { } end && end <= subscription.StartsAt) errors.Add("ends_at", "must be after starts_at");
        if (subscription.Activation is { } activation) errors.OneOf("activation", activation, "assignment", "date", "first_use");
        if (subscription.TrialEndsAt is { } trial && trial <= subscription.StartsAt) errors.Add("trial_ends_at", "must be after starts_at");
        if (subscription.Legs.Length is < 1 or > LegsMax) errors.Add("legs", $"must be 1 to {LegsMax}");
        for (var i = 0; i < subscription.Legs.Length && i < LegsMax; i++)
        {
            var (leg, field) = (subscription.Legs[i], $"legs[{i}]");
            errors.Id($"{field}.agreement", leg.Agreement);
            errors.Id($"{field}.plan", leg.Plan);
            if (leg.Wallet is { } wallet) errors.Id($"{field}.wallet", wallet);
            if (subscription.Legs.Take(i).Any(other => other.Agreement == leg.Agreement))
                errors.Add($"{field}.agreement", $"\"{leg.Agreement}\" has a leg already: one leg per seller and buyer");
        }
        CheckFunding(subscription.Funding, errors);
        Discounts.CouponRules.Check(subscription.Coupons, errors);
        return errors;
    }

    private static void CheckFunding(Funding funding, FieldErrors errors)
    {
        errors.OneOf("funding.mode", funding.Mode, "postpaid", "prepaid");
        if (funding.Mode == "prepaid" && funding.Wallet is null) errors.Add("funding.wallet", "is needed: which wallet pays?");
        if (funding.Mode == "postpaid" && funding.Wallet is not null) errors.Add("funding.wallet", "belongs to prepaid funding");
        if (funding.Wallet is { } wallet) errors.Id("funding.wallet", wallet);
        if (funding.Fees is { } fees) errors.OneOf("funding.fees", fees, "invoice", FundingRules.FromWallet);
        if (funding is { Mode: "postpaid", Fees: not null }) errors.Add("funding.fees", "belongs to prepaid funding");
    }
}
