// The only place that rounds: an exact amount becomes one with the currency's digits, in a named mode.
namespace OrleansBilling.Billing.Money;

/// <summary>Rounds once per line and once per tax category; everything before is exact.</summary>
public static class Rounding
{
    /// <summary>Rounds, and gives the result exactly <paramref name="exponent"/> digits after the point (25 → 25.00).</summary>
    public static decimal ToCurrency(decimal exact, int exponent, RoundingMode mode)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)exponent, 9u, nameof(exponent));
        var midpoint = mode switch
        {
            RoundingMode.HalfAwayFromZero => MidpointRounding.AwayFromZero,
            RoundingMode.HalfEven => MidpointRounding.ToEven,
            RoundingMode.TowardZero => MidpointRounding.ToZero,
            // .NET's AwayFromZero means "half away". The directed mode depends on the sign.
            RoundingMode.AwayFromZero => exact < 0 ? MidpointRounding.ToNegativeInfinity : MidpointRounding.ToPositiveInfinity,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a rounding mode."),
        };
#pragma warning disable RS0030 // This is the one place that the ban points to.
        var rounded = decimal.Round(exact, exponent, midpoint);
#pragma warning restore RS0030
        // Adding a zero of that scale pads the digits: 25 + 0.00 = 25.00.
        return rounded + new decimal(0, 0, 0, false, (byte)exponent);
    }

    /// <summary>Rounds to the digits of a currency.</summary>
    public static decimal ToCurrency(decimal exact, string currency, RoundingMode mode) => ToCurrency(exact, Currencies.ExponentOf(currency), mode);

    /// <summary>Digits after the point that an exact decimal needs (0.0450 needs 3).</summary>
    public static int PlacesOf(decimal value)
    {
        // Dividing by a one with 28 zeros leaves the value and drops its trailing zeros.
        const decimal one = 1.0000000000000000000000000000m;
        return (value / one).Scale;
    }
}
