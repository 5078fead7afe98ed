// Whether a coupon can be redeemed where it is redeemed: on one leg, in its currency.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Discounts;

/// <summary>Asked when everything that the definition names is known.</summary>
internal static class RedemptionRules
{
    /// <summary>On an agreement: a percentage; an amount for many subscriptions at once is a charge below zero.</summary>
    public static void Check(Agreement agreement, KnownDefinitions known, FieldErrors errors)
    {
        for (var i = 0; i < (agreement.Coupons ?? []).Length; i++)
        {
            if (Find(agreement.Coupons![i], known) is { Amount: not null })
                errors.Add($"coupons[{i}].coupon", "takes an amount off, which is for subscriptions; on an agreement it is a percentage");
            if (agreement.Coupons[i].Agreement is not null)
                errors.Add($"coupons[{i}].agreement", "is for subscriptions");
        }
    }

    /// <summary>On a subscription: which leg it counts on is clear, and an amount is in that leg's currency.</summary>
    public static void Check(Subscription subscription, KnownDefinitions known, FieldErrors errors)
    {
        for (var i = 0; i < (subscription.Coupons ?? []).Length; i++)
        {
            var one = subscription.Coupons![i];
            if (LegOf(one, subscription) is not { } leg)
                errors.Add($"coupons[{i}].agreement", "must be the agreement of one of the legs: on which does it count?");
            else if (Find(one, known) is { Currency: { } currency } && known.Find<Plan>(DefinitionKinds.Plan, leg.Plan) is { } plan
                && plan.Currency != currency)
                errors.Add($"coupons[{i}].coupon", $"is in {currency}, but plan \"{leg.Plan}\" is priced in {plan.Currency}");
        }
    }

    /// <summary>The leg that a redemption counts on, or null: it is not clear.</summary>
    public static Leg? LegOf(Redemption one, Subscription subscription) => one.Agreement is { } agreement
        ? Array.Find(subscription.Legs, leg => leg.Agreement == agreement)
        : subscription.Legs is [var only] ? only : null;

    private static Coupon? Find(Redemption one, KnownDefinitions known) => known.Find<Coupon>(DefinitionKinds.Coupon, one.Coupon);
}
