// Usage by dimension and by days is what the totals say, told apart: for random lives with corrections, holds and packages.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Holds;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Usage;

public sealed class GroupedUsageTests
{
    private static readonly Dictionary<string, DateTimeZone> Zones = new() { ["helsinki"] = World.Helsinki.Zone };
    private static readonly string[] Countries = ["FI", "EE", ""];

    [Fact]
    public void groups_add_up_to_the_totals() => Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
    {
        var (world, _) = Life(seed);
        foreach (var label in new[] { "2025-04", "2025-05", "2025-06" })
        {
            Totals(Read(world, Of(label), "country").Rows).ShouldBe(Totals(world.State, label));
            Totals(Read(world, Of(label)).Rows).ShouldBe(Totals(world.State, label));
        }

        Totals(Read(world, new UsageWindow(null, null, world.NowMicros, Zones), "country").Rows)
            .ShouldBe(Totals(world.State, World.Helsinki.PeriodAt(Micros.Instant(world.NowMicros)).Label));
        return true;
    });

    [Fact]
    public void an_event_and_its_corrections_are_in_one_group() => Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
    {
        var (world, sent) = Life(seed);
        var expected = new Dictionary<string, decimal>();
        foreach (var (quantity, country) in sent.Values)
            expected[country] = expected.GetValueOrDefault(country) + quantity;
        foreach (var agreement in new[] { "wholesale", "retail" })
        {
            var rows = new[] { "2025-04", "2025-05", "2025-06", "2025-07" }.SelectMany(label => Read(world, Of(label), "country").Rows)
                .Where(row => row.Identity.Agreement == agreement).ToList();
            foreach (var (country, quantity) in expected)
                rows.Where(row => (row.Group.Values[0] ?? "") == country).Sum(row => row.Quantity).ShouldBe(quantity, country);
        }

        return true;
    });

    [Fact]
    public void days_add_up_to_the_month() => Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
    {
        var (world, _) = Life(seed);
        var first = new LocalDate(2025, 5, 1);
        var cut = first.PlusDays(new Random(seed).Next(30));
        var parts = Read(world, Of(first, cut), "country").Rows.Concat(Read(world, Of(cut.PlusDays(1), new LocalDate(2025, 5, 31)), "country").Rows);
        Totals(parts).ShouldBe(Totals(Read(world, Of("2025-05"), "country").Rows));
        return true;
    });

    [Fact]
    public void reading_on_is_reading_all() => Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
    {
        var (world, _) = Life(seed);
        var half = new Random(seed).Next(world.Rows.Count + 1);
        var before = Read(world, Of("2025-05"), half, "country");
        var (kept, on) = (Lines(before.Rows), before.Copy(Of("2025-05")));
        Visit(world, on, world.Rows.Count);
        Lines(on.Rows).ShouldBe(Lines(Read(world, Of("2025-05"), "country").Rows));
        Lines(before.Rows).ShouldBe(kept, "a copy goes on by itself");
        return true;
    });

    [Fact]
    public void days_are_local_and_both_are_included()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        // The story begins at noon of 12 May in Helsinki.
        const long midnight = 12 * 3600;
        world.Now = 40 * 3600;
        foreach (var (id, time) in new[] { ("a", -midnight - 1), ("b", -midnight), ("c", midnight - 1), ("d", midnight) })
            world.SendAs(id, 1, time, "").Accepted.ShouldBe(1);
        var day = new LocalDate(2025, 5, 12);
        Read(world, Of(day, day)).Rows.Select(row => row.Quantity).ShouldBe([2, 2]);
        Read(world, Of(day.PlusDays(-1), day)).Rows.Select(row => row.Quantity).ShouldBe([3, 3]);
    }

    [Fact]
    public void more_groups_than_may_be_told_are_said_to_be_too_many()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        for (var n = 0; n < Limits.UsageGroupsMax; n++)
            world.SendAs($"{n}", 1, 0, $"country={n}");
        Read(world, Of("2025-05"), "country").TooMany.ShouldBeFalse();
        world.SendAs("more", 1, 0, "country=more");
        Read(world, Of("2025-05"), "country").TooMany.ShouldBeTrue();
        Read(world, Of("2025-05"), "net").TooMany.ShouldBeFalse();
    }

    [Fact]
    public void the_periods_of_now_are_others_when_one_has_ended()
    {
        var world = new PrepaidWorld(PrepaidWorld.Invoiced());
        world.SendAs("a", 1, 0, "country=FI");
        var usage = Read(world, new UsageWindow(null, null, world.NowMicros, Zones), "country");
        usage.Answers(world.NowMicros + 1).ShouldBeTrue();
        usage.Answers(Micros.Of(World.At("2025-05-31T20:59:59Z"))).ShouldBeTrue();
        usage.Answers(Micros.Of(World.At("2025-05-31T21:00:00Z"))).ShouldBeFalse();
    }

    // Amended, retracted, late and prepaid by packages, over the end of a month.
    private static (PrepaidWorld World, Dictionary<string, (decimal Quantity, string Country)> Sent) Life(int seed)
    {
        var random = new Random(seed);
        var world = new PrepaidWorld(PrepaidWorld.Invoiced(random.Next(3) * 20));
        var sent = new Dictionary<string, (decimal Quantity, string Country)>();
        for (var step = 0; step < 60; step++)
        {
            var (id, quantity) = ($"{step}", random.Next(1, 30));
            switch (random.Next(10))
            {
                case 0:
                    world.Grant(id, quantity * 3, random.Next(3), ExhaustedPolicy.Overage, agreement: random.Next(2) == 0 ? "retail" : "wholesale");
                    break;
                case 1 or 2 or 3 or 4:
                    var country = Countries[random.Next(3)];
                    if (world.SendAs(id, quantity, world.Now - random.Next(20 * 86_400), country.Length == 0 ? "" : "country=" + country).Accepted == 1)
                        sent[id] = (quantity, country);
                    break;
                case 5: world.Place($"h{random.Next(6)}", quantity, random.Next(1, 100)); break;
                case 6:
                    if (random.Next(6) is var hold && world.Capture($"h{hold}", quantity) is { Outcome: HoldOutcome.Done, Frame.IsEmpty: false })
                        sent.TryAdd($"h{hold}", (quantity, ""));
                    break;
                case 7 or 8 when sent.Count > 0:
                    var wrong = sent.Keys.ElementAt(random.Next(sent.Count));
                    decimal? amended = random.Next(3) == 0 ? null : quantity;
                    if (!wrong.StartsWith('h') && world.Correct("c" + id, wrong, amended).Outcome == CorrectionOutcome.Done)
                        sent[wrong] = (amended ?? 0, sent[wrong].Country);
                    break;
                default: world.Now += random.Next(2 * 86_400); break;
            }

            world.Expire();
        }

        return (world, sent);
    }

    private static UsageWindow Of(string label) => new(label, null, 0, Zones);

    private static UsageWindow Of(LocalDate from, LocalDate to) => new(null, new UsageDates(from, to), 0, Zones);

    private static GroupedUsage Read(PrepaidWorld world, UsageWindow window, params string[] dimensions) => Read(world, window, world.Rows.Count, dimensions);

    private static GroupedUsage Read(PrepaidWorld world, UsageWindow window, int rows, params string[] dimensions)
    {
        var usage = new GroupedUsage(window, dimensions);
        Visit(world, usage, rows);
        return usage;
    }

    // As a reader does: all rows, then again those that may hold what was corrected.
    private static void Visit(PrepaidWorld world, GroupedUsage usage, int rows)
    {
        while (usage.Version < rows)
            usage.Visit(usage.Version + 1, world.Rows[(int)usage.Version]);
        for (var version = usage.Waiting ? usage.ResolveFrom : rows + 1; version <= rows; version++)
            usage.Resolve(world.Rows[(int)version - 1]);
        usage.Waiting.ShouldBeFalse("what is corrected stands before its correction");
    }

    private static string[] Totals(IEnumerable<GroupedRow> rows) => Totals(rows.Select(row =>
        (row.Identity.Agreement, row.Identity.Charge, row.Count, row.Quantity, row.Amount)));

    private static string[] Totals(SubscriptionState state, string label) => Totals(state.Cells.ToArray().Where(cell => cell.Identity.Period.Label == label)
        .Select(cell => PackageCharge.Is(cell.Identity.Charge)
            ? (cell.Identity.Agreement, cell.Identity.Charge, 0, 0, cell.Amount)
            : (cell.Identity.Agreement, cell.Identity.Charge, cell.Count, cell.Quantity, cell.Amount)));

    private static string[] Totals(IEnumerable<(string Agreement, string Charge, long Count, decimal Quantity, decimal Amount)> rows) =>
        [.. rows.GroupBy(row => (row.Agreement, row.Charge)).OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => $"{group.Key} {group.Sum(row => row.Count)} {group.Sum(row => row.Quantity):0.####} {group.Sum(row => row.Amount):0.####}")];

    private static string[] Lines(IEnumerable<GroupedRow> rows) => [.. rows.Select(row =>
        $"{row.Identity.Agreement} {row.Identity.Charge} {row.Group.Values[0]} {row.Count} {row.Quantity:0.####} {row.Amount:0.####}").Order(StringComparer.Ordinal)];
}
