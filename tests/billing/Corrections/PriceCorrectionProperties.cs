// Windows that are priced anew in slices, among usage, corrections, seals and restarts: in the end everything costs what the right version says.
using FsCheck.Fluent;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Corrections;

public sealed class PriceCorrectionProperties
{
    private const long Day = 86_400;

    // Sold wrongly by the first version; the second one is right, and begins only when all of this is over.
    private static readonly UsageCharge[] Models =
    [
        World.Price("sms", "0.05"),
        World.Price("sms", "7", per: 3),
        World.Price("sms", null, included: 25, overage: "0.04"),
        new UsageCharge { Id = "sms", Meter = "sms", Model = "graduated", Tiers = [new PriceTier { UpTo = 20, UnitPrice = 0.10m }, new PriceTier { UpTo = 60, UnitPrice = 0.07m, FlatPrice = 1 },
            new PriceTier { UnitPrice = 0.02m }] },
        new UsageCharge { Id = "sms", Meter = "sms", Model = "package", PackageSize = 15, UnitPrice = 2 },
        World.Price("other", "0.03"),
    ];

    [Fact]
    public void a_window_that_is_priced_anew_costs_what_the_right_version_says_of_it() => Gen.Choose(0, int.MaxValue).ShouldHold(seed => Lives(new Random(seed)));

    private static bool Lives(Random random)
    {
        var (wrong, right) = (Models[random.Next(Models.Length)], Models[random.Next(Models.Length)]);
        var leg = World.Leg("retail", World.Helsinki, ("2025-01-01", [wrong]), ("2026-01-01", [right]));
        var world = new PrepaidWorld(World.Terms(leg));
        var left = new Dictionary<string, (long Time, decimal Units)>(StringComparer.Ordinal);
        for (var step = random.Next(5, 40); step > 0; step--)
            Happens(world, left, random);
        var window = new PricedWindow("retail", "plan-retail", 2, world.NowMicros - (60 * Day * 1_000_000), world.NowMicros + 1, null, []);
        while (Slice(world, window, leg, random))
        {
            if (random.Next(3) == 0)
                world.Reload();
        }

        foreach (var period in left.Values.GroupBy(one => World.Helsinki.PeriodAt(Micros.Instant(one.Time)).Label))
        {
            var (units, cells) = (period.Sum(one => one.Units), world.State.Cells.ToArray().Where(cell => cell.Identity.Period.Label == period.Key).ToList());
            cells.Sum(cell => cell.Quantity).ShouldBe(units);
            cells.Where(cell => cell.Identity.PlanVersion == 1).ShouldAllBe(cell => cell.Quantity == 0 && Math.Abs(cell.Amount) < 0.0000000001m);
            Math.Abs(cells.Sum(cell => cell.Amount) - UsagePrice.Amount(right, 0, units)).ShouldBeLessThan(0.0000000001m);
        }

        world.Replayed().Ledger().ShouldBe(world.State.Ledger());
        SubscriptionSnapshot.Read(world.Replayed().Snapshot())!.Snapshot().ShouldBe(world.Replayed().Snapshot());
        // The same job once more finds nothing.
        return !Slice(world, window, leg, random);
    }

    private static void Happens(PrepaidWorld world, Dictionary<string, (long Time, decimal Units)> left, Random random)
    {
        switch (random.Next(6))
        {
            case 0: world.Now += random.Next((int)(3 * Day)); break;
            case 1 when left.Count > 0:
                var id = left.Keys.ElementAt(random.Next(left.Count));
                var (time, quantity) = (left[id].Time, random.Next(3) == 0 ? null : (decimal?)random.Next(1, 30));
                if (world.Correct($"c{world.Rows.Count}", id, quantity, time).Outcome == CorrectionOutcome.Done)
                    left[id] = (time, quantity ?? 0);
                break;
            case 2 when world.State.Seals.Count == 0 && world.Now > 25 * Day: world.Seal("2025-05"); break;
            default:
                var sent = ($"e{world.Rows.Count}", (decimal)random.Next(1, 25));
                world.Send(sent.Item1, sent.Item2).Outcomes.ShouldBe([UsageOutcome.Accepted]);
                left[sent.Item1] = (world.NowMicros, sent.Item2);
                break;
        }
    }

    // False: nothing was left.
    private static bool Slice(PrepaidWorld world, PricedWindow window, LegRater leg, Random random)
    {
        var scan = new WindowScan(world.State, window, "job", "wrong price", random.Next(1, 6));
        for (var row = 0; row < world.Rows.Count; row++)
        {
            scan.Version = row + 1;
            SubscriptionReplay.Visit(world.Rows[row], scan);
        }

        foreach (var one in scan.Events)
        {
            scan.Passed(one);
            var decision = PriceDecider.Decide(world.State, one.Request, one.Event, new Repricing(leg, null, scan.PendingOf, false), world.NowMicros);
            decision.Outcome.ShouldBe(CorrectionOutcome.Done);
            world.Keep(decision.Frame);
        }

        return scan.Events.Count > 0;
    }
}
