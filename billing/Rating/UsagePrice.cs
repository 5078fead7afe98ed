// What a quantity costs on one charge: total(used + n) − total(used), exact, never rounded here.
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.Rating;

/// <summary>Price models as pure functions. Amounts are exact decimals in the plan's currency.</summary>
public static class UsagePrice
{
    /// <summary>
    /// The amount of <paramref name="quantity"/> units after <paramref name="used"/> units of the same charge and period. Throws
    /// <see cref="OverflowException"/> beyond 28 digits. With cost-plus the quantity is what the event cost the seller.
    /// </summary>
    public static decimal Amount(UsageCharge charge, decimal used, decimal quantity)
    {
        if (charge.Model != "per_unit" || charge.Maximum is not null)
            return charge.Model is "percentage" or "cost_plus" ? OfEvent(charge, quantity) : Total(charge, used + quantity) - Total(charge, used);
        // What does not divide evenly (a price per 60 seconds) must be divided once, in the total: or six times a sixth of half a cent is less
        // than half a cent, and the line is rounded down.
        return charge.Per == 1 ? Product(charge, used, quantity) : (Product(charge, 0, used + quantity) / charge.Per) - (Product(charge, 0, used) / charge.Per);
    }

    /// <summary>The same of a change that may take units back: exactly what they cost, since they were the last.</summary>
    public static decimal Change(UsageCharge charge, decimal used, decimal change) =>
        change < 0 ? -Amount(charge, used + change, -change) : Amount(charge, used, change);

    /// <summary>
    /// What a period owes for the charge beside its events, which came to <paramref name="counted"/>: the flat price of the first tier, or what is
    /// missing to the minimum if that is more.
    /// </summary>
    public static decimal Standing(UsageCharge charge, decimal counted) =>
        Math.Max(charge.Model is "graduated" or "volume" ? Total(charge, 0) : 0, charge.Minimum is { } least ? least - counted : 0);

    // Of all units of a period.
    private static decimal Total(UsageCharge charge, decimal quantity)
    {
        var total = charge.Model switch
        {
            "graduated" => Graduated(charge, Math.Max(0, quantity - (charge.FreeUnits ?? 0))),
            "volume" => Volume(charge, Math.Max(0, quantity - (charge.FreeUnits ?? 0))),
            "package" => Math.Ceiling(Math.Max(0, quantity - (charge.FreeUnits ?? 0)) / charge.PackageSize!.Value) * charge.UnitPrice!.Value,
            "flat" => quantity > 0 ? charge.UnitPrice!.Value : 0,
            _ => Product(charge, 0, quantity) / charge.Per,
        };
        return charge.Maximum is { } most ? Math.Min(most, total) : total;
    }

    private static decimal Graduated(UsageCharge charge, decimal quantity)
    {
        decimal units = 0, flats = 0, from = 0;
        foreach (var tier in charge.Tiers!)
        {
            flats += tier.FlatPrice ?? 0;
            units += (Math.Min(quantity, tier.UpTo ?? quantity) - from) * tier.UnitPrice;
            if (tier.UpTo is not { } end || quantity <= end)
                break;
            from = end;
        }

        return (units / charge.Per) + flats;
    }

    private static decimal Volume(UsageCharge charge, decimal quantity)
    {
        foreach (var tier in charge.Tiers!)
        {
            if (tier.UpTo is not { } end || quantity <= end)
                return (quantity * tier.UnitPrice / charge.Per) + (tier.FlatPrice ?? 0);
        }

        throw new InvalidOperationException($"The last tier of charge {charge.Id} has an end.");
    }

    private static decimal OfEvent(UsageCharge charge, decimal basis)
    {
        var percent = charge.Percent!.Value + (charge.Model == "cost_plus" ? 100 : 0);
        var amount = (basis * percent / 100) + (charge.FixedFee ?? 0);
        return Math.Min(Math.Max(amount, charge.MinimumPerEvent ?? 0), charge.MaximumPerEvent ?? decimal.MaxValue);
    }

    // With an overage price, the unit price (if any) is what an included unit costs; without one, included units are free.
    private static decimal IncludedPrice(UsageCharge charge) => charge.Overage is null ? 0 : charge.UnitPrice ?? 0;

    private static decimal OveragePrice(UsageCharge charge) => charge.Overage ?? charge.UnitPrice ?? 0;

    private static decimal Product(UsageCharge charge, decimal used, decimal quantity)
    {
        if (charge.Included == 0)
            return quantity * (charge.UnitPrice ?? charge.Overage ?? 0);
        var within = Math.Clamp(charge.Included - used, 0, quantity);
        return (within * IncludedPrice(charge)) + ((quantity - within) * OveragePrice(charge));
    }
}
