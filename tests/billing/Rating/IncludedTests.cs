// Included units and overage: an event may cross the line in its middle, and so may a price version.
using FsCheck.Fluent;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Rating;

public sealed class IncludedTests
{
    private const string Now = "2025-05-20T12:00:00Z";

    [Theory]
    // unit   included overage   used  quantity  amount
    [InlineData("0.10", 0, null, "0", "3", "0.30")]
    [InlineData("0.10", 0, null, "1000", "3", "0.30")]
    [InlineData("0.10", 100, null, "0", "100", "0.00")]
    [InlineData("0.10", 100, null, "0", "100.5", "0.05")]
    [InlineData("0.10", 100, null, "99", "3", "0.20")]
    [InlineData("0.10", 100, null, "100", "3", "0.30")]
    [InlineData("0.10", 100, null, "101", "3", "0.30")]
    [InlineData(null, 100, "0.20", "90", "20", "2.00")]
    [InlineData(null, 100, "0.20", "0", "99", "0.00")]
    [InlineData("0.10", 100, "0.20", "90", "20", "3.00")] // included units cost the unit price, the rest overage
    [InlineData("0.10", 100, "0.20", "0", "10", "1.00")]
    [InlineData("0.10", 100, "0.20", "500", "10", "2.00")]
    [InlineData("0.10", 100, null, "99", "0", "0.00")]
    public void an_event_costs_what_it_adds_to_the_total(string? unit, int included, string? overage, string used, string quantity, string amount) =>
        UsagePrice.Amount(World.Price("c", unit, included: included, overage: overage),
            decimal.Parse(used), decimal.Parse(quantity)).ShouldBe(decimal.Parse(amount));

    [Fact]
    public void an_event_crosses_from_included_to_overage_in_its_middle()
    {
        var state = new SubscriptionState();
        state.Decide(World.Terms(World.Leg(World.Price("sms", null, included: 100, overage: "0.07"))), Now,
            new TestEvent("1", Now, 90), new TestEvent("2", Now, 25), new TestEvent("3", Now, 10));
        state.Ledger().ShouldBe(["retail sms.1 2025-05 3 x 125 = 1.75"]);
    }

    [Fact]
    public void units_used_under_an_earlier_version_of_the_price_count()
    {
        var terms = World.Terms(World.Leg("retail", World.Helsinki,
            ("2025-01-01", [World.Price("sms", "0.10", included: 100), World.Price("fi", "1", "country=FI")]),
            ("2025-05-15", [World.Price("sms", "0.20", included: 120), World.Price("fi", "1", "country=FI")])));
        var state = new SubscriptionState();
        state.Decide(terms, Now, new TestEvent("1", "2025-05-14T00:00:00Z", 90), new TestEvent("0", "2025-05-14T00:00:00Z", 500, dimensions: "country=FI"),
            new TestEvent("2", "2025-05-16T00:00:00Z", 40), new TestEvent("3", "2025-05-14T00:00:00Z", 10));
        state.Ledger().ShouldBe([
            "retail sms.1 2025-05 2 x 100 = 1", // 90 included, then 10 after 130
            "retail fi.1 2025-05 1 x 500 = 500",
            "retail sms.2 2025-05 1 x 40 = 2", // 30 to 120, 10 beyond
        ]);
    }

    [Fact]
    public void every_period_and_every_leg_has_its_own_included_units()
    {
        var terms = World.Terms(World.Leg("a", World.Helsinki, ("2025-01-01", [World.Price("sms", "1", included: 10)])),
            World.Leg("b", World.NewYork25, ("2025-01-01", [World.Price("sms", "1", included: 5)])));
        var state = new SubscriptionState();
        state.Decide(terms, Now, new TestEvent("1", "2025-04-30T20:59:59Z", 10), new TestEvent("2", "2025-04-30T21:00:00Z", 10));
        state.Ledger().ShouldBe(["a sms.1 2025-04 1 x 10 = 0", "b sms.1 2025-05 2 x 20 = 15",
            "a sms.1 2025-05 1 x 10 = 0"]);
    }

    [Fact]
    public void however_units_are_cut_into_events_the_total_is_the_same() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var random = new Random(seed);
            decimal[] pers = [1, 1000, 3, 60, 7];
            var charge = World.Price("c", "0.013", included: random.Next(2) * random.Next(500),
                overage: random.Next(2) == 0 ? null : "0.029", per: pers[random.Next(pers.Length)]);
            var (total, used) = (0m, 0m);
            for (var left = random.Next(1, 30); left > 0; left--)
            {
                var quantity = random.Next(0, 100_000) / 1000m;
                total += UsagePrice.Amount(charge, used, quantity);
                used += quantity;
            }

            return total == UsagePrice.Amount(charge, 0, used);
        });

    [Fact]
    public void sixty_seconds_at_a_price_per_minute_cost_exactly_the_price()
    {
        // 6 × 0.005/6 must be 0.005, or half a cent is rounded the wrong way on the document (domain 0.3, rule 5).
        foreach (var included in new[] { 0, 60 })
        {
            var state = new SubscriptionState();
            var terms = World.Terms(World.Leg(World.Price("min", "0.005", per: 60, included: included, overage: included == 0 ? null : "0.005")));
            state.Decide(terms, World.At(Now), [.. Enumerable.Range(0, 6).Select(number => new TestEvent($"{number}", World.At(Now), 10))]);
            state.Cells[0].Amount.ShouldBe(0.005m);
        }
    }
}
