// Holds one by one, as a gateway uses them (domain 2.3 and 2.4).
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Holds;

public sealed class HoldTests
{
    [Fact]
    public void RTPE_03_what_is_captured_is_spent_and_the_rest_is_back()
    {
        var world = new PrepaidWorld(PrepaidWorld.Single("0.0441"));
        world.Receive("own", 4.50m);
        world.Place("h", 102).Hold!.Amount.ShouldBe(4.4982m);
        (world.Own.Held, world.Own.Available).ShouldBe((4.4982m, 0.0018m));
        world.Capture("h", 100).Outcome.ShouldBe(HoldOutcome.Done);
        (world.Own.Spent, world.Own.Held, world.Own.Available).ShouldBe((4.41m, 0m, 0.09m));
    }

    [Fact]
    public void RTPE_04_a_capture_whose_answer_was_lost_is_answered_again_and_spends_once()
    {
        var world = World(1m);
        world.Place("h", 10);
        world.Capture("h", 7);
        var again = world.Capture("h", 7);
        (again.Outcome, again.Frame.IsEmpty, again.Hold!.CapturedAmount, world.Own.Spent).ShouldBe((HoldOutcome.Done, true, 0.35m, 0.35m));
        world.Capture("h", 8).Outcome.ShouldBe(HoldOutcome.Conflict);
        world.Release("h").Outcome.ShouldBe(HoldOutcome.Conflict);
    }

    [Fact]
    public void placing_again_answers_the_same_hold_and_another_body_is_a_conflict()
    {
        var world = World(1m);
        world.Place("h", 10);
        var again = world.Place("h", 10);
        (again.Outcome, again.Frame.IsEmpty, world.Own.Held).ShouldBe((HoldOutcome.Done, true, 0.5m));
        world.Place("h", 11).Outcome.ShouldBe(HoldOutcome.Conflict);
    }

    [Fact]
    public void RTPE_05_two_that_do_not_fit_together_one_is_held()
    {
        var world = World(10m);
        world.Place("one", 120).Outcome.ShouldBe(HoldOutcome.Done);
        var other = world.Place("other", 120);
        (other.Outcome, other.Short!.Missing, world.Own.Held).ShouldBe((HoldOutcome.Short, 2m, 6m));
        var part = world.Place("other", 120, step: 1);
        (part.Outcome, part.Hold!.Quantity, part.Hold.Amount, world.Own.Available).ShouldBe((HoldOutcome.Done, 80m, 4m, 0m));
    }

    [Fact]
    public void a_part_is_a_whole_number_of_steps()
    {
        var world = World(1m);
        world.Place("h", 30, step: 7).Hold!.Quantity.ShouldBe(14m);
        world.Place("none", 30, step: 7).Outcome.ShouldBe(HoldOutcome.Short);
    }

    [Fact]
    public void RTPE_07_an_expired_hold_is_captured_late_only_with_the_proof_of_use_in_time()
    {
        var world = World(20m);
        world.Place("h", 64, seconds: 30);
        world.Own.Available.ShouldBe(16.8m);
        world.Now = 41;
        world.Expire();
        (world.Own.Available, world.State.Holds.Find("h")!.State).ShouldBe((20m, HoldState.Expired));
        world.Capture("h", 64).Outcome.ShouldBe(HoldOutcome.Expired);
        world.Capture("h", 64, usedAt: 30).Outcome.ShouldBe(HoldOutcome.Expired);
        var late = world.Capture("h", 64, usedAt: 12);
        (late.Outcome, late.Hold!.State, world.Own.Spent, world.Own.Available, world.Own.Forced).ShouldBe((HoldOutcome.Done, HoldState.LateCaptured, 3.2m, 16.8m, 0m));
        world.Capture("h", 64, usedAt: 12).Frame.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void what_a_late_capture_finds_no_money_for_is_forced_and_counted_apart()
    {
        var world = World(1m);
        world.Place("h", 20, seconds: 30);
        world.Now = 31;
        world.Expire();
        world.Send("1", 18).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.Capture("h", 20, usedAt: 1).Hold!.State.ShouldBe(HoldState.LateCaptured);
        (world.Own.Spent, world.Own.Forced, world.Own.Available).ShouldBe((1.9m, 0.9m, 0m));
    }

    [Fact]
    public void more_than_was_held_is_checked_anew_and_never_taken_silently()
    {
        var world = World(1m);
        world.Place("h", 10);
        var missing = world.Capture("h", 21);
        (missing.Outcome, missing.Short!.Missing, world.Own.Held).ShouldBe((HoldOutcome.Short, 0.05m, 0.5m));
        world.Capture("h", 20).Outcome.ShouldBe(HoldOutcome.Done);
        world.Own.Spent.ShouldBe(1m);
    }

    [Fact]
    public void PORT_11_a_reseller_without_credit_stops_its_customer_and_nothing_is_reserved_at_any_level()
    {
        var world = new PrepaidWorld();
        world.Receive("own", 50m);
        world.Receive("up", 0.02m);
        var refusal = new WalletRefusal("up", 0.01m, "partner:r", false);
        var decision = world.Send("1", 1, refusal);
        (decision.Outcomes.Single(), decision.Limits.Single()).ShouldBe((UsageOutcome.UpstreamCredit, (0, "partner:r")));
        world.Place("h", 1).Short!.Funding.Wallet.ShouldBe("up");
        (world.Own.Available, world.State.PurseOf("up")!.Available).ShouldBe((50m, 0.02m));
    }

    [Fact]
    public void a_capture_is_counted_like_any_event()
    {
        var world = World(1m);
        world.Place("h", 3);
        world.Capture("h", 2);
        var cell = world.State.Cells.ToArray().ShouldHaveSingleItem();
        (cell.Count, cell.Quantity, cell.Amount, cell.Purse).ShouldBe((1, 2m, 0.1m, 1));
        world.State.Ids.Count.ShouldBe(1);
    }

    private static PrepaidWorld World(decimal money)
    {
        var world = new PrepaidWorld(PrepaidWorld.Single("0.05"));
        world.Receive("own", money);
        return world;
    }
}
