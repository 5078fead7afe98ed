// What a backfill takes and refuses, what its events cost, and what a revert takes back.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;
using static OrleansBilling.BillingTests.Backfills.BackfillWorld;

namespace OrleansBilling.BillingTests.Backfills;

public sealed class BackfillTests
{
    private readonly PrepaidWorld world = new(PrepaidWorld.Invoiced());

    private UsageOutcome Fill(string id, decimal quantity = 1, long days = -60, string backfill = "b") =>
        world.Fill(backfill, id, quantity, days * Day).Outcomes.ShouldHaveSingleItem();

    [Fact]
    public void old_usage_counts_once_per_backfill_in_the_period_of_its_own_time()
    {
        Fill("a", 10).ShouldBe(UsageOutcome.Accepted);
        Fill("a", 10).ShouldBe(UsageOutcome.Duplicate);
        Fill("a", 11).ShouldBe(UsageOutcome.Conflict);
        world.Reload();
        Fill("a", 10).ShouldBe(UsageOutcome.Duplicate);
        Fill("a", 10, backfill: "other").ShouldBe(UsageOutcome.Accepted);
        world.State.Standing().ShouldBe(["retail 2025-03 0 20 1", "wholesale 2025-03 0 20 0.6"]);
        world.State.Backfills.Find("b")!.Events.ShouldBe(1);
    }

    [Fact]
    public void only_usage_that_is_too_late_for_the_usage_api_is_taken()
    {
        world.Send("new", 1);
        Fill("new", days: -33).ShouldBe(UsageOutcome.TooRecent);
        Fill("at the bound", days: -34).ShouldBe(UsageOutcome.TooRecent);
        world.Fill("b", "past it", 1, (-34 * Day) - 1).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        Fill("before the subscription", days: -200).ShouldBe(UsageOutcome.SubscriptionNotActive);
    }

    [Fact]
    public void the_same_event_is_known_as_long_as_the_backfill_takes_any()
    {
        Fill("a");
        world.Now = 30 * Day;
        world.State.Ids.RemoveBefore((int)(world.NowMicros / 86_400_000_000) - 35);
        Fill("a").ShouldBe(UsageOutcome.Duplicate);
        world.Now = 31 * Day;
        Fill("a").ShouldBe(UsageOutcome.BackfillClosed);
        Fill("c").ShouldBe(UsageOutcome.BackfillClosed);
    }

    [Fact]
    public void a_revert_takes_back_once_and_nothing_comes_after_it()
    {
        world.SendAt("usage", 3, -10 * Day);
        var before = world.State.Standing();
        Fill("a", 10);
        Fill("b", 10, -90);
        Fill("kept", 5, backfill: "other");
        world.Reload();
        world.Revert("b").Events.ShouldBe(1);
        world.Revert("b").Frame.IsEmpty.ShouldBeTrue();
        Fill("a", 10).ShouldBe(UsageOutcome.BackfillClosed);
        Fill("c", 10).ShouldBe(UsageOutcome.BackfillClosed);
        world.Reload();
        Fill("d", 10).ShouldBe(UsageOutcome.BackfillClosed);
        world.State.Standing().Where(one => !one.Contains("2025-03 0 5 ")).ShouldBe(before);
        world.Revert("other");
        world.State.Standing().ShouldBe(before);
    }

    [Fact]
    public void what_was_never_counted_is_refused_after_a_revert_too()
    {
        world.Revert("b").Events.ShouldBe(1);
        Fill("a").ShouldBe(UsageOutcome.BackfillClosed);
        world.Replayed().Backfills.Find("b")!.IsReverted.ShouldBeTrue();
    }

    [Fact]
    public void included_units_that_archived_totals_have_used_are_used()
    {
        var included = new PrepaidWorld(PrepaidWorld.Invoiced(10));
        included.Fill("first", "a", 8, -60 * Day);
        included.Seal("2025-03");
        included.State.ArchiveCells(World.At("2025-05-01T00:00:00Z"));
        included.State.CellCount.ShouldBe(0);
        included.Fill("b", "b", 8, -60 * Day);
        included.State.Standing().ShouldBe(["retail 2025-03 0 8 0.3", "wholesale 2025-03 0 8 0.24"]);
        Proved(included, PrepaidWorld.Invoiced(10)).ShouldBeEmpty();
        // What is taken back of a total that is archived goes on in a new one.
        included.Revert("first");
        included.Revert("b");
        included.State.Standing().ShouldBe(["retail 2025-03 0 -8 0", "wholesale 2025-03 0 -8 -0.24"]);
        included.Replayed().Standing().ShouldBeEmpty();
        Proved(included, PrepaidWorld.Invoiced(10)).ShouldBeEmpty();
    }

    [Fact]
    public void a_package_pays_and_gets_its_units_back_however_old_it_is()
    {
        world.Grant("p", 100, expires: 5 * Day, then: ExhaustedPolicy.Overage);
        world.Now = 6 * Day;
        world.Grant("next", 5);
        world.Now = 70 * Day;
        world.Fill("b", "a", 30, 2 * Day, opened: 70 * Day).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.State.Grants.Find("p")!.Used.ShouldBe(30);
        world.State.ForgetGrants(world.NowMicros);
        world.Revert("b");
        world.State.Grants.Find("p")!.Used.ShouldBe(0);
        world.State.ForgetGrants(world.NowMicros + 1);
        world.State.Grants.Find("p").ShouldBeNull();
        Proved(world, PrepaidWorld.Invoiced()).ShouldBeEmpty();
    }

    [Fact]
    public void a_prepaid_backfill_is_paid_at_once_and_gives_the_money_back()
    {
        var prepaid = new PrepaidWorld();
        prepaid.Fill("b", "a", 10, -60 * Day).Short.ShouldNotBeNull();
        prepaid.Receive("up", 1);
        prepaid.Receive("own", 1);
        prepaid.Fill("b", "a", 10, -60 * Day).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        (prepaid.Own.Available, prepaid.State.PurseOf("up")!.Available).ShouldBe((0.5m, 0.7m));
        prepaid.Revert("b");
        (prepaid.Own.Available, prepaid.Own.Refunded, prepaid.State.PurseOf("up")!.Available).ShouldBe((1, 0.5m, 1));
        Proved(prepaid, PrepaidWorld.TwoWallets).ShouldBeEmpty();
    }

    [Fact]
    public void a_revert_that_leaves_something_or_is_added_to_is_found()
    {
        Fill("a", 10);
        var late = new PrepaidWorld(PrepaidWorld.Invoiced());
        foreach (var row in world.Rows)
            late.Keep(row);
        late.Reload();
        world.Revert("b");
        // An entry that the product refuses to make: an event behind the revert, from a copy that does not know of it.
        late.Fill("b", "c", 10, -60 * Day);
        world.Keep(late.Rows[^1]);
        Proved(world, PrepaidWorld.Invoiced()).ShouldContain(one => one.Rule == ProofRules.Revert);
    }

    [Fact]
    public void a_source_that_only_begins_like_a_backfill_is_damage()
    {
        foreach (var source in new[] { "urn:billing:backfill/x/b//a", "urn:billing:backfill/20000", "urn:billing:backfill/20000/b", "urn:billing:backfill/20000//a" })
            Should.Throw<PackedFormatException>(() => _ = BackfillName.Of(System.Text.Encoding.UTF8.GetBytes(source)).Id.Length, source);
        BackfillName.Of("urn:billing:hold"u8).Exists.ShouldBeFalse();
        BackfillName.Of("urn:billing:backfill"u8).Exists.ShouldBeFalse();
    }

    internal static IReadOnlyList<Violation> Proved(PrepaidWorld of, SubscriptionTerms terms)
    {
        var found = new ProofFindings();
        var proof = new SubscriptionProof("sub", (plan, _, charge) => terms.Legs.First(leg => leg.PlanId == plan).Plan.Versions[0].Version.Charges
            .First(one => one.Id == charge), found, new IdSet());
        for (var row = 0; row < of.Rows.Count; row++)
            proof.Row(row + 1, of.Rows[row], 0);
        proof.End();
        return found.Violations;
    }
}
