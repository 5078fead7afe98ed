// Sums of a party against a plain sum: reports repeated, reordered, lost and told again, restarts in between.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.GrainsTests.Live;

public sealed class RollupProperties
{
    private const long Now = 1_500;

    // Two calendars, so that "current" is not one label; the third key is archived and never current.
    private static readonly RollupKey[] Keys =
    [
        new("wholesale", "basic", "sms", "segments", "2025-05", 1_000, 2_000), new("retail", "gold", "sms", "segments", "2025-06", 1_200, 2_400),
        new("wholesale", "basic", "sms", "segments", "2025-03", 0, 0), new("wholesale", "basic", "mms", "messages", "2025-05", 1_000, 2_000),
        new("wholesale", "basic", "sms", "segments", "2025-04", 500, 1_000),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void sums_are_those_of_the_newest_totals_whatever_happens_to_reports(int seed)
    {
        var random = new Random(seed);
        var children = Enumerable.Range(0, 40).Select(number => new Model($"s-{number}")).ToArray();
        var underway = new List<Report>();
        var rollup = new UsageRollup();
        for (var step = 0; step < 4_000; step++)
        {
            var child = children[random.Next(children.Length)];
            child.Count(random);
            if (random.Next(4) > 0) underway.Add(child.Report());
            while (underway.Count > 20)
            {
                var report = underway[random.Next(underway.Count)];
                rollup.Replace(report.Child, report.Version, report.Totals);
                // Some arrive twice or stay for long; some are never heard of.
                if (random.Next(3) > 0) underway.Remove(report);
            }

            if (random.Next(300) == 0) rollup = UsageRollup.Read(rollup.Write().Span)!;
            if (random.Next(200) == 0) rollup.Of(random.Next(2) == 0 ? null : "2025-05", Now);
        }

        foreach (var child in children)
        {
            if (rollup.VersionOf(child.Id) >= child.Version) continue;
            var report = child.Report();
            rollup.Replace(report.Child, report.Version, report.Totals).ShouldBeTrue();
        }

        foreach (var period in new[] { null, "2025-03", "2025-04", "2025-05", "2025-06" })
            Compare(rollup.Of(period, Now), children, period);
    }

    [Fact]
    public void an_older_report_changes_nothing_and_of_one_version_the_fuller_counts()
    {
        var rollup = new UsageRollup();
        rollup.Replace("a", 7, [new(Keys[0], 3, 30, 1.5m)]).ShouldBeTrue();
        rollup.Replace("a", 6, [new(Keys[0], 2, 20, 1m)]).ShouldBeFalse();
        rollup.Replace("a", 7, [new(Keys[0], 3, 30, 1.5m)]).ShouldBeFalse();
        rollup.Replace("a", 7, [new(Keys[0], 4, 40, 2m)]).ShouldBeTrue();
        rollup.Of(null, Now).Meters.ShouldBe([new RollupMeter("segments", 4, 40)]);
    }

    [Fact]
    public void current_follows_the_time_into_the_next_period_of_each_leg()
    {
        var rollup = new UsageRollup();
        rollup.Replace("a", 1, [new(Keys[0], 1, 10, 0.1m), new(Keys[1], 1, 10, 0.2m), new(Keys[4], 5, 50, 0.5m)]);
        rollup.Of(null, 1_100).Legs.Select(leg => leg.Amount).ShouldBe([0.1m]);
        rollup.Of(null, 1_200).Legs.Select(leg => leg.Amount).ShouldBe([0.1m, 0.2m], ignoreOrder: true);
        rollup.Of(null, 1_999).Meters.ShouldBe([new RollupMeter("segments", 1, 10)]);
        rollup.Of(null, 2_000).Legs.Select(leg => leg.Amount).ShouldBe([0.2m]);
        rollup.Of(null, 600).Legs.Select(leg => leg.Amount).ShouldBe([0.5m]);
        // A period that nobody knew begins while the sums stand.
        rollup.Replace("b", 1, [new(Keys[0] with { Period = "2025-07", StartMicros = 2_000, EndMicros = 3_000 }, 2, 20, 0.7m)]);
        rollup.Of(null, 2_001).Legs.Select(leg => leg.Amount).ShouldBe([0.2m, 0.7m], ignoreOrder: true);
    }

    [Fact]
    public void damaged_bytes_are_refused()
    {
        var rollup = new UsageRollup { AsOfMicros = 12 };
        rollup.Replace("a", 1, [new(Keys[0], 1, 10, 0.1m)]);
        var packed = rollup.Write().ToArray();
        UsageRollup.Read(packed)!.AsOfMicros.ShouldBe(12);
        for (var length = 1; length < packed.Length; length++)
            Should.Throw<PackedFormatException>(() => UsageRollup.Read(packed.AsSpan(0, length)));
    }

    private static void Compare(RollupView view, Model[] children, string? period)
    {
        bool Counts(RollupTotal total) => period is null ? total.Key.Contains(Now) : total.Key.Period == period;
        var totals = children.Select(child => child.Totals.Where(total => total.Count > 0).Where(Counts).ToList()).ToList();
        var legs = totals.SelectMany(all => all).GroupBy(total => (total.Key.Meter, total.Key.Agreement, total.Key.Plan, total.Key.Charge))
            .Select(leg => new RollupLeg(leg.Key.Meter, leg.Key.Agreement, leg.Key.Plan, leg.Key.Charge, leg.Sum(one => one.Count), leg.Sum(one => one.Quantity),
                leg.Sum(one => one.Amount)));
        view.Legs.ShouldBe(legs, ignoreOrder: true);
        var meters = totals.SelectMany(all => all.GroupBy(total => total.Key.Meter).Select(meter => meter.GroupBy(total => total.Key.Agreement)
                .Select(leg => new RollupMeter(meter.Key, leg.Sum(one => one.Count), leg.Sum(one => one.Quantity))).MaxBy(leg => leg.Events)))
            .GroupBy(meter => meter.Meter).Select(meter => new RollupMeter(meter.Key, meter.Sum(one => one.Events), meter.Sum(one => one.Quantity)));
        view.Meters.ShouldBe(meters, ignoreOrder: true);
    }

    private sealed record Report(string Child, long Version, RollupTotal[] Totals);

    private sealed class Model(string id)
    {
        public string Id => id;

        public long Version { get; private set; }

        public RollupTotal[] Totals { get; } = [.. Keys.Select(key => new RollupTotal(key, 0, 0, 0))];

        public void Count(Random random)
        {
            Version++;
            ref var total = ref Totals[random.Next(Totals.Length)];
            var units = random.Next(1, 100);
            // Each event counts as many units on every leg, so the fuller leg by events is the fuller one by units as well.
            total = total with { Count = total.Count + units, Quantity = total.Quantity + units, Amount = total.Amount + (units * 0.0123m) };
        }

        // References of its own, as messages have.
        public Report Report() => new(id, Version, [.. Totals.Where(total => total.Count > 0).Select(total => total with { Key = total.Key with { } })]);
    }
}
