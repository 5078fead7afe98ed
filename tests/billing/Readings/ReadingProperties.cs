// Whatever is read, corrected and in which order: the units of a period are those of the events that stand, and their price is that of the units.
using FsCheck.Fluent;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Readings;

public sealed class ReadingProperties
{
    private static readonly PriceTier[] Tiers = [new() { UpTo = 3, UnitPrice = 2m, FlatPrice = 1m }, new() { UpTo = 7, UnitPrice = 1.5m }, new() { UnitPrice = 0.7m }];
    private static readonly string[] Meters = ["peak", "users", "stock"];

    [Fact]
    public void units_are_a_function_of_what_stands() => Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
    {
        var random = new Random(seed);
        var model = random.Next(3) switch { 0 => "per_unit", 1 => "graduated", _ => "volume" };
        Charge[] charges = [.. Meters.Select(meter => new UsageCharge
        {
            Id = meter, Meter = meter, Model = model, UnitPrice = model == "per_unit" ? 0.4m : null, Tiers = model == "per_unit" ? null : Tiers,
            Included = model == "per_unit" && random.Next(2) == 0 ? 2 : 0,
        })];
        var events = Enumerable.Range(0, random.Next(1, 20)).Select(n => (Id: $"e{n}", Day: $"05-{random.Next(12, 29):00}", Quantity: (decimal)random.Next(0, 12),
            Meter: Meters[random.Next(3)], Who: "who=" + "abcd"[random.Next(4)])).ToList();
        var corrections = events.Where(_ => random.Next(3) == 0).Select(one => (one.Id, Quantity: random.Next(2) == 0 ? (decimal?)null : random.Next(0, 12))).ToList();
        var (first, second) = (new ReadingWorld(charges), new ReadingWorld(charges));
        Play(first, events, corrections, random, together: false);
        Play(second, [.. events.OrderBy(_ => random.Next())], corrections, random, together: true);
        foreach (var world in new[] { first, second })
        {
            foreach (var charge in charges.Cast<UsageCharge>())
            {
                var units = UnitsOf(charge.Meter, events, corrections);
                var cells = world.State.Cells.ToArray().Where(cell => cell.Identity.Charge == charge.Id).ToList();
                cells.Sum(cell => cell.Quantity).ShouldBe(units);
                cells.Sum(cell => cell.Amount).ShouldBe(Billing.Rating.UsagePrice.Amount(charge, 0, units));
            }

            world.IsProved();
        }

        return true;
    });

    private static void Play(ReadingWorld world, List<(string Id, string Day, decimal Quantity, string Meter, string Who)> events,
        List<(string Id, decimal? Quantity)> corrections, Random random, bool together)
    {
        foreach (var one in events)
        {
            world.Send(one.Id, one.Day, one.Quantity, one.Meter, one.Who).ShouldBe(UsageOutcome.Accepted);
            if (!together && corrections.Find(correction => correction.Id == one.Id) is { Id: not null } correction && random.Next(2) == 0)
                world.Correct("c-" + one.Id, one.Id, correction.Quantity).Outcome.ShouldBe(CorrectionOutcome.Done);
        }

        foreach (var (id, quantity) in corrections)
            world.Correct("c-" + id, id, quantity).Outcome.ShouldBe(CorrectionOutcome.Done);
    }

    private static decimal UnitsOf(string meter, List<(string Id, string Day, decimal Quantity, string Meter, string Who)> events,
        List<(string Id, decimal? Quantity)> corrections)
    {
        var standing = events.Where(one => one.Meter == meter).Select(one => corrections.Find(correction => correction.Id == one.Id) is { Id: not null } corrected
            ? (one.Day, one.Who, one.Id, corrected.Quantity) : (one.Day, one.Who, one.Id, Quantity: (decimal?)one.Quantity)).Where(one => one.Quantity is not null).ToList();
        if (standing.Count == 0) return 0;
        return meter switch
        {
            "peak" => standing.Max(one => one.Quantity!.Value),
            "users" => standing.Select(one => one.Who).Distinct().Count(),
            _ => standing.OrderBy(one => one.Day, StringComparer.Ordinal).ThenBy(one => unchecked((ulong)UsageRecord.IdHashOf("/a", one.Id))).Last().Quantity!.Value,
        };
    }
}
