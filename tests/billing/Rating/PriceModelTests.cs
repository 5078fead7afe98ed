// The price models: tables of what units cost, and properties that hold for any figures.
using System.Globalization;
using FsCheck.Fluent;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Rating;

public sealed class PriceModelTests
{
    private const string Now = "2025-05-20T12:00:00Z";

    // 1,000 at 0.04, to 5,000 at 0.03, the rest at 0.02; 10 on reaching the second tier, 5 in any case.
    internal static readonly PriceTier[] Tiers =
    [
        new() { UpTo = 1000, UnitPrice = 0.04m, FlatPrice = 5 }, new() { UpTo = 5000, UnitPrice = 0.03m, FlatPrice = 10 }, new() { UnitPrice = 0.02m },
    ];

    internal static UsageCharge Graduated => new() { Id = "c", Meter = "sms", Model = "graduated", Tiers = Tiers };
    internal static UsageCharge Volume => Graduated with { Model = "volume" };
    internal static UsageCharge Package => new() { Id = "c", Meter = "sms", Model = "package", PackageSize = 100, UnitPrice = 3, FreeUnits = 50 };
    internal static UsageCharge Flat => new() { Id = "c", Meter = "sms", Model = "flat", UnitPrice = 7.5m };
    internal static UsageCharge Percentage =>
        new() { Id = "c", Meter = "sms", Model = "percentage", Percent = 2.5m, FixedFee = 0.10m, MinimumPerEvent = 0.50m, MaximumPerEvent = 20 };
    internal static UsageCharge Capped => new() { Id = "c", Meter = "sms", UnitPrice = 0.05m, Maximum = 30 };

    [Theory]
    [InlineData("0", "1000", "40")] // the end of a tier belongs to it
    [InlineData("0", "1000.5", "50.015")] // a fraction above it is in the next one, whose flat price is due
    [InlineData("1000", "1", "10.03")]
    [InlineData("0", "5000", "170")]
    [InlineData("4999", "2", "0.05")]
    [InlineData("6000", "100", "2")]
    public void graduated_each_unit_costs_the_price_of_its_tier(string used, string quantity, string amount) => Cost(Graduated, used, quantity).ShouldBe(D(amount));

    [Theory]
    [InlineData("0", "1000", "40")]
    [InlineData("0", "1001", "35.03")] // 1,001 × 0.03 + 10, less the 5 that every period owes
    [InlineData("1000", "1", "-4.97")] // reaching a cheaper tier gives back what the units before cost more
    [InlineData("5000", "1", "-59.98")]
    public void volume_all_units_cost_the_price_of_the_tier_that_the_total_is_in(string used, string quantity, string amount) =>
        Cost(Volume, used, quantity).ShouldBe(D(amount));

    [Theory]
    [InlineData("0", "50", "0")] // free
    [InlineData("0", "50.1", "3")] // a begun package is a whole one
    [InlineData("50", "100", "3")]
    [InlineData("60", "90", "0")]
    [InlineData("150", "1", "3")]
    public void packages_are_rounded_up_after_the_free_units(string used, string quantity, string amount) => Cost(Package, used, quantity).ShouldBe(D(amount));

    [Theory]
    [InlineData("0", "0", "0")]
    [InlineData("0", "1", "7.5")]
    [InlineData("1", "1000", "0")]
    public void a_flat_price_is_due_once_in_a_period_with_usage(string used, string quantity, string amount) => Cost(Flat, used, quantity).ShouldBe(D(amount));

    [Theory]
    [InlineData("100", "2.60")]
    [InlineData("1", "0.50")] // at least
    [InlineData("10000", "20")] // at most
    public void a_percentage_is_taken_of_each_event(string quantity, string amount)
    {
        Cost(Percentage, "0", quantity).ShouldBe(D(amount));
        Cost(Percentage, "123456", quantity).ShouldBe(D(amount));
    }

    [Theory]
    [InlineData("0", "600", "30")]
    [InlineData("0", "10000", "30")]
    [InlineData("590", "20", "0.5")]
    [InlineData("600", "1", "0")]
    public void a_period_costs_at_most_the_maximum(string used, string quantity, string amount) => Cost(Capped, used, quantity).ShouldBe(D(amount));

    [Theory]
    [InlineData("graduated", null, "1", "5")]
    [InlineData("volume", null, "0", "5")]
    [InlineData("graduated", "50", "0", "50")]
    [InlineData("graduated", "50", "47", "5")] // the base price is owed even where little is missing to the minimum
    [InlineData("per_unit", "50", "12.5", "37.5")]
    [InlineData("per_unit", "50", "50", "0")]
    [InlineData("per_unit", "50", "60", "0")]
    public void a_period_owes_the_base_price_or_what_is_missing_to_the_minimum(string model, string? minimum, string counted, string amount) =>
        UsagePrice.Standing(new UsageCharge { Id = "c", Meter = "sms", Model = model, UnitPrice = model == "per_unit" ? 1 : null,
            Tiers = model == "per_unit" ? null : Tiers, Minimum = minimum is null ? null : D(minimum) }, D(counted)).ShouldBe(D(amount));

    [Fact]
    public void however_units_are_cut_into_events_the_total_is_the_same_and_never_below_zero() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            var charge = Any(random);
            var (total, used, least) = (0m, 0m, 0m);
            for (var left = random.Next(1, 40); left > 0; left--)
            {
                var quantity = random.Next(0, 4_000_000) / 1000m;
                total += UsagePrice.Amount(charge, used, quantity);
                used += quantity;
                least = Math.Min(least, total + UsagePrice.Standing(charge with { Minimum = null }, total));
            }

            return total == UsagePrice.Amount(charge, 0, used) && least >= 0;
        });

    [Fact]
    public void the_order_of_events_does_not_change_what_they_cost_together() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            var charge = random.Next(5) == 0 ? Percentage : Any(random);
            var quantities = Enumerable.Range(0, random.Next(1, 20)).Select(_ => random.Next(0, 3_000_000) / 1000m).ToArray();
            var sum = Sum(charge, quantities);
            random.Shuffle(quantities);
            return sum == Sum(charge, quantities);
        });

    [Fact]
    public void tiers_count_all_price_versions_of_a_period()
    {
        var cheaper = Graduated with { Tiers = [new() { UpTo = 1000, UnitPrice = 1 }, new() { UnitPrice = 0.5m }] };
        var state = new SubscriptionState();
        state.Decide(World.Terms(World.Leg("retail", World.Helsinki, ("2025-01-01", [Graduated]), ("2025-05-15", [cheaper]))), Now,
            new TestEvent("1", "2025-05-14T00:00:00Z", 900), new TestEvent("2", "2025-05-16T00:00:00Z", 200));
        state.Ledger().ShouldBe(["retail c.1 2025-05 1 x 900 = 36", "retail c.2 2025-05 1 x 200 = 150"]); // 100 at 1, 100 at 0.5
    }

    [Fact]
    public void cost_plus_builds_on_what_the_seller_pays_whatever_the_order_of_the_legs()
    {
        LegRater Leg(string seller, string buyer, Charge charge, string currency = "EUR") => new(seller + "-" + buyer,
            new Agreement { Kind = "wholesale", Seller = seller, Buyer = buyer, Calendar = "helsinki" }, "plan-" + buyer, World.Helsinki,
            new PlanTimeline([(1, new PlanVersion { EffectiveFrom = new() { Date = new(2025, 1, 1) }, Charges = [charge] })], World.Helsinki.Zone),
            meter => World.Meters[meter], currency);
        var plus = new UsageCharge { Id = "plus", Meter = "sms", Model = "cost_plus", Percent = 20 };
        var legs = new[] { Leg("r", "sub", plus with { Percent = 50 }), Leg("sub", "c", plus), Leg("op", "r", World.Price("cost", "0.035")) };
        var state = new SubscriptionState();
        state.Decide(World.Terms(legs), Now, new TestEvent("1", Now, 100), new TestEvent("2", Now, 20)).Accepted.ShouldBe(2);
        state.Ledger().Order().ShouldBe(["op-r cost.1 2025-05 2 x 120 = 4.2", "r-sub plus.1 2025-05 2 x 120 = 6.3", "sub-c plus.1 2025-05 2 x 120 = 7.56"]);
        foreach (var alone in new[] { World.Terms(legs[1]), World.Terms(legs[1], Leg("r", "sub", World.Price("cost", "1"), "SEK")) })
            new SubscriptionState().Decide(alone, Now, new TestEvent("1", Now, 1)).Outcomes.ShouldBe([UsageOutcome.NoPrice]);
    }

    private static UsageCharge Any(Random random)
    {
        var charge = random.Next(5) switch { 0 => Graduated, 1 => Volume, 2 => Package, 3 => Flat, _ => Capped };
        if (charge.Tiers is not null)
        {
            var ends = new[] { random.Next(1, 1000), random.Next(1000, 9000) };
            charge = charge with
            {
                FreeUnits = random.Next(2) * random.Next(700), Per = new[] { 1m, 8, 1000 }[random.Next(3)],
                // Falling prices, as volumes are sold: then no total falls below its base price.
                Tiers = [new() { UpTo = ends[0], UnitPrice = 0.09m, FlatPrice = random.Next(3) }, new() { UpTo = ends[1], UnitPrice = 0.05m }, new() { UnitPrice = 0.013m }],
            };
        }

        return charge with { Maximum = charge.Model == "flat" || random.Next(3) > 0 ? charge.Maximum : random.Next(10, 90) };
    }

    private static decimal Sum(UsageCharge charge, IEnumerable<decimal> quantities)
    {
        var (total, used) = (0m, 0m);
        foreach (var quantity in quantities)
        {
            total += UsagePrice.Amount(charge, used, quantity);
            used += quantity;
        }

        return total;
    }

    private static decimal Cost(UsageCharge charge, string used, string quantity) => UsagePrice.Amount(charge, D(used), D(quantity));

    private static decimal D(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
