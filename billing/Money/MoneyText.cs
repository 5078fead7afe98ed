// How amounts are printed: a point, no grouping, and on documents exactly the currency's digits.
using System.Globalization;

namespace OrleansBilling.Billing.Money;

/// <summary>Invariant text of decimals.</summary>
public static class MoneyText
{
    /// <summary>Every digit that is there.</summary>
    public static string Exact(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Exactly the currency's digits. An amount that has more was never rounded, which is a bug, so it throws.</summary>
    public static string Print(decimal rounded, string currency)
    {
        var exponent = Currencies.ExponentOf(currency);
        if (Rounding.PlacesOf(rounded) > exponent) throw new ArgumentException($"{Exact(rounded)} is not rounded to {currency}.", nameof(rounded));
        return rounded.ToString("F" + exponent.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
