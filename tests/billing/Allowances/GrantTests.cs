// Packages case by case: what covers an event, what happens when nothing does, what it costs and where it is counted.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Allowances;

public sealed class GrantTests
{
    private const long Day = 86_400;

    [Fact]
    public void an_event_is_taken_as_a_whole_or_not_at_all_on_any_leg()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("p", 10).Outcome.ShouldBe(GrantOutcome.Done);
        world.Send("a", 8).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        var refused = world.Send("b", 3);
        (refused.Outcomes.Single(), refused.Limits.Single(), refused.Frame.IsEmpty).ShouldBe((UsageOutcome.InsufficientAllowance, (0, "subscription:sub"), true));
        world.Send("c", 2).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.State.Ledger().ShouldBe(["wholesale sms.1 2025-05 2 x 10 = 0.3", "retail sms.1 2025-05 2 x 10 = 0"]);
        (world["p"].Used, world["p"].Remaining).ShouldBe((10m, 0m));
    }

    [Fact]
    public void without_a_package_of_the_leg_and_meter_the_plan_alone_decides()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("other", 10, meter: "free");
        world.Send("a", 8).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.State.Ledger().ShouldBe(["wholesale sms.1 2025-05 1 x 8 = 0.24", "retail sms.1 2025-05 1 x 8 = 0.4"]);
    }

    [Fact]
    public void the_newest_package_says_what_happens_even_when_it_has_expired_and_is_forgotten_last()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("old", 5, then: ExhaustedPolicy.Overage, expires: 10);
        world.Grant("new", 5, expires: 20);
        world.Now = 30;
        world.Send("a", 1).Outcomes.ShouldBe([UsageOutcome.InsufficientAllowance]);
        world.Now = 60 * Day;
        world.Grant("other", 1, agreement: "wholesale");
        world.State.Grants.All.Select(grant => grant.Request.Id).ShouldBe(["new", "other"]);
        world.Send("b", 1).Outcomes.ShouldBe([UsageOutcome.InsufficientAllowance]);
        world.Grant("again", 1).Grant!.Number.ShouldBe(4);
    }

    [Theory]
    [InlineData(-13 * 86_400, true, 0)] // 29 April: a late event of the period before.
    [InlineData(-11 * 86_400, true, 1)] // 1 May: in the period in which it was granted.
    [InlineData(99, true, 1)]
    [InlineData(100, false, 0)]
    public void an_event_is_covered_by_its_own_time(long time, bool accepted, decimal used)
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("p", 5, expires: 100);
        world.Now = 100;
        world.SendAt("a", 1, time).Outcomes.ShouldBe([accepted ? UsageOutcome.Accepted : UsageOutcome.InsufficientAllowance]);
        world["p"].Used.ShouldBe(used);
    }

    [Fact]
    public void overage_up_to_a_limit_counts_what_the_plan_has_charged_in_the_period()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("p", 10, then: ExhaustedPolicy.OverageUpTo, limit: 0.5m);
        world.Send("a", 21).Outcomes.ShouldBe([UsageOutcome.InsufficientAllowance]);
        world.Send("b", 15).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.Send("c", 6).Outcomes.ShouldBe([UsageOutcome.InsufficientAllowance]);
        world.Send("d", 5).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.State.Ledger().ShouldContain("retail sms.1 2025-05 1 x 10 = 0.5");
    }

    [Fact]
    public void a_split_event_counts_once_and_both_parts_are_sealed()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("p", 10, price: 2.5m, then: ExhaustedPolicy.Overage);
        world.Send("a", 12);
        var lines = world.Seal("2025-05").Lines.Where(line => line.Agreement == "retail").ToList();
        lines.Select(line => (line.Kind, line.Charge, line.Count, line.Quantity, line.Amount, line.Prepaid)).ShouldBe([
            ("package", "package/10/2.5/sms", 1, 1m, 2.5m, 0m), ("allowance", "sms", 1, 10m, 0m, 0m), ("usage", "sms", 0, 2m, 0.1m, 0m)]);
        world.Seal("2025-06").Lines.ShouldBeEmpty();
        Same(world);
    }

    [Theory]
    [InlineData(100, 40, 60)] // Sooner than the period's end: in front of the included units.
    [InlineData(60 * 86_400, 50, 50)] // Later: behind them.
    public void included_units_are_one_lot_among_the_packages(long expires, decimal rated, decimal covered)
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced(included: 50));
        world.Grant("p", 60, expires: expires);
        world.Send("a", 100).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        (world["p"].Used, world.State.UsedOf(world.State.Cells[^1].Identity)).ShouldBe((covered, rated));
        world.Send("b", 11).Outcomes.ShouldBe([UsageOutcome.InsufficientAllowance]);
        world.Send("c", 10).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.State.Cells.ToArray().Where(cell => cell.Identity.Agreement == "retail").Sum(cell => cell.Amount).ShouldBe(0);
    }

    [Fact]
    public void the_price_is_paid_by_the_purse_of_a_funded_leg()
    {
        var world = new PrepaidWorld();
        (world.Grant("p", 10, price: 1).Short is { Missing: 1, Required: 1, Funding.Wallet: "own" }).ShouldBeTrue();
        world.Receive("own", 1.2m);
        world.Receive("up", 5);
        world.Grant("p", 10, price: 1).Outcome.ShouldBe(GrantOutcome.Done);
        world.Own.Available.ShouldBe(0.2m);
        world.Send("a", 10).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        (world.Own.Available, world.State.PurseOf("up")!.Spent).ShouldBe((0.2m, 0.3m));
        world.Seal("2025-05").Lines.Single(line => line.Kind == "package").Prepaid.ShouldBe(1);
        Same(world);
    }

    [Fact]
    public void a_leg_that_is_paid_in_units_has_packages_without_a_price_which_take_nothing_from_the_wallet()
    {
        var world = new PrepaidWorld(PrepaidWorld.Single("0.05") with { Funding = [new LegFunding("own", false, new HashSet<string> { "sms" })] });
        (world.Grant("p", 10, price: 1) is { Outcome: GrantOutcome.Invalid, Field: "price" }).ShouldBeTrue();
        world.Grant("p", 10, then: ExhaustedPolicy.Overage);
        world.Send("a", 10).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.Send("b", 1).Short!.Missing.ShouldBe(1);
    }

    [Fact]
    public void a_hold_is_captured_from_what_it_keeps_even_when_the_package_has_expired()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("p", 10, expires: 30);
        world.Place("h", 8, seconds: 60).Hold!.Parts.ShouldBe([new HoldPart(0, 8, 1)]);
        (world["p"].Held, world["p"].Remaining).ShouldBe((8m, 2m));
        world.Place("i", 3).Refusal.ShouldBe(UsageOutcome.InsufficientAllowance);
        (world.Place("part", 3, step: 2) is { Hold.Quantity: 2, Refusal: UsageOutcome.InsufficientAllowance }).ShouldBeTrue();
        world.Now = 40;
        world.Capture("h", 9).Refusal.ShouldBe(UsageOutcome.InsufficientAllowance);
        world.Capture("h", 7).Outcome.ShouldBe(HoldOutcome.Done);
        (world["p"].Used, world["p"].Held).ShouldBe((7m, 2m));
        Same(world);
    }

    [Fact]
    public void a_grant_is_known_by_its_id_and_there_are_not_too_many()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("p", 10, price: 1).Frame.IsEmpty.ShouldBeFalse();
        world.Now = 40 * Day;
        (world.Grant("p", 10, price: 1) is { Outcome: GrantOutcome.Done, Frame.IsEmpty: true }).ShouldBeTrue();
        world.Grant("p", 11, price: 1).Outcome.ShouldBe(GrantOutcome.Conflict);
        for (var n = 1; n < Limits.GrantsMax; n++)
            world.Grant($"p{n}", 1).Outcome.ShouldBe(GrantOutcome.Done);
        world.Grant("more", 1).Outcome.ShouldBe(GrantOutcome.TooMany);
        world.Grant("nobody", 1, agreement: "").Field.ShouldBe("agreement");
        world.Grant("cheat", 1, seller: "reseller").Field.ShouldBe("agreement");
    }

    [Fact]
    public void a_journal_that_uses_more_than_was_granted_is_refused()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("p", 10);
        world.Send("a", 6);
        var state = world.Replayed();
        var row = world.Rows[^1];
        Should.Throw<PackedFormatException>(() => SubscriptionReplay.Apply(state, 3, row, 0));
    }

    private static void Same(PrepaidWorld world)
    {
        var live = world.State.Snapshot();
        world.Replayed().Snapshot().ShouldBe(SubscriptionSnapshot.Read(world.Replayed().Snapshot())!.Snapshot());
        GrantProperties.Totals(world.Replayed()).ShouldBe(GrantProperties.Totals(world.State));
        GrantProperties.Totals(SubscriptionSnapshot.Read(live)!).ShouldBe(GrantProperties.Totals(world.State));
    }
}
