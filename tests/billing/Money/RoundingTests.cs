// Rounding: the four modes against figures on paper and against a model in whole numbers.
using System.Globalization;
using System.Numerics;
using FsCheck.Fluent;
using OrleansBilling.Billing.Money;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Money;

public sealed class RoundingTests
{
    [Theory]
    // exact, digits         half away   half even   toward zero  away from zero
    [InlineData("16.85306", 2, "16.85", "16.85", "16.85", "16.86")]
    [InlineData("180.045", 2, "180.05", "180.04", "180.04", "180.05")]
    [InlineData("40.7925", 2, "40.79", "40.79", "40.79", "40.80")]
    [InlineData("86.275", 2, "86.28", "86.28", "86.27", "86.28")]
    [InlineData("-86.275", 2, "-86.28", "-86.28", "-86.27", "-86.28")]
    [InlineData("-0.001", 2, "0.00", "0.00", "0.00", "-0.01")]
    [InlineData("25", 2, "25.00", "25.00", "25.00", "25.00")]
    [InlineData("0", 2, "0.00", "0.00", "0.00", "0.00")]
    [InlineData("2.5", 0, "3", "2", "2", "3")]
    [InlineData("1.0005", 3, "1.001", "1.000", "1.000", "1.001")]
    [InlineData("0.0000000000000000000000000001", 2, "0.00", "0.00", "0.00", "0.01")]
    public void each_mode_on_paper(string exact, int digits, string halfAway, string halfEven, string towardZero, string awayFromZero)
    {
        var value = decimal.Parse(exact, CultureInfo.InvariantCulture);
        Print(value, digits, RoundingMode.HalfAwayFromZero).ShouldBe(halfAway);
        Print(value, digits, RoundingMode.HalfEven).ShouldBe(halfEven);
        Print(value, digits, RoundingMode.TowardZero).ShouldBe(towardZero);
        Print(value, digits, RoundingMode.AwayFromZero).ShouldBe(awayFromZero);
    }

    [Fact]
    public void rounding_agrees_with_whole_number_arithmetic() =>
        Gen.Choose(int.MinValue, int.MaxValue).Zip(Gen.Choose(0, 12)).Zip(Gen.Elements(0, 2, 3)).Zip(Gen.Elements(Enum.GetValues<RoundingMode>()))
            .ShouldHold(at =>
        {
            var (((mantissa, scale), digits), mode) = at;
            var exact = new decimal((int)Math.Abs((long)mantissa % int.MaxValue), 0, 0, mantissa < 0, (byte)scale);
            var minor = Rounding.ToCurrency(exact, digits, mode) * Power(digits);
            return new BigInteger(minor) == Model(new BigInteger(exact * Power(scale)), scale, digits, mode);
        });

    [Theory]
    [InlineData("half_away_from_zero", RoundingMode.HalfAwayFromZero)]
    [InlineData("half_even", RoundingMode.HalfEven)]
    [InlineData("toward_zero", RoundingMode.TowardZero)]
    [InlineData("away_from_zero", RoundingMode.AwayFromZero)]
    public void modes_have_names(string name, RoundingMode mode) => RoundingModes.Parse(name).ShouldBe(mode);

    [Theory]
    [InlineData("EUR", 2), InlineData("JPY", 0), InlineData("KWD", 3), InlineData("HUF", 2), InlineData("ISK", 0)]
    public void currencies_have_digits(string code, int digits) => Currencies.ExponentOf(code).ShouldBe(digits);

    [Theory]
    [InlineData("eur"), InlineData("XXX"), InlineData("HRK"), InlineData("")]
    public void unknown_currencies_are_not_known(string code) => Currencies.IsKnown(code).ShouldBeFalse();

    private static string Print(decimal value, int digits, RoundingMode mode) =>
        Rounding.ToCurrency(value, digits, mode).ToString(CultureInfo.InvariantCulture);

    private static decimal Power(int digits) => (decimal)BigInteger.Pow(10, digits);

    /// <summary>Minor units by division with remainder, sign set aside.</summary>
    private static BigInteger Model(BigInteger mantissa, int scale, int digits, RoundingMode mode)
    {
        var (sign, size) = (mantissa.Sign, BigInteger.Abs(mantissa) * BigInteger.Pow(10, digits));
        var unit = BigInteger.Pow(10, scale);
        var (whole, rest) = BigInteger.DivRem(size, unit);
        var twice = (rest * 2).CompareTo(unit);
        var up = mode switch
        {
            RoundingMode.HalfAwayFromZero => twice >= 0,
            RoundingMode.HalfEven => twice > 0 || (twice == 0 && !whole.IsEven),
            RoundingMode.AwayFromZero => !rest.IsZero,
            _ => false,
        };
        return sign * (whole + (up ? 1 : 0));
    }
}
