// Splits: the parts sum to the whole, and ties go to the first.
using System.Globalization;
using FsCheck.Fluent;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Money;

public sealed class SplitTests
{
    [Theory]
    [InlineData("0.05", "50 50", "0.03 0.02")]
    [InlineData("10.00", "1 1 1", "3.34 3.33 3.33")]
    [InlineData("-10.00", "1 1 1", "-3.34 -3.33 -3.33")]
    [InlineData("99.99", "70 30", "69.99 30.00")]
    [InlineData("100.00", "33.33 66.67 0", "33.33 66.67 0.00")]
    [InlineData("0.00", "1 2", "0.00 0.00")]
    public void a_split_on_paper(string total, string weights, string parts) =>
        string.Join(' ', Split.ByWeight(Number(total), [.. weights.Split(' ').Select(Number)], 2).Select(part => MoneyText.Print(part, "EUR"))).ShouldBe(parts);

    [Fact]
    public void the_parts_are_the_whole_and_none_is_a_unit_off() =>
        Gen.Choose(-1_000_000, 1_000_000).Zip(Gen.Choose(0, 100_000).NonEmptyListOf()).ShouldHold(at =>
        {
            var (cents, weights) = at;
            if (weights.All(weight => weight == 0)) return true;
            var total = cents / 100m;
            var sum = weights.Sum(weight => (decimal)weight);
            var parts = Split.ByWeight(total, [.. weights.Select(weight => weight / 1000m)], 2);
            return parts.Sum() == total && parts.Select((part, i) => decimal.Abs(part - total * weights[i] / sum)).All(off => off < 0.01m);
        });

    [Fact]
    public void weights_without_a_positive_one_are_a_bug()
    {
        Should.Throw<ArgumentException>(() => Split.ByWeight(1, [0, 0], 2));
        Should.Throw<ArgumentException>(() => Split.ByWeight(1, [1, -1], 2));
        Should.Throw<ArgumentException>(() => Split.ByWeight(0.001m, [1], 2));
    }

    [Fact]
    public void currencies_do_not_mix()
    {
        (new MoneyAmount(1, "EUR") + new MoneyAmount(2, "EUR")).ToString().ShouldBe("3 EUR");
        Should.Throw<InvalidOperationException>(() => new MoneyAmount(1, "EUR") + new MoneyAmount(1, "SEK"));
        Should.Throw<InvalidOperationException>(() => new MoneyAmount(1, "EUR") - default(MoneyAmount));
        Should.Throw<ArgumentException>(() => new MoneyAmount(1, "EURO"));
    }

    [Fact]
    public void the_default_is_no_money() => default(MoneyAmount).ToString().ShouldBe("no money");

    [Fact]
    public void money_in_json_names_amount_and_currency() =>
        Definitions.Write(new MoneyAmount(815.04m, "EUR")).ShouldBe("""{"amount":"815.04","currency":"EUR"}""");

    [Theory]
    [InlineData("815.04", "EUR", "815.04"), InlineData("25", "EUR", "25.00"), InlineData("25", "JPY", "25"), InlineData("-1.5", "KWD", "-1.500")]
    public void amounts_print_with_exactly_the_digits_of_their_currency(string amount, string currency, string printed) =>
        MoneyText.Print(Number(amount), currency).ShouldBe(printed);

    [Fact]
    public void an_unrounded_amount_is_never_printed() => Should.Throw<ArgumentException>(() => MoneyText.Print(1.005m, "EUR"));

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
