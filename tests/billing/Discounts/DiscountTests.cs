// Coupons on the lines of a seal: percentages and amounts, for some periods, never below zero.
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Money;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Discounts;

public sealed class DiscountTests
{
    private static readonly Coupon Tenth = new() { Percent = 10 };
    private static readonly Coupon Five = new() { Amount = 5, Currency = "EUR" };

    [Theory]
    [InlineData("recurring 25.00, usage 10.005", "-3.501")] // of 25.00 and 10.01, as they are printed
    [InlineData("usage 10.00, surcharge 1.00", "-1.1")]
    [InlineData("usage 10.00 prepaid 10.00", "")]
    [InlineData("usage 10.00 prepaid 4.00", "-0.6")]
    [InlineData("usage 0.00", "")]
    public void a_percentage_is_of_what_is_invoiced(string lines, string discounts) => Off(lines, Tenth).ShouldBe(discounts);

    [Theory]
    [InlineData("recurring 25.00, usage 10.00", "-5")]
    [InlineData("recurring 3.00", "-3")]
    [InlineData("recurring 3.00, usage -1.00", "-2")]
    [InlineData("usage -1.00", "")]
    [InlineData("usage 0.00", "")]
    public void an_amount_is_no_more_than_the_period_comes_to(string lines, string discounts) => Off(lines, Five).ShouldBe(discounts);

    [Fact]
    public void fees_and_usage_can_be_told_apart()
    {
        Off("recurring 25.00, usage 10.00", Tenth with { AppliesTo = "fees" }).ShouldBe("-2.5");
        Off("recurring 25.00, usage 10.00", Tenth with { AppliesTo = "usage" }).ShouldBe("-1");
        Off("recurring 2.00, usage 10.00", Five with { AppliesTo = "fees" }).ShouldBe("-2");
    }

    [Fact]
    public void several_take_off_no_more_than_there_is()
    {
        Off("usage 8.00", Five, Five).ShouldBe("-5 -3");
        Off("usage 10.00", new Coupon { Percent = 60 }, new Coupon { Percent = 60 }).ShouldBe("-6 -4");
        Off("usage 10.00", new Coupon { Percent = 100 }, Five).ShouldBe("-10");
    }

    [Theory]
    [InlineData(1, "2025-05", "-1")]
    [InlineData(1, "2025-06", "")]
    [InlineData(3, "2025-07", "-1")]
    [InlineData(3, "2025-08", "")]
    [InlineData(3, "2025-04", "")]
    [InlineData(null, "2030-12", "-1")]
    [InlineData(null, "2025-04", "")]
    public void it_counts_for_its_periods_from_the_one_that_holds_its_day(int? periods, string label, string discounts) =>
        Off("usage 10.00", label, false, Tenth with { Periods = periods }).ShouldBe(discounts);

    [Fact]
    public void late_usage_is_discounted_as_its_own_period_was_and_what_is_taken_back_too()
    {
        Off("usage 10.00", "2025-05", true, Tenth with { Periods = 1 }).ShouldBe("-1");
        Off("usage -10.00", "2025-05", true, Tenth with { Periods = 1 }).ShouldBe("1");
        Off("usage 10.00", "2025-05", true, Five).ShouldBe("");
    }

    [Fact]
    public void whatever_coupons_there_are_rounded_lines_never_come_below_zero()
    {
        for (var seed = 1; seed <= 5_000; seed++)
        {
            var random = new Random(seed);
            var lines = Enumerable.Range(0, random.Next(1, 8)).Select(n => Line("usage", random.Next(0, 3_000_000) / 100_000m * (random.Next(5) == 0 ? 0.001m : 1))).ToList();
            var coupons = Enumerable.Range(0, random.Next(1, 4)).Select(n => random.Next(2) == 0
                ? new Coupon { Percent = random.Next(1, 1_000_001) / 10_000m } : new Coupon { Amount = random.Next(1, 5_000) / 100m, Currency = "EUR" }).ToArray();
            var made = Of(lines, coupons);
            var rounded = lines.Concat(made).Sum(line => Rounding.ToCurrency(line.Amount, "EUR", RoundingMode.HalfAwayFromZero));
            rounded.ShouldBeGreaterThanOrEqualTo(0, $"seed {seed}");
            made.ShouldAllBe(line => line.Amount < 0);
        }
    }

    [Fact]
    public void what_is_wrong_with_a_coupon_is_named()
    {
        CouponRules.Check(new Coupon()).ShouldHaveSingleItem().Key.ShouldBe("percent");
        CouponRules.Check(new Coupon { Percent = 10, Amount = 1 }).Select(error => error.Key).ShouldBe(["percent", "currency"]);
        CouponRules.Check(new Coupon { Percent = 101, Periods = 0, AppliesTo = "some" }).Select(error => error.Key).ShouldBe(["percent", "periods", "applies_to"]);
        CouponRules.Check(Five).IsEmpty.ShouldBeTrue();
    }

    private static string Off(string lines, params Coupon[] coupons) => Off(lines, "2025-05", false, coupons);

    private static string Off(string lines, string label, bool late, params Coupon[] coupons) =>
        string.Join(' ', Of([.. lines.Split(", ").Select(text => text.Split(' ')).Select(words => Line(words[0], Exact(words[1]), words.Length > 2 ? Exact(words[3]) : 0, label, late))],
            coupons).Select(line => MoneyText.Exact(line.Amount / 1.0000000000000000000000000000m)));

    private static List<SealedLine> Of(IReadOnlyList<SealedLine> lines, params Coupon[] coupons) =>
        [.. DiscountDecider.Of(World.Leg(World.Price("sms", "1")), [.. coupons.Select((coupon, n) => new Redeemed($"c{n}", coupon, new(2025, 5, 20)))], lines, NodaTime.Instant.MinValue)];

    private static SealedLine Line(string kind, decimal amount, decimal prepaid = 0, string label = "2025-05", bool late = false) => new()
    {
        Agreement = "retail", Kind = kind, Plan = "p", PlanVersion = 1, Charge = "x", OriginalPeriod = label, From = new(2025, 5, 1), To = new(2025, 5, 31), Quantity = 1,
        Amount = amount, Prepaid = prepaid, Late = late,
    };

    private static decimal Exact(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
