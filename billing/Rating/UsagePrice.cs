// What a quantity costs on one charge: total(used + n) − total(used), exact, never rounded here.
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.Rating;

/// <summary>Price models as pure functions. Amounts are exact decimals in the plan's currency.</summary>
public static class UsagePrice
{
    /// <summary>
    /// The amount of <paramref name="quantity"/> units after <paramref name="used"/> units of the same charge and period. Throws
    /// <see cref="OverflowException"/> beyond 28 digits.
    /// </summary>
    public static decimal Amount(UsageCharge charge, decimal used, decimal quantity) =>
        // What does not divide evenly (a price per 60 seconds) must be divided once, in the total: or six times a sixth of half a cent is less
        // than half a cent, and the line is rounded down.
        charge.Per == 1 ? Product(charge, used, quantity) : (Product(charge, 0, used + quantity) / charge.Per) - (Product(charge, 0, used) / charge.Per);

    /// <summary>The price of one unit (of <see cref="UsageCharge.Per"/>) where it is the same for every unit that is charged.</summary>
    public static decimal PrintedUnitPrice(UsageCharge charge) => charge.Included == 0 ? charge.UnitPrice ?? charge.Overage ?? 0 : OveragePrice(charge);

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
