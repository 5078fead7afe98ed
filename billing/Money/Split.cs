// Splits a rounded amount so that the parts sum to the whole: largest remainder in minor units, ties to the first.
using System.Numerics;

namespace OrleansBilling.Billing.Money;

/// <summary>Revenue shares, apportioned tax and anything else that must not lose a cent.</summary>
public static class Split
{
    /// <summary>
    /// Parts by weight, each with <paramref name="exponent"/> digits. The total must have no more. A negative total splits like its opposite.
    /// </summary>
    public static decimal[] ByWeight(decimal total, IReadOnlyList<decimal> weights, int exponent)
    {
        if (weights.Count == 0 || weights.Any(weight => weight < 0) || weights.All(weight => weight == 0))
            throw new ArgumentException("Weights must not be negative, and one must be positive.", nameof(weights));
        var minorUnits = WholeNumber(decimal.Abs(total), exponent);
        var scale = weights.Max(Rounding.PlacesOf);
        var shares = weights.Select(weight => WholeNumber(weight, scale)).ToArray();
        var whole = shares.Aggregate(BigInteger.Add);
        var parts = shares.Select(share => BigInteger.DivRem(minorUnits * share, whole)).ToArray();
        var left = (int)(minorUnits - parts.Aggregate(BigInteger.Zero, (sum, part) => sum + part.Quotient));
        // OrderByDescending is stable, so equal remainders keep the given order.
        var raised = Enumerable.Range(0, parts.Length).OrderByDescending(i => parts[i].Remainder).Take(left).ToHashSet();
        var unit = new decimal(1, 0, 0, total < 0, (byte)exponent);
        return [.. parts.Select((part, i) => (decimal)(part.Quotient + (raised.Contains(i) ? 1 : 0)) * unit)];
    }

    private static BigInteger WholeNumber(decimal value, int scale)
    {
        if (Rounding.PlacesOf(value) > scale) throw new ArgumentException($"{MoneyText.Exact(value)} has more than {scale} digits after the point.");
        // The integer part and the fraction apart: together they might not fit a decimal at that scale.
        var whole = decimal.Truncate(value);
        return new BigInteger(whole) * BigInteger.Pow(10, scale) + new BigInteger((value - whole) * (decimal)BigInteger.Pow(10, scale));
    }
}
