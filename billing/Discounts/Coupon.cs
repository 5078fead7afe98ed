// What is taken off: a percentage or an amount, once, for some periods, or as long as it is redeemed.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Discounts;

/// <summary>A promise that stands: what it takes off never changes. Redeemed on a subscription, or on an agreement for all subscriptions under it.</summary>
public sealed record Coupon
{
    /// <summary>Printed text; says the percentage or "Discount" by default.</summary>
    public string? Description { get; init; }
    /// <summary>Percent of what is invoiced; or <see cref="Amount"/>.</summary>
    public decimal? Percent { get; init; }
    /// <summary>Off each period, net, in <see cref="Currency"/>; no more than the period comes to.</summary>
    public decimal? Amount { get; init; }
    /// <summary>ISO 4217 of the amount.</summary>
    public string? Currency { get; init; }
    /// <summary>Billing periods for which it counts, the first of redemption included: 1 is once. Null: all.</summary>
    public int? Periods { get; init; }
    /// <summary><c>all</c>, <c>fees</c> or <c>usage</c> (packages and surcharges included).</summary>
    public string AppliesTo { get; init; } = "all";
}

/// <summary>A coupon that is used.</summary>
public sealed record Redemption
{
    /// <summary>The coupon.</summary>
    public required string Coupon { get; init; }
    /// <summary>A day of the first period for which it counts.</summary>
    public required LocalDate From { get; init; }
    /// <summary>On a subscription: the agreement of the leg on which it counts; may be left out where there is one leg.</summary>
    public string? Agreement { get; init; }
}

/// <summary>A redemption on one leg, with its coupon.</summary>
public sealed record Redeemed(string Id, Coupon Coupon, LocalDate From);

/// <summary>The line's charge: no plan has it, and ids have no slash.</summary>
public sealed record DiscountCharge : Charge
{
    private const string Prefix = "coupon/";

    /// <summary>The charge of a coupon.</summary>
    public static DiscountCharge Of(string name, Coupon coupon) => new()
    {
        Id = name,
        Description = coupon.Description ?? (coupon.Percent is { } percent ? $"Discount {Money.MoneyText.Exact(percent)} %" : "Discount"),
    };

    /// <summary>What lines of a coupon are named by.</summary>
    public static string NameOf(string coupon) => Prefix + coupon;

    /// <summary>The coupon of a line, or null: it is something else.</summary>
    public static string? CouponOf(string charge) => charge.StartsWith(Prefix, StringComparison.Ordinal) ? charge[Prefix.Length..] : null;
}

/// <summary>What makes coupons and their redemptions acceptable.</summary>
public static class CouponRules
{
    private const int PeriodsMax = 120;
    private const int RedemptionsMax = 10;
    private const int PercentPlacesMax = 4;

    /// <summary>A coupon.</summary>
    public static FieldErrors Check(Coupon coupon)
    {
        var errors = new FieldErrors();
        if (coupon.Description is { } description) errors.Text("description", description);
        if (coupon.Percent is null == coupon.Amount is null) errors.Add("percent", "or amount is required, not both");
        if (coupon.Percent is <= 0 or > 100) errors.Add("percent", "must be above 0 and at most 100");
        else if (coupon.Percent is { } percent && Money.Rounding.PlacesOf(percent) > PercentPlacesMax)
            errors.Add("percent", $"must have at most {PercentPlacesMax} digits after the point");
        if (coupon.Amount is { } amount)
        {
            errors.Number("amount", amount);
            if (amount == 0) errors.Add("amount", "must be above 0");
            if (coupon.Currency is null) errors.Add("currency", "is required with an amount");
        }
        if (coupon.Currency is { } currency) errors.Currency("currency", currency);
        if (coupon.Periods is < 1 or > PeriodsMax) errors.Add("periods", $"must be 1 to {PeriodsMax}");
        errors.OneOf("applies_to", coupon.AppliesTo, "all", "fees", "usage");
        return errors;
    }

    /// <summary>Redemptions of a definition.</summary>
    public static void Check(Redemption[]? redemptions, FieldErrors errors)
    {
        if (redemptions?.Length > RedemptionsMax) errors.Add("coupons", $"must be at most {RedemptionsMax}");
        for (var i = 0; i < redemptions?.Length && i < RedemptionsMax; i++)
        {
            errors.Id($"coupons[{i}].coupon", redemptions[i].Coupon);
            if (redemptions[i].Agreement is { } agreement) errors.Id($"coupons[{i}].agreement", agreement);
            if (redemptions.Take(i).Any(other => other.Coupon == redemptions[i].Coupon && other.Agreement == redemptions[i].Agreement))
                errors.Add($"coupons[{i}].coupon", $"\"{redemptions[i].Coupon}\" is redeemed twice");
        }
    }

    /// <summary>What redemptions name.</summary>
    public static IEnumerable<Reference> References(Redemption[]? redemptions) =>
        (redemptions ?? []).Select((one, i) => Reference.To($"coupons[{i}].coupon", one.Coupon, DefinitionKinds.Coupon));
}
