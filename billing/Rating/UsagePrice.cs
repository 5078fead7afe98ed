// What a quantity costs on one charge: total(used + n) − total(used), exact, never rounded here.
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.Rating;

/// <summary>Price models as pure functions. Amounts are exact decimals in the plan's currency.</summary>
public static class UsagePrice
{
    /// <summary>
    /// The amount of <paramref name="quantity"/> units after <paramref name="used"/> units of the same charge and period. Multiplies before
    /// dividing. Throws <see cref="OverflowException"/> beyond 28 digits.
    /// </summary>
    public static decimal Amount(UsageCharge charge, decimal used, decimal quantity)
    {
        if (charge.Included == 0)
            return Times(quantity, charge.UnitPrice ?? charge.Overage ?? 0, charge.Per);
        var within = Math.Clamp(charge.Included - used, Math.Min(0, quantity), Math.Max(0, quantity));
        return Times(within, IncludedPrice(charge), charge.Per) + Times(quantity - within, OveragePrice(charge), charge.Per);
    }

    /// <summary>The price of one unit (of <see cref="UsageCharge.Per"/>) where it is the same for every unit that is charged.</summary>
    public static decimal PrintedUnitPrice(UsageCharge charge) => charge.Included == 0 ? charge.UnitPrice ?? charge.Overage ?? 0 : OveragePrice(charge);

    // With an overage price, the unit price (if any) is what an included unit costs; without one, included units are free.
    private static decimal IncludedPrice(UsageCharge charge) => charge.Overage is null ? 0 : charge.UnitPrice ?? 0;

    private static decimal OveragePrice(UsageCharge charge) => charge.Overage ?? charge.UnitPrice ?? 0;

    private static decimal Times(decimal quantity, decimal price, decimal per) => per == 1 ? quantity * price : quantity * price / per;
}
