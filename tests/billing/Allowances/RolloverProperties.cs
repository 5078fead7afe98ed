// Random years with rollover: what is free and what rolls over is what a model of whole months says, and nothing is given twice whatever comes late.
using FsCheck.Fluent;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Allowances;

public sealed class RolloverProperties
{
    private static readonly string[] Months = ["05", "06", "07", "08", "09", "10", "11", "12"];

    [Fact]
    public void what_is_free_and_what_rolls_over_is_that_of_whole_months() => Gen.Choose(0, int.MaxValue).ShouldHold(seed => Orderly(new Random(seed)));

    [Fact]
    public void whatever_comes_late_or_early_no_unit_is_given_twice_and_the_proof_holds() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed => Disorderly(new Random(seed)));

    // The model knows months and no events: units carried in come first, then the month's own.
    private static bool Orderly(Random random)
    {
        var (rule, included) = (random.Next(2) == 0 ? "one_period" : "unlimited", random.Next(1, 100));
        var max = random.Next(2) == 0 ? random.Next(1, 150) : (decimal?)null;
        var world = new RolloverWorld(RolloverWorld.Plan(rule, included, max));
        decimal carriedIn = 0;
        foreach (var month in Months)
        {
            decimal used = 0;
            for (var left = random.Next(4); left > 0; left--)
            {
                var quantity = random.Next(1, 90);
                world.Send($"{month}-{random.Next(1, 29):00}", quantity);
                used += quantity;
            }

            var free = Math.Min(used, carriedIn + included);
            Overage(world, month).ShouldBe((used - free) * 0.1m);
            var own = included - Math.Max(0, free - carriedIn);
            var older = rule == "unlimited" ? Math.Max(0, carriedIn - free) : 0;
            carriedIn = Math.Min(own + older, max ?? decimal.MaxValue);
            world.Close($"2025-{month}").Carried.Sum(units => units.Quantity).ShouldBe(carriedIn);
            if (random.Next(3) == 0)
                world.Reload();
        }

        world.Proved();
        return true;
    }

    // Seals come days after the month's end, usage of two months in between and after.
    private static bool Disorderly(Random random)
    {
        var included = random.Next(1, 60);
        var world = new RolloverWorld(RolloverWorld.Plan(random.Next(2) == 0 ? "one_period" : "unlimited", included, random.Next(2) == 0 ? 30 : null));
        for (var month = 0; month + 1 < Months.Length; month++)
        {
            world.Send($"{Months[month]}-{random.Next(1, 29):00}", random.Next(1, 60));
            if (random.Next(2) == 0) world.Send($"{Months[month + 1]}-01", random.Next(1, 60));
            if (random.Next(2) == 0) world.Send($"{Months[month]}-28", random.Next(1, 60));
            if (random.Next(3) == 0) world.Grant($"p{month}", random.Next(1, 30), $"{Months[month + 1]}-20", random.Next(-1, 2));
            world.Close($"2025-{Months[month]}");
            if (random.Next(2) == 0) world.Send($"{Months[month]}-27", random.Next(1, 60));
            if (random.Next(3) == 0) world.Reload();
        }

        var packages = world.State.Cells.ToArray().Where(cell => cell.Purse == UsageCell.CoveredPurse).Sum(cell => cell.Quantity);
        var usage = world.State.Cells.ToArray().Sum(cell => cell.Quantity);
        var charged = world.State.Cells.ToArray().Sum(cell => cell.Amount) / 0.1m;
        (usage - charged - packages).ShouldBeInRange(0, included * Months.Length);
        world.Proved();
        return true;
    }

    private static decimal Overage(RolloverWorld world, string month) =>
        world.State.Cells.ToArray().Where(cell => cell.Identity.Period.Label == $"2025-{month}").Sum(cell => cell.Amount);
}
