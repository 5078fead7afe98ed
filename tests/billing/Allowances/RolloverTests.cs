// Rollover case by case: what a seal carries over, what it pays for and in which order, until when it lasts, and what ends it.
using NodaTime;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Allowances;

public sealed class RolloverTests
{
    [Fact]
    public void unused_included_units_pay_in_the_next_period_first_and_only_there()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("one_period"));
        world.Send("05-10", 60);
        world.Close("2025-05").Carried.Select(units => (units.Quantity, units.Period, units.Charge)).ShouldBe([(40m, "2025-05", "sms")]);
        world.Send("06-10", 30).ShouldBe("rolled 30");
        world.Send("06-11", 30).ShouldBe("rolled 10, plan 20 = 0");
        world.Send("06-12", 90).ShouldBe("plan 90 = 1.0");
        Lines(world.Close("2025-06")).ShouldBe(["rollover 40 = 0", "usage 110 = 1.0"]);
        // All of June's own were used, so nothing of it rolls over.
        world.Send("07-02", 101).ShouldBe("plan 101 = 0.1");
        world.Proved();
    }

    [Fact]
    public void units_roll_over_once()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("one_period"));
        world.Close("2025-05").Carried.Single().Quantity.ShouldBe(100);
        world.Close("2025-06").Carried.Single().Quantity.ShouldBe(100);
        world.Send("07-02", 201).ShouldBe("rolled 100, plan 101 = 0.1");
        world.Proved();
    }

    [Fact]
    public void without_a_limit_they_roll_over_until_they_are_used()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("unlimited"));
        world.Close("2025-05");
        world.Send("06-02", 30);
        world.Close("2025-06").Carried.Single().Quantity.ShouldBe(170);
        world.Close("2025-07").Carried.Single().Quantity.ShouldBe(270);
        world.Send("08-02", 371).ShouldBe("rolled 270, plan 101 = 0.1");
        world.Close("2025-08").Carried.ShouldBeEmpty();
        world.Proved();
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("one_period", 25)]
    [InlineData("unlimited", 25)]
    public void no_more_is_carried_than_the_plan_allows(string rule, decimal carried)
    {
        var world = new RolloverWorld(RolloverWorld.Plan(rule, max: 25));
        world.Send("05-10", 10);
        world.Close("2025-05").Carried.Sum(units => units.Quantity).ShouldBe(carried);
        world.Close("2025-06").Carried.Sum(units => units.Quantity).ShouldBe(carried);
    }

    [Fact]
    public void late_usage_has_its_own_periods_units_until_somebody_has_used_them_and_never_the_current_ones()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("one_period"));
        world.Send("05-10", 60);
        world.Close("2025-05");
        world.Send("05-11", 15).ShouldBe("rolled 15");
        world.Send("06-02", 20).ShouldBe("rolled 20");
        world.Send("05-12", 9).ShouldBe("rolled 5, plan 4 = 0.4");
        world.Send("06-03", 100).ShouldBe("plan 100 = 0");
        Lines(world.Close("2025-06")).ShouldBe(["late rollover 20 = 0", "rollover 20 = 0", "late usage 4 = 0.4", "usage 100 = 0"], ignoreOrder: true);
        world.Proved();
    }

    [Fact]
    public void late_usage_finds_what_a_cap_has_left_behind_before_what_was_carried_on()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("one_period", max: 10));
        world.Close("2025-05");
        world.Send("05-12", 91).ShouldBe("rolled 1, plan 90 = 0");
        world.Send("06-02", 10).ShouldBe("rolled 9, plan 1 = 0");
    }

    // In the days in which May is still open, June's events use June's own units; what rolls over then stands in for them.
    [Fact]
    public void what_was_used_before_the_seal_costs_no_unit_of_the_next_rollover()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("one_period"));
        world.Send("06-01", 30).ShouldBe("plan 30 = 0");
        world.Send("05-31", 60).ShouldBe("plan 60 = 0");
        world.Close("2025-05").Carried.Single().Quantity.ShouldBe(40);
        world.Send("06-20", 5).ShouldBe("rolled 5");
        // 35 used in June, 40 were carried in: none of June's own.
        world.Close("2025-06").Carried.Select(units => (units.FromIncluded, units.FromLot)).ShouldBe([(70m, 30m)]);
        world.Send("07-20", 201).ShouldBe("rolled 100, plan 101 = 0.1");
        world.Proved();
    }

    [Theory]
    [InlineData("small", "rolled 10", "plan 30 = 1.0")] // Fewer included: forfeited from that instant on.
    [InlineData("other", "rolled 10", "plan 30 = 3.0")] // None of these.
    [InlineData("same", "rolled 10", "rolled 30")]
    [InlineData("large", "rolled 10", "rolled 30")]
    public void a_change_to_a_plan_that_includes_fewer_forfeits_what_was_carried_over(string plan, string before, string after)
    {
        var world = new RolloverWorld(RolloverWorld.Changed(("plan-retail", "2025-01-01", RolloverWorld.Plan("one_period")),
            (plan, "2025-06-15", plan switch
            {
                "small" => RolloverWorld.Plan("one_period", included: 20),
                "large" => RolloverWorld.Plan("one_period", included: 500),
                "other" => World.Price("call", "0.1", match: "country=FI"),
                _ => RolloverWorld.Plan(null) with { Id = "text" },
            })));
        world.Send("05-10", 60);
        world.Close("2025-05");
        world.Send("06-14", 10).ShouldBe(before);
        if (plan == "other")
            world.Send("06-15", 30, "country=FI").ShouldBe(after);
        else
            world.Send("06-15", 30).ShouldBe(after);
        world.Close("2025-06").Carried.Sum(units => units.Quantity).ShouldBe(plan switch { "large" => 500, _ => 0 });
        world.Proved();
    }

    [Fact]
    public void units_that_were_forfeited_are_carried_no_further()
    {
        var world = new RolloverWorld(RolloverWorld.Changed(("plan-retail", "2025-01-01", RolloverWorld.Plan("unlimited")),
            ("small", "2025-06-15", RolloverWorld.Plan("unlimited", included: 20))));
        world.Close("2025-05").Carried.Single().Quantity.ShouldBe(100);
        world.Close("2025-06").Carried.Select(units => (units.Quantity, units.Plan)).ShouldBe([(20m, "small")]);
        world.Proved();
    }

    [Fact]
    public void another_version_of_the_plan_takes_nothing_away()
    {
        var world = new RolloverWorld(RolloverWorld.TermsOf(World.Leg("retail", World.Helsinki, ("2025-01-01", [RolloverWorld.Plan("one_period")]),
            ("2025-06-01", [RolloverWorld.Plan(null, included: 10)]))));
        world.Close("2025-05").Carried.Single().Quantity.ShouldBe(100);
        world.Send("06-02", 111).ShouldBe("rolled 100, plan 11 = 0.1");
        world.Close("2025-06").Carried.ShouldBeEmpty();
    }

    [Fact]
    public void units_of_one_kind_do_not_pay_for_another()
    {
        var world = new RolloverWorld(RolloverWorld.TermsOf(World.Leg(RolloverWorld.Plan("one_period"), RolloverWorld.Plan("one_period", included: 7) with
        {
            Id = "fi", Match = new() { ["country"] = "FI" },
        })));
        world.Close("2025-05").Carried.Select(units => (units.Charge, units.Kind, units.Quantity)).ShouldBe([("sms", "", 100m), ("fi", "country=FI", 7m)]);
        world.Send("06-02", 20, "country=FI").ShouldBe("rolled 7, plan 13 = 0.6");
        world.Send("06-02", 200, "country=SE").ShouldBe("rolled 100, plan 100 = 0");
        world.Proved();
    }

    [Theory]
    [InlineData("2025-05-20T00:00:00Z", null, 0)] // Has not begun.
    [InlineData("2025-01-01T00:00:00Z", "2025-04-30T21:00:00Z", 300)] // Ends with the period: there is no next one.
    [InlineData("2025-01-01T00:00:00Z", "2025-04-30T21:00:01Z", 400)]
    public void only_where_service_goes_on(string from, string? until, decimal carried)
    {
        var world = new RolloverWorld(World.Terms(from, until, World.Leg(RolloverWorld.Plan("unlimited"))));
        world.Close("2025-04").Carried.Sum(units => units.FromIncluded).ShouldBe(carried);
    }

    [Fact]
    public void periods_that_nobody_sealed_carry_over_one_after_the_other()
    {
        var world = new RolloverWorld(World.Terms("2025-02-10T00:00:00Z", null, World.Leg(RolloverWorld.Plan("unlimited"))));
        world.Close("2025-04").Carried.Select(units => (units.Period, units.FromIncluded, units.FromGrant, units.FromLot)).ShouldBe(
            [("2025-02", 100m, 0, 0m), ("2025-03", 100m, 1, 100m), ("2025-04", 100m, 2, 200m)]);
        world.Send("05-02", 301).ShouldBe("rolled 300, plan 1 = 0");
        world.Proved();
    }

    [Fact]
    public void a_service_that_waits_for_its_first_use_has_nothing_to_carry()
    {
        var terms = RolloverWorld.TermsOf(World.Leg(RolloverWorld.Plan("one_period")));
        var world = new RolloverWorld(terms with { Definition = terms.Definition with { Activation = "first_use" } });
        world.Close("2025-04").Carried.ShouldBeEmpty();
        world.Send("05-31", 30);
        world.Close("2025-05").Carried.Single().Quantity.ShouldBe(70);
    }

    private static string[] Lines(Billing.Usage.Seal seal) => [.. seal.Lines.Select(line =>
        $"{(line.Late ? "late " : "")}{line.Kind} {RolloverWorld.Text(line.Quantity)} = {RolloverWorld.Text(line.Amount, true)}")];
}
