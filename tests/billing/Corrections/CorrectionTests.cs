// Corrections one by one: what they take back, what they refuse, and what the journal makes of them.
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Corrections;

public sealed class CorrectionTests
{
    private const long Day = 86_400;

    [Fact]
    public void a_retract_takes_back_exactly_what_was_journaled_and_the_money_can_be_spent_again()
    {
        var world = World(1m);
        world.Send("one", 12);
        world.Send("two", 8);
        (world.Own.Spent, world.Own.Available).ShouldBe((1.00m, 0m));
        world.Correct("c", "one").Outcome.ShouldBe(CorrectionOutcome.Done);
        (world.Own.Spent, world.Own.Refunded, world.Own.Available).ShouldBe((0.40m, 0.60m, 0.60m));
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 3 x 8 = 0.4"]);
        world.Send("three", 12).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.Own.Available.ShouldBe(0m);
        world.Replayed().Ledger().ShouldBe(world.State.Ledger());
    }

    [Theory]
    [InlineData(5, 0.25, 0.75)]
    [InlineData(12, 0.60, 0.40)]
    [InlineData(20, 1.00, 0.00)]
    public void an_amended_event_costs_what_it_should_have(int quantity, double spent, double available)
    {
        var world = World(1m);
        world.Send("one", 12);
        var decision = world.Correct("c", "one", quantity);
        (decision.Outcome, decision.Correction!.Change, decision.Correction.Reversed).ShouldBe((CorrectionOutcome.Done, quantity - 12m, 1));
        (world.Own.Spent, world.Own.Available).ShouldBe(((decimal)spent, (decimal)available));
        world.State.Ledger().ShouldBe([$"retail sms.1 2025-05 3 x {quantity} = {(decimal)spent:0.##}"]);
    }

    [Fact]
    public void what_costs_more_than_there_is_is_short_by_the_difference_and_changes_nothing()
    {
        var world = World(1m);
        world.Send("one", 12);
        var before = world.State.Snapshot();
        var decision = world.Correct("c", "one", 21);
        (decision.Outcome, decision.Short!.Missing, decision.Frame.IsEmpty).ShouldBe((CorrectionOutcome.Short, 0.05m, true));
        world.State.Snapshot().ShouldBe(before);
        world.Receive("own", 0.05m);
        world.Correct("c", "one", 21).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Own.Available.ShouldBe(0m);
    }

    [Fact]
    public void every_correction_begins_where_the_one_before_ended_and_nothing_is_left_of_a_retracted_event()
    {
        var world = World(5m);
        world.Send("one", 12);
        world.Correct("a", "one", 20).Correction!.Change.ShouldBe(8);
        world.Correct("b", "one", 3).Correction!.Change.ShouldBe(-17);
        world.Reload();
        world.Correct("c", "one").Correction!.Change.ShouldBe(-3);
        (world.Own.Spent, world.Own.Available).ShouldBe((0m, 5m));
        world.Correct("d", "one").Outcome.ShouldBe(CorrectionOutcome.AlreadyRetracted);
        world.Correct("d", "one", 7).Outcome.ShouldBe(CorrectionOutcome.AlreadyRetracted);
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 6 x 0 = 0"]);
    }

    [Fact]
    public void the_same_correction_again_is_answered_again_and_another_one_under_its_id_is_a_conflict()
    {
        var world = World(5m);
        world.Send("one", 12);
        var first = world.Correct("c", "one", 5).Correction!;
        world.Reload();
        var again = world.Correct("c", "one", 5.0m);
        (again.Outcome, again.Frame.IsEmpty).ShouldBe((CorrectionOutcome.Done, true));
        again.Correction!.Legs.ShouldBe(first.Legs);
        world.Correct("c", "one", 6).Outcome.ShouldBe(CorrectionOutcome.Conflict);
        world.Correct("c", "one").Outcome.ShouldBe(CorrectionOutcome.Conflict);
    }

    [Fact]
    public void an_event_is_known_by_source_id_and_time_and_for_35_days()
    {
        var world = World(5m);
        world.Send("one", 12);
        var time = world.NowMicros;
        world.Correct("c", "none").Outcome.ShouldBe(CorrectionOutcome.UnknownEvent);
        world.Correct("c", "one", source: "/b").Outcome.ShouldBe(CorrectionOutcome.UnknownEvent);
        world.Correct("c", "one", time: time + 1).Outcome.ShouldBe(CorrectionOutcome.OtherTime);
        world.Now = 35 * Day + 1;
        world.Correct("c", "one").Outcome.ShouldBe(CorrectionOutcome.TooLate);
        world.Now = 35 * Day;
        world.Correct("c", "one").Outcome.ShouldBe(CorrectionOutcome.Done);
    }

    [Fact]
    public void a_captured_hold_is_retracted_like_any_event()
    {
        var world = World(1m);
        world.Place("h", 20);
        world.Capture("h", 15);
        world.Correct("c", "h", source: HoldDecider.Source).Outcome.ShouldBe(CorrectionOutcome.Done);
        (world.Own.Spent, world.Own.Available).ShouldBe((0m, 1m));
        world.Capture("h", 15).Frame.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void what_was_forced_is_refunded_too()
    {
        var world = World(1m);
        world.Place("h", 20, seconds: 10);
        world.Now = 20;
        world.Expire();
        world.Send("other", 20);
        world.Capture("h", 20, usedAt: 5);
        (world.Own.Forced, world.Own.Spent).ShouldBe((1m, 2m));
        world.Correct("c", "h", source: HoldDecider.Source).Outcome.ShouldBe(CorrectionOutcome.Done);
        (world.Own.Forced, world.Own.Spent, world.Own.Available).ShouldBe((1m, 1m, 1m));
    }

    [Fact]
    public void after_the_seal_the_effect_is_a_late_line_below_zero_of_the_next_one()
    {
        var world = World(5m);
        world.Send("one", 12);
        world.Now = 25 * Day;
        world.Seal("2025-05").Lines.Single().Amount.ShouldBe(0.60m);
        world.Correct("c", "one", 2).Correction!.Legs.ShouldAllBe(leg => leg.Late);
        world.Send("two", 1);
        world.Now = 50 * Day;
        var lines = world.Seal("2025-06").Lines;
        lines.Select(line => (line.Late, line.OriginalPeriod, line.Quantity, line.Amount, line.Prepaid)).ShouldBe(
            [(true, "2025-05", -10m, -0.50m, -0.50m), (false, "2025-06", 1m, 0.05m, 0.05m)]);
    }

    [Fact]
    public void units_that_were_included_are_taken_back_as_they_were_charged_and_an_amended_event_is_rated_without_itself()
    {
        var terms = Usage.World.Terms(Usage.World.Leg(Usage.World.Price("sms", "0.10", included: 10)));
        var world = new PrepaidWorld(terms);
        world.Send("one", 8);
        world.Send("two", 8);
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 2 x 16 = 0.6"]);
        // Eight others stand: two units are free, two are not.
        world.Correct("a", "one", 4);
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 4 x 12 = 0.8"]);
        world.Correct("b", "two");
        world.State.Ledger().ShouldBe(["retail sms.1 2025-05 5 x 4 = 0.2"]);
    }

    private static PrepaidWorld World(decimal paidIn)
    {
        var world = new PrepaidWorld(PrepaidWorld.Single("0.05"));
        world.Receive("own", paidIn);
        return world;
    }
}
