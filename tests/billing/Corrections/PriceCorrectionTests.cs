// Prices of single events corrected: on one leg, against a purse, refused, and what else may happen to the event.
using System.Text;
using OrleansBilling.Billing.Deliveries;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Corrections;

public sealed class PriceCorrectionTests
{
    [Fact]
    public void one_leg_is_taken_back_and_charged_anew_in_one_entry()
    {
        var world = World(5m);
        world.Send("one", 10);
        Price(world, "one", new PriceChange("wholesale", UnitPrice: 0.0275m)).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.State.Ledger().ShouldBe(["wholesale sms.1 2025-05 3 x 10 = 0.275", "retail sms.1 2025-05 1 x 10 = 0.5"]);
        var rows = world.Rows.Count;
        // The same again is the same, and another price under the same id is another correction.
        Price(world, "one", new PriceChange("wholesale", UnitPrice: 0.0275m)).Frame.IsEmpty.ShouldBeTrue();
        Price(world, "one", new PriceChange("wholesale", Amount: 1)).Outcome.ShouldBe(CorrectionOutcome.Conflict);
        world.Rows.Count.ShouldBe(rows);
        // A second correction replaces the first, and is no second debit.
        Price(world, "one", new PriceChange("wholesale", Amount: 0.31m), "second").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.State.Ledger()[0].ShouldBe("wholesale sms.1 2025-05 5 x 10 = 0.31");
        world.Replayed().Ledger().ShouldBe(world.State.Ledger());
    }

    [Fact]
    public void a_price_that_stands_already_changes_nothing()
    {
        var world = World(5m);
        world.Send("one", 10);
        Price(world, "one", new PriceChange("wholesale", UnitPrice: 0.03m)).Outcome.ShouldBe(CorrectionOutcome.Unchanged);
        Price(world, "one", new PriceChange("elsewhere", UnitPrice: 0.02m)).Outcome.ShouldBe(CorrectionOutcome.Unchanged);
        Price(world, "none", new PriceChange("wholesale", UnitPrice: 0.02m)).Outcome.ShouldBe(CorrectionOutcome.UnknownEvent);
        world.Correct("c", "one");
        Price(world, "one", new PriceChange("wholesale", UnitPrice: 0.02m)).Outcome.ShouldBe(CorrectionOutcome.AlreadyRetracted);
    }

    [Fact]
    public void what_costs_less_comes_back_to_the_purse_and_what_costs_more_is_asked_for_before_it_is_forced()
    {
        var world = World(1m);
        world.Send("one", 20);
        (world.Own.Spent, world.Own.Available).ShouldBe((1m, 0m));
        Price(world, "one", new PriceChange("retail", UnitPrice: 0.04m)).Outcome.ShouldBe(CorrectionOutcome.Done);
        (world.Own.Spent, world.Own.Available, world.Own.Forced).ShouldBe((0.8m, 0.2m, 0m));
        var asked = Price(world, "one", new PriceChange("retail", UnitPrice: 0.07m), "second");
        (asked.Outcome, asked.Short!.Missing, asked.Frame.IsEmpty).ShouldBe((CorrectionOutcome.Short, 0.4m, true));
        Price(world, "one", new PriceChange("retail", UnitPrice: 0.07m), "second", force: true).Outcome.ShouldBe(CorrectionOutcome.Done);
        (world.Own.Spent, world.Own.Available, world.Own.Forced).ShouldBe((1.4m, 0m, 0.4m));
        world.Reload();
        (world.Own.Spent, world.Own.Available, world.Own.Forced).ShouldBe((1.4m, 0m, 0.4m));
        // A retraction gives all of it back.
        world.Correct("c", "one");
        (world.Own.Spent, world.Own.Available).ShouldBe((0m, 1.4m));
    }

    [Fact]
    public void what_packages_paid_for_stays_free()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.Grant("g", 4, then: OrleansBilling.Billing.Allowances.ExhaustedPolicy.Overage);
        world.Send("one", 10);
        Price(world, "one", new PriceChange("retail", UnitPrice: 0.10m)).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.State.Cells.ToArray().Where(cell => cell.Identity.Agreement == "retail").Select(cell => (cell.Quantity, cell.Amount)).ShouldBe([(4m, 0m), (6m, 0.60m)]);
    }

    [Fact]
    public void a_refunded_leg_has_no_price_and_is_charged_again_as_it_was()
    {
        var world = World(5m);
        world.Send("one", 10);
        Report(world, "one", "UNDELIV").Outcome.ShouldBe(CorrectionOutcome.Unchanged);
        Price(world, "one", new PriceChange("wholesale", UnitPrice: 0.02m)).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Correct("amend", "one", 5).Outcome.ShouldBe(CorrectionOutcome.PriceCorrected);
        world.State.Ledger().ShouldBe(["wholesale sms.1 2025-05 3 x 10 = 0.2", "retail sms.1 2025-05 1 x 10 = 0.5"]);
    }

    [Fact]
    public void verify_proves_corrected_prices_and_finds_a_wrong_one()
    {
        var world = World(5m);
        world.Send("one", 10);
        Price(world, "one", new PriceChange("wholesale", UnitPrice: 0.0275m)).Outcome.ShouldBe(CorrectionOutcome.Done);
        Price(world, "one", new PriceChange("retail", Amount: 0.42m)).Outcome.ShouldBe(CorrectionOutcome.Done);
        Findings(world.Rows).ShouldBeEmpty();
        Findings(world.Rows.Select(row => Asking(row, "0.42", "0.43"))).ShouldHaveSingleItem();
        Findings(world.Rows.Select(row => Asking(row, "0.0275", "0.0274"))).ShouldHaveSingleItem();
    }

    private static List<string> Findings(IEnumerable<byte[]> rows)
    {
        var found = new ProofFindings();
        var proof = new SubscriptionProof("sub", (plan, _, _) => Usage.World.Price("sms", plan == "plan-retail" ? "0.05" : "0.03"), found, new IdSet());
        var version = 0;
        foreach (var row in rows)
            proof.Row(++version, row, 0);
        return [.. found.Violations.Where(one => one.Rule == ProofRules.Price).Select(one => one.Text)];
    }

    // Another price in what was asked than the one that was charged.
    private static byte[] Asking(byte[] row, string price, string other)
    {
        var at = row.AsSpan().IndexOf(Encoding.UTF8.GetBytes(price));
        return at < 0 ? row : [.. row[..at], .. Encoding.UTF8.GetBytes(other), .. row[(at + price.Length)..]];
    }

    private static CorrectionDecision Price(PrepaidWorld world, string eventId, PriceChange change, string correction = "first", bool force = false)
    {
        var (request, original) = Asked(world, eventId, change, correction);
        var decision = PriceDecider.Decide(world.State, request, original, Repricing.Named(force), world.NowMicros);
        world.Keep(decision.Frame);
        return decision;
    }

    private static CorrectionDecision Report(PrepaidWorld world, string eventId, string state)
    {
        DeliveryRules.States.ShouldContain(state);
        var (request, original) = Asked(world, eventId, null, "report");
        var decision = DeliveryDecider.Decide(world.State, PrepaidWorld.TwoWallets, request with { Delivery = state }, original, world.NowMicros);
        world.Keep(decision.Frame);
        return decision;
    }

    internal static (CorrectionRequest, JournaledEvent?) Asked(PrepaidWorld world, string eventId, PriceChange? change, string correction)
    {
        var hash = UsageRecord.IdHashOf("/a", eventId);
        var original = world.Rows.Select(row => SubscriptionReplay.Read(row, hash)).FirstOrDefault(found => found is not null);
        var time = original is null ? world.NowMicros : UsageRecord.Of(original.Record).TimeMicros;
        return (new CorrectionRequest(change is null ? correction : PriceChange.IdOf(correction, hash, change.Agreement), "/a", eventId, time, null, "final price", Price: change), original);
    }

    private static PrepaidWorld World(decimal paidIn)
    {
        var world = new PrepaidWorld();
        world.Receive("own", paidIn);
        world.Receive("up", paidIn);
        return world;
    }
}
