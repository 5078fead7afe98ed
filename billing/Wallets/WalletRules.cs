// What makes a wallet acceptable, alone and inside other wallets.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Wallets;

/// <summary>All faults at once; that owner and parent exist is checked elsewhere (<see cref="References"/>).</summary>
public static class WalletRules
{
    /// <summary>Wallets inside one another, the innermost one included.</summary>
    public const int DepthMax = 4;

    /// <summary>Amounts at which a wallet tells that it runs low.</summary>
    public const int LowWaterMax = 8;

    /// <summary>Products that a wallet may name.</summary>
    public const int ProductsMax = 20;

    /// <summary>Top-ups that a wallet may ask for within a day.</summary>
    public const int TopUpsPerDayMax = 24;

    /// <summary>A wallet.</summary>
    public static FieldErrors Check(Wallet wallet)
    {
        var errors = new FieldErrors();
        errors.Id("owner", wallet.Owner);
        if (wallet.Currency is null == wallet.Unit is null) errors.Add("currency", "must be given, or unit; not both");
        if (wallet.Currency is { } currency) errors.Currency("currency", currency);
        if (wallet.Unit is { } unit) errors.Text("unit", unit, FieldChecks.IdLengthMax);
        errors.Number("credit_limit", wallet.CreditLimit);
        if (wallet.SliceMax is { } slice) errors.Positive("slice_max", slice);
        if (wallet.Parent is { } parent) errors.Id("parent", parent);
        if (wallet.Seller is { } seller) errors.Id("seller", seller);
        if (wallet.Seller is not null && (wallet.Unit is not null || wallet.Parent is not null))
            errors.Add("seller", "is for money in a wallet that lies in no other");
        if (wallet.TemporaryLimit is { } temporary) errors.Number("temporary_limit.amount", temporary.Amount);
        if (wallet.DailyLimit is { } daily) errors.Positive("daily_limit", daily);
        if (wallet.TimeZone is { } zone) errors.Zone("time_zone", zone);
        if (wallet.Products is { Length: 0 or > ProductsMax }) errors.Add("products", $"must be 1 to {ProductsMax}, or left out");
        for (var i = 0; i < (wallet.Products?.Length ?? 0) && i < ProductsMax; i++) errors.Id($"products[{i}]", wallet.Products![i]);
        CheckLowWater(wallet.LowWater, errors);
        if (wallet.AutoTopUp is { } rule) Check(rule, wallet, errors);
        return errors;
    }

    /// <summary>Above 0, and what any amount may be.</summary>
    public static void Positive(this FieldErrors errors, string field, decimal value)
    {
        if (value == 0) errors.Add(field, "must be above 0");
        errors.Number(field, value);
    }

    /// <summary>Whether it fits into the wallets around it; every one of them must have been looked up.</summary>
    internal static void CheckParents(Wallet wallet, KnownDefinitions known, FieldErrors errors)
    {
        var depth = 1;
        foreach (var around in Around(wallet, known))
        {
            depth++;
            if (around.Currency == wallet.Currency && around.Unit == wallet.Unit) continue;
            errors.Add("parent", $"holds {around.Currency ?? around.Unit}, but this wallet {wallet.Currency ?? wallet.Unit}");
            break;
        }
        if (depth > DepthMax) errors.Add("parent", $"lies in too many wallets: at most {DepthMax} lie inside one another");
    }

    /// <summary>The wallets around it that have been looked up, from the inside out; one more than may be, so that too many can be seen.</summary>
    internal static IEnumerable<Wallet> Around(Wallet wallet, KnownDefinitions known)
    {
        // A parent must exist before its child and never changes, so there is no circle; the bound holds whatever stands in the store.
        for (var depth = 1; depth <= DepthMax && wallet.Parent is { } parent; depth++)
        {
            if (known.Find<Wallet>(DefinitionKinds.Wallet, parent) is not { } found) yield break;
            yield return wallet = found;
        }
    }

    private static void Check(AutoTopUp rule, Wallet wallet, FieldErrors errors)
    {
        if (wallet.Seller is null || wallet.Unit is not null || wallet.Parent is not null)
            errors.Add("auto_top_up", "is for money in a wallet that lies in no other and names its seller");
        errors.Number("auto_top_up.below", rule.Below);
        errors.Positive("auto_top_up.amount", rule.Amount);
        errors.Range("auto_top_up.per_day", rule.PerDay, 1, TopUpsPerDayMax);
        if (wallet.Currency is { } currency && Currencies.IsKnown(currency) && Rounding.PlacesOf(rule.Amount) > Currencies.ExponentOf(currency))
            errors.Add("auto_top_up.amount", $"must have at most {Currencies.ExponentOf(currency)} digits after the point in {currency}");
    }

    private static void CheckLowWater(decimal[] amounts, FieldErrors errors)
    {
        if (amounts.Length > LowWaterMax) errors.Add("low_water", $"must be at most {LowWaterMax} amounts");
        for (var i = 0; i < amounts.Length && i < LowWaterMax; i++)
        {
            errors.Number($"low_water[{i}]", amounts[i]);
            if (i > 0 && amounts[i] <= amounts[i - 1]) errors.Add($"low_water[{i}]", "must be above the one before it");
        }
    }
}
