// What is taken back is what stood, to the last digit: the line is rounded, never the reversal (domain 0.2, rules 2 and 6).
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Corrections;

public sealed class ReversalTests
{
    [Theory]
    [InlineData("7", "0.315")]
    [InlineData("1", "0.0000000001")]
    [InlineData("186.5", "8.3925")]
    [InlineData("-2", "-0.09")]
    public void a_reversal_and_what_it_reverses_are_nothing(string quantity, string amount)
    {
        var leg = new LegAmount(1, decimal.Parse(quantity, System.Globalization.CultureInfo.InvariantCulture),
            decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture));
        (leg.Quantity + leg.Reversed.Quantity, leg.Amount + leg.Reversed.Amount).ShouldBe((0m, 0m));
        leg.Reversed.Reversed.ShouldBe(leg);
    }
}
