// Random lives with usage, backfills, seals, restarts and archives: live is replayed, ids count once, and reverts leave nothing.
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;
using static OrleansBilling.BillingTests.Backfills.BackfillWorld;

namespace OrleansBilling.BillingTests.Backfills;

public sealed class BackfillProperties
{
    [Fact]
    public void after_reverts_everything_is_as_if_the_backfills_had_never_been() => Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
    {
        var random = new Random(seed);
        var (terms, prepaid) = (random.Next(2) == 0 ? PrepaidWorld.TwoWallets : PrepaidWorld.Invoiced(), new Dictionary<(string, int), decimal>());
        var (world, plain) = (new PrepaidWorld(terms), new PrepaidWorld(terms));
        foreach (var wallet in terms.IsFunded ? new[] { "up", "own" } : [])
        {
            world.Receive(wallet, 100);
            plain.Receive(wallet, 100);
        }

        for (var step = 0; step < 40; step++)
            Step(world, plain, random, step, prepaid);
        world.Replayed().Snapshot().ShouldBe(SubscriptionSnapshot.Read(world.Replayed().Snapshot())!.Snapshot());
        BackfillTests.Proved(world, terms).ShouldBeEmpty();
        Array.ForEach(["b0", "b1", "b2"], backfill => world.Revert(backfill));
        world.Replayed().Standing().ShouldBe(plain.Replayed().Standing());
        BackfillTests.Proved(world, terms).ShouldBeEmpty();
        return true;
    });

    private static void Step(PrepaidWorld world, PrepaidWorld plain, Random random, int step, Dictionary<(string, int), decimal> sent)
    {
        switch (random.Next(12))
        {
            case <= 2:
                var quantity = random.Next(1, 20);
                world.Send($"u{step}", quantity).Outcomes.ShouldBe(plain.Send($"u{step}", quantity).Outcomes);
                break;
            case <= 7: Fill(world, random, sent); break;
            case 8: world.Reload(); break;
            case 9: world.State.ArchiveCells(Micros.Instant(world.NowMicros) - NodaTime.Duration.FromDays(35)); break;
            case 10 when world.State.Seals.Count == 0:
                world.Seal("2025-03");
                plain.Seal("2025-03");
                break;
            case 11 when random.Next(3) == 0: world.Revert($"b{random.Next(3)}"); break;
        }
    }

    private static void Fill(PrepaidWorld world, Random random, Dictionary<(string, int), decimal> sent)
    {
        var (backfill, id, quantity) = ($"b{random.Next(3)}", random.Next(10), (decimal)random.Next(1, 3));
        var expected = world.State.Backfills.Find(backfill) is { IsReverted: true } ? UsageOutcome.BackfillClosed
            : !sent.TryGetValue((backfill, id), out var known) ? UsageOutcome.Accepted
            : known == quantity ? UsageOutcome.Duplicate : UsageOutcome.Conflict;
        world.Fill(backfill, $"e{id}", quantity, (-40 - (id * 7)) * Day).Outcomes.ShouldBe([expected]);
        if (expected == UsageOutcome.Accepted)
            sent[(backfill, id)] = quantity;
    }
}
