// Rollover in the journal, in snapshots and in the archive: what is written, what was written before, and what is refused.
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Allowances;

public sealed class RolloverBytesTests
{
    [Fact]
    public void a_snapshot_and_an_archived_total_know_what_was_carried_out()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("one_period"));
        world.Send("05-10", 60);
        world.Close("2025-05");
        var identity = world.State.Cells[0].Identity;
        world.State.UsedOf(identity).ShouldBe(100);
        world.Close("2025-06");
        var kept = SubscriptionSnapshot.Read(world.State.Snapshot())!;
        kept.ArchiveCells(World.At("2025-09-01T00:00:00Z"));
        (kept.UsedOf(identity), kept.Archive.UsedOf(identity), kept.Archive.Of("2025-05").Sum(total => total.Quantity)).ShouldBe((0m, 100m, 60m));
        var again = SubscriptionSnapshot.Read(kept.Snapshot())!;
        again.Archive.UsedOf(identity).ShouldBe(100);
    }

    // As it was written before there was rollover: all of it is empty but for one package.
    [Fact]
    public void a_snapshot_from_before_is_read()
    {
        const int InFrontOfGrants = 46, Grants = 3;
        var empty = new SubscriptionState().Snapshot();
        var writer = new PackedWriter(256);
        writer.Byte(9);
        writer.Raw(empty.AsSpan(1..InFrontOfGrants));
        writer.Count(1);
        writer.Count(1);
        writer.Int64(1_000);
        writer.Count(1);
        foreach (var text in (string[])["p", "retail", "sms"])
            writer.String(text);
        writer.Decimal(10);
        writer.Decimal(0);
        foreach (var number in (long[])[long.MinValue, 9_000, 3])
            writer.Int64(number);
        writer.Byte((byte)ExhaustedPolicy.Overage);
        writer.Int64(500);
        writer.Decimal(4);
        writer.Decimal(1);
        writer.Int64(2_000);
        writer.Raw(empty.AsSpan((InFrontOfGrants + Grants)..));

        var grant = SubscriptionSnapshot.Read(writer.Written.Span)!.Grants.All.ShouldHaveSingleItem();
        (grant.Request, grant.FromMicros, grant.UntilMicros, grant.Remaining, grant.LastUseMicros).ShouldBe(
            (new GrantRequest("p", "retail", "sms", 10, 0, null, 9_000, 3, ExhaustedPolicy.Overage, null), 500, 9_000, 5m, 2_000));
    }

    [Fact]
    public void seals_and_packages_without_rollover_are_written_as_before()
    {
        var world = new RolloverWorld(World.Price("sms", "0.1"));
        world.Grant("p", 5, "06-01");
        world.Rows[^1][1].ShouldBe((byte)1);
        world.Close("2025-05");
        world.Rows[^1][1].ShouldBe((byte)2);
    }

    [Fact]
    public void a_seal_that_carries_more_than_there_is_is_refused_and_one_that_carries_another_number_is_found()
    {
        var world = new RolloverWorld(RolloverWorld.Plan("unlimited"));
        world.Close("2025-05");
        var seal = world.Decided("2025-06");
        world.Seal(seal with { Carried = [seal.Carried[0] with { FromIncluded = 99 }] });
        world.Findings().ShouldHaveSingleItem().ShouldContain("the events leave 100 and 100");
        var more = world.Decided("2025-07");
        Should.Throw<PackedFormatException>(() => SealFrame.Apply(world.State, 9, more with { Carried = [more.Carried[0] with { FromLot = 1_000 }] }));
    }
}
