// Random lives with packages: never more used and held than granted, the journal says the same, a retraction restores, and the order is the rule's.
using FsCheck.Fluent;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Allowances;

public sealed class GrantProperties
{
    [Fact]
    public void never_more_is_used_and_held_than_was_granted_and_the_journal_says_the_same() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed => Lives(new Random(seed)));

    [Fact]
    public void units_are_used_by_priority_then_end_then_age_with_the_included_ones_among_them() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed => InOrder(new Random(seed)));

    /// <summary>Everything that events can change, but how often they did.</summary>
    internal static string[] Totals(SubscriptionState state) =>
    [
        .. state.Cells.ToArray().Select(cell => $"{cell.Identity.Agreement} {cell.Identity.Charge} {cell.Purse} {cell.Quantity:0.####} {cell.Amount:0.####}"),
        .. state.Grants.All.Select(grant => $"{grant.Number} {grant.Request.Id} {grant.Used:0.####} {grant.Held:0.####}"),
        .. state.Purses.Select(purse => $"{purse.Wallet} {purse.Spent:0.####} {purse.Held:0.####}"),
    ];

    private static bool Lives(Random random)
    {
        var world = new PrepaidWorld(random.Next(2) == 0 ? PrepaidWorld.Invoiced(random.Next(3) * 20) : null);
        var sent = new List<string>();
        for (var step = 0; step < 60; step++)
        {
            var (id, quantity) = ($"{step}", random.Next(1, 30));
            switch (random.Next(10))
            {
                case 0:
                    var policy = (ExhaustedPolicy)random.Next(3);
                    world.Grant(id, quantity * 3, random.Next(3), policy, policy == ExhaustedPolicy.OverageUpTo ? random.Next(3) : null,
                        random.Next(2) == 0 ? null : world.Now + random.Next(1, 200), random.Next(-1, 2), random.Next(2) == 0 ? "retail" : "wholesale");
                    break;
                case 1:
                    world.Receive(random.Next(2) == 0 ? "up" : "own", random.Next(1, 300) / 100m);
                    break;
                case 2 or 3 or 4: Send(world, sent, id, quantity); break;
                case 5: world.Place($"h{random.Next(6)}", quantity, random.Next(1, 100), random.Next(3)); break;
                case 6: world.Capture($"h{random.Next(6)}", quantity, random.Next(2) == 0 ? world.Now - random.Next(60) : null); break;
                case 7: world.Release($"h{random.Next(6)}"); break;
                case 8 when sent.Count > 0: world.Correct("c" + id, sent[random.Next(sent.Count)], random.Next(2) == 0 ? null : quantity); break;
                default: world.Now += random.Next(40); break;
            }

            world.Expire();
            Agrees(world.State);
            if (random.Next(15) == 0)
                world.Reload();
        }

        Totals(world.Replayed()).ShouldBe(Totals(world.State));
        world.Replayed().Snapshot().ShouldBe(SubscriptionSnapshot.Read(world.Replayed().Snapshot())!.Snapshot());
        return true;
    }

    // Now and then an event is taken back at once: everything is as it was.
    private static void Send(PrepaidWorld world, List<string> sent, string id, int quantity)
    {
        var before = Totals(world.State);
        if (world.Send(id, quantity).Accepted == 0)
        {
            Totals(world.State).ShouldBe(before);
            return;
        }

        sent.Add(id);
        if (quantity % 3 != 0)
            return;
        world.Correct("back-" + id, id).Outcome.ShouldBe(CorrectionOutcome.Done);
        Totals(world.State).Where(line => !line.EndsWith(" 0 0", StringComparison.Ordinal))
            .ShouldBe(before.Where(line => !line.EndsWith(" 0 0", StringComparison.Ordinal)));
    }

    private static void Agrees(SubscriptionState state)
    {
        foreach (var grant in state.Grants.All)
        {
            (grant.Used >= 0 && grant.Held >= 0 && grant.Used + grant.Held <= grant.Request.Quantity).ShouldBeTrue($"{grant.Number}: {grant.Used}, {grant.Held}");
            var held = state.Holds.All.Where(hold => hold.State == HoldState.Held).SelectMany(hold => hold.Parts).Where(part => part.Grant == grant.Number);
            grant.Held.ShouldBe(held.Sum(part => part.Amount));
        }

        foreach (var agreement in new[] { "retail", "wholesale" })
        {
            var covered = state.Cells.ToArray().Where(cell => cell.IsCovered && cell.Identity.Agreement == agreement).ToList();
            covered.Sum(cell => cell.Quantity).ShouldBe(state.Grants.All.Where(grant => grant.Request.Agreement == agreement).Sum(grant => grant.Used));
            covered.ShouldAllBe(cell => cell.Amount == 0);
        }
    }

    private static bool InOrder(Random random)
    {
        var included = random.Next(3) * 7;
        var world = new PrepaidWorld(PrepaidWorld.Invoiced(included));
        var lots = new List<(string Id, int Priority, long End, int Age, int Units)>();
        // 31 May, midnight in Helsinki, in seconds of the story: 19 days and 12 hours after noon there on the 12th.
        const long periodEnd = (19 * 86_400) + (12 * 3_600);
        if (included > 0)
            lots.Add(("included", 0, periodEnd, 0, included));
        for (var n = 1; n <= random.Next(1, 6); n++)
        {
            var lot = ($"g{n}", random.Next(-1, 2), random.Next(3) switch { 0 => long.MaxValue, 1 => random.Next(100, 105), _ => periodEnd + random.Next(-2, 3) }, n, random.Next(1, 20));
            lots.Add(lot);
            world.Grant(lot.Item1, lot.Item5, expires: lot.Item3 == long.MaxValue ? null : lot.Item3, priority: lot.Item2);
        }

        var left = random.Next(1, lots.Sum(lot => lot.Units) + 1);
        var expected = new Dictionary<string, decimal>();
        var open = left;
        foreach (var lot in lots.OrderBy(lot => lot.Priority).ThenBy(lot => lot.End).ThenBy(lot => lot.Age))
        {
            expected[lot.Id] = Math.Min(open, lot.Units);
            open -= Math.Min(open, lot.Units);
        }

        for (var n = 0; left > 0; n++)
        {
            var part = random.Next(1, left + 1);
            world.Send($"e{n}", part).Outcomes.ShouldBe([UsageOutcome.Accepted]);
            left -= part;
        }

        foreach (var grant in world.State.Grants.All)
            grant.Used.ShouldBe(expected[grant.Request.Id], string.Join(' ', lots));
        return true;
    }
}
