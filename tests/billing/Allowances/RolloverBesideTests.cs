// Units that were carried over beside packages and holds, and packages that roll over themselves.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Allowances;

public sealed class RolloverBesideTests
{
    [Fact]
    public void they_come_before_packages_that_end_sooner_unless_these_have_a_lower_priority()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("one_period"));
        world.Send("05-10", 90);
        world.Close("2025-05");
        world.Now = World.At("2025-06-02T00:00:00Z");
        world.Grant("soon", 5, "06-05");
        world.Send("06-02", 112).ShouldBe("rolled 10, package 5, plan 97 = 0");
        world.Grant("first", 5, "06-05", priority: -1);
        world.Send("06-02", 6).ShouldBe("package 5, plan 1 = 0");
    }

    [Theory]
    [InlineData(RolloverRule.None, "06-01", "05-31", true)]
    [InlineData(RolloverRule.None, "06-01", "06-01", false)]
    [InlineData(RolloverRule.OnePeriod, "06-01", "06-30", true)]
    [InlineData(RolloverRule.OnePeriod, "06-01", "07-01", false)]
    [InlineData(RolloverRule.OnePeriod, "06-10", "07-31", true)] // Expires within June, so it lasts through July.
    [InlineData(RolloverRule.OnePeriod, "06-10", "08-01", false)]
    [InlineData(RolloverRule.Unlimited, "06-01", "12-31", true)]
    public void what_is_left_of_a_package_lasts_as_its_rule_says(RolloverRule rule, string expires, string sent, bool covered)
    {
        var world = new RolloverWorld(World.Price("sms", "0.1"));
        world.Grant("p", 5, expires, rule: rule);
        world.Send(sent, 3).ShouldBe(covered ? "package 3" : "plan 3 = 0.3");
        world.Proved();
    }

    [Fact]
    public void a_package_that_has_rolled_over_comes_before_this_months_one_and_the_included_units()
    {
        var world = new RolloverWorld(World.Price("sms", "0.1", included: 100));
        world.Grant("may", 10, "06-01", rule: RolloverRule.OnePeriod);
        // It lasts longer than May's included units, which are used first.
        world.Send("05-20", 104).ShouldBe("package 4, plan 100 = 0");
        world.Now = World.At("2025-06-02T00:00:00Z");
        world.Grant("june", 10, "06-20");
        world.Send("06-02", 7).ShouldBe("package 6, package 1");
        (world.Left("may"), world.Left("june")).ShouldBe((0m, 9m));
    }

    [Fact]
    public void what_a_hold_keeps_stays_where_it_is()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("unlimited"));
        world.Close("2025-05");
        world.Now = World.At("2025-06-30T20:59:50Z");
        world.Hold("h", 30);
        world.Close("2025-06").Carried.Select(units => (units.FromIncluded, units.FromLot)).ShouldBe([(100m, 70m)]);
        world.Capture("h", 30).ShouldBe("rolled 30");
        world.Proved();
    }
}
