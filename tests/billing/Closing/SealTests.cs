// What a seal fixes: everything of its period and before it once, late usage apart, fees of every period since.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Closing;

public sealed class SealTests
{
    private static readonly SubscriptionTerms Sms = World.Terms(World.Leg(World.Price("sms", "0.1")));
    private static readonly RecurringCharge Fee = new() { Id = "fee", Price = 10 };

    [Fact]
    public void a_seal_takes_its_period_and_earlier_ones_and_leaves_later_ones()
    {
        var state = new SubscriptionState();
        state.Decide(Sms, "2025-06-03T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z"), new TestEvent("2", "2025-05-31T20:59:59.999999Z"),
            new TestEvent("3", "2025-05-31T21:00:00Z"));
        Lines(Seal(state, Sms, "2025-05", head: 1)).ShouldBe(["usage sms.1 2025-05 2 x 2 = 0.2 (1..1)"]);
        Lines(Seal(state, Sms, "2025-06", head: 2)).ShouldBe(["usage sms.1 2025-06 1 x 1 = 0.1 (1..2)"]);
        Lines(Seal(state, Sms, "2025-07", head: 3)).ShouldBeEmpty();
    }

    [Fact]
    public void usage_that_comes_after_the_seal_is_late_with_its_own_period()
    {
        var state = new SubscriptionState();
        state.Decide(Sms, "2025-05-20T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z", 5));
        Seal(state, Sms, "2025-05", head: 1);
        state.Decide(Sms, "2025-06-03T00:00:00Z", new TestEvent("2", "2025-05-03T00:00:00Z", 2), new TestEvent("3", "2025-06-02T00:00:00Z"));
        Lines(Seal(state, Sms, "2025-06", head: 3)).ShouldBe(["late usage sms.1 2025-05 1 x 2 = 0.2 (3..3)", "usage sms.1 2025-06 1 x 1 = 0.1 (1..3)"]);
    }

    [Fact]
    public void late_usage_goes_on_where_the_allowance_stood()
    {
        var terms = World.Terms(World.Leg(World.Price("sms", "0.1", included: 10)));
        var state = new SubscriptionState();
        state.Decide(terms, "2025-05-20T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z", 8));
        Lines(Seal(state, terms, "2025-05", head: 1)).ShouldBe(["usage sms.1 2025-05 1 x 8 = 0 (1..1)"]);
        state.Decide(terms, "2025-06-03T00:00:00Z", new TestEvent("3", "2025-06-02T00:00:00Z", 9), new TestEvent("2", "2025-05-03T00:00:00Z", 5));
        Lines(Seal(state, terms, "2025-06", head: 3)).ShouldBe(["late usage sms.1 2025-05 1 x 5 = 0.3 (3..3)", "usage sms.1 2025-06 1 x 9 = 0 (1..3)"]);
    }

    [Fact]
    public void sealing_twice_has_nothing_twice()
    {
        var terms = World.Terms("2025-05-01T00:00:00Z", null, World.Leg(World.Price("sms", "0.1"), Fee));
        var state = new SubscriptionState();
        state.Decide(terms, "2025-05-20T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z"));
        Lines(Seal(state, terms, "2025-05", head: 1)).Length.ShouldBe(2);
        Lines(Seal(state, terms, "2025-05", head: 2)).ShouldBeEmpty();
        Lines(Seal(state, terms, "2025-04", head: 2)).ShouldBeEmpty();
    }

    [Fact]
    public void fees_of_periods_that_nobody_sealed_come_with_the_next_seal()
    {
        var terms = World.Terms("2025-01-15T00:00:00Z", null, World.Leg(Fee));
        var state = new SubscriptionState();
        var lines = Seal(state, terms, "2025-04", head: 0).Lines;
        lines.Select(line => $"{line.OriginalPeriod} {line.Amount:0.00}").ShouldBe(["2025-01 5.48", "2025-02 10.00", "2025-03 10.00", "2025-04 10.00"]);
        lines.ShouldAllBe(line => !line.Late && line.Count == 0 && line.FromVersion == 0 && line.ProofHash == null);
        Seal(state, terms, "2025-06", head: 1).Lines.Select(line => line.OriginalPeriod).ShouldBe(["2025-05", "2025-06"]);
    }

    [Fact]
    public void a_subscription_that_has_not_begun_or_has_ended_has_no_fees()
    {
        var terms = World.Terms("2025-05-10T00:00:00Z", "2025-05-20T21:00:00Z", World.Leg(Fee));
        var state = new SubscriptionState();
        Lines(Seal(state, terms, "2025-04", head: 0)).ShouldBeEmpty();
        Seal(state, terms, "2025-05", head: 0).Lines.Single().Amount.ShouldBe(10m * 11 / 31);
        Lines(Seal(state, terms, "2025-06", head: 0)).ShouldBeEmpty();
    }

    [Fact]
    public void two_calendars_of_one_subscription_do_not_disturb_each_other()
    {
        var terms = World.Terms("2025-05-01T00:00:00Z", null, World.Leg("wholesale", World.Helsinki, ("2025-01-01", [World.Price("sms", "0.1"), Fee])),
            World.Leg("retail", World.NewYork25, ("2025-01-01", [World.Price("sms", "0.2"), Fee with { Price = 31 }])));
        var state = new SubscriptionState();
        state.Decide(terms, "2025-05-26T00:00:00Z", new TestEvent("1", "2025-05-26T00:00:00Z"));
        Lines(Seal(state, terms, "2025-05", head: 1, "new-york")).ShouldBe(["recurring fee.1 2025-05 0 x 1 = 25.8333333333 (0..0)"]);
        Lines(Seal(state, terms, "2025-05", head: 2)).ShouldBe(["recurring fee.1 2025-05 0 x 1 = 10 (0..0)", "usage sms.1 2025-05 1 x 1 = 0.1 (1..2)"]);
        state.Decide(terms, "2025-06-02T00:00:00Z", new TestEvent("2", "2025-05-24T00:00:00Z"));
        Lines(Seal(state, terms, "2025-06", head: 4, "new-york")).ShouldBe(
            ["recurring fee.1 2025-06 0 x 1 = 31 (0..0)", "usage sms.1 2025-06 1 x 1 = 0.2 (1..4)", "late usage sms.1 2025-05 1 x 1 = 0.2 (3..4)"]);
    }

    [Fact]
    public void the_proof_range_holds_usage_that_came_before_the_seal_of_the_period_before()
    {
        var state = new SubscriptionState();
        state.Decide(Sms, "2025-05-20T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z"));
        Seal(state, Sms, "2025-04", head: 1, now: "2025-05-20T00:01:00Z");
        state.Decide(Sms, "2025-06-01T01:00:00Z", new TestEvent("2", "2025-06-01T00:30:00Z"));
        Seal(state, Sms, "2025-05", head: 3, now: "2025-06-01T02:00:00Z");
        Lines(Seal(state, Sms, "2025-06", head: 4)).ShouldBe(["usage sms.1 2025-06 1 x 1 = 0.1 (3..4)"]);
    }

    [Fact]
    public void a_seal_comes_back_from_its_frame_as_it_was_written()
    {
        var terms = World.Terms("2025-05-01T00:00:00Z", null, World.Leg(World.Price("sms", "0.1"), Fee));
        var state = new SubscriptionState();
        state.Decide(terms, "2025-05-20T00:00:00Z", new TestEvent("1", "2025-05-02T00:00:00Z"));
        var seal = SealDecider.Decide(state, terms, "helsinki", World.Helsinki.PeriodOf("2025-05")!, 1, 5);
        var back = SealFrame.Find(SealFrame.Write(seal).Span, "helsinki", "2025-05")!;
        back.Lines.ShouldBe(seal.Lines);
        back.Carried.ShouldBe(seal.Carried);
        (back with { Lines = seal.Lines, Carried = seal.Carried }).ShouldBe(seal);
        SealFrame.Find(SealFrame.Write(seal).Span, "helsinki", "2025-06").ShouldBeNull();
        SealFrame.Find(SealFrame.Write(seal).Span, "new-york", "2025-05").ShouldBeNull();
    }

    [Fact]
    public void a_seal_notes_what_it_went_by_and_one_of_the_first_format_notes_nothing()
    {
        var seal = new Seal("helsinki", "2025-05", World.At("2025-05-31T21:00:00Z"), 5, [], new SealBasis(100, 7));
        var bytes = SealFrame.Write(seal).ToArray();
        SealFrame.Find(bytes, "helsinki", "2025-05")!.Basis.ShouldBe(new SealBasis(100, 7));
        // The first format ended with the lines.
        var first = bytes[..^2];
        (first[1], first[2]) = (1, (byte)(first[2] - 2));
        SealFrame.Find(first, "helsinki", "2025-05")!.Basis.ShouldBe(default);
    }

    [Fact]
    public void fees_begin_with_the_earliest_event_that_a_seal_has_seen()
    {
        var sold = World.Terms("2025-05-01T00:00:00Z", null, World.Leg(World.Price("sms", "0.1"), Fee));
        var terms = sold with { Definition = sold.Definition with { Activation = "first_use" }, Version = 1 };
        var state = new SubscriptionState();
        Lines(Seal(state, terms, "2025-05", head: 1)).ShouldBeEmpty();
        state.Decide(terms, "2025-06-20T00:00:00Z", new TestEvent("1", "2025-06-17T00:00:00Z"));
        state.Decide(terms, "2025-06-20T00:00:01Z", new TestEvent("2", "2025-06-16T00:00:00Z"));
        SubscriptionSnapshot.Read(SubscriptionSnapshot.Write(state).Span)!.FirstUseMicros.ShouldBe(Micros.Of(World.At("2025-06-16T00:00:00Z")));
        Seal(state, terms, "2025-06", head: 2).Lines.Single(line => line.Kind == "recurring").From.ShouldBe(new NodaTime.LocalDate(2025, 6, 16));
        // Later events change it no more.
        state.Decide(terms, "2025-07-01T12:00:00Z", new TestEvent("3", "2025-06-10T00:00:00Z"));
        var july = Seal(state, terms, "2025-07", head: 4);
        july.Lines.Single(line => line.Kind == "recurring").From.ShouldBe(new NodaTime.LocalDate(2025, 7, 1));
        july.Basis.FirstUseMicros.ShouldBe(Micros.Of(World.At("2025-06-16T00:00:00Z")));
    }

    [Fact]
    public void all_seals_and_what_is_unsealed_are_the_totals_and_every_proof_range_holds_its_events() =>
        Gen.Choose(0, int.MaxValue).ShouldHold(seed =>
        {
            var live = new LiveRun(seed, History.Of(seed));
            var lines = live.Seals.SelectMany(seal => seal.Lines).Where(line => line.Kind == "usage").ToArray();
            foreach (var cell in live.State.Cells.ToArray())
            {
                var own = lines.Where(line => (line.Agreement, line.Charge, line.PlanVersion, line.OriginalPeriod)
                    == (cell.Identity.Agreement, cell.Identity.Charge, cell.Identity.PlanVersion, cell.Identity.Period.Label)).ToArray();
                (own.Sum(line => line.Count), own.Sum(line => line.Quantity), own.Sum(line => line.Amount))
                    .ShouldBe((cell.SealedCount, cell.SealedQuantity, cell.SealedAmount));
                own.Skip(1).ShouldAllBe(line => line.Late);
                foreach (var line in own)
                    EventsOf(live, cell.Number, line.FromVersion, line.ToVersion).ShouldBe(line.Count, $"{line}");
            }

            return lines.Sum(line => line.Amount) == live.State.Cells.ToArray().Sum(cell => cell.SealedAmount);
        });

    private static long EventsOf(LiveRun live, int cell, long from, long to)
    {
        var counter = new Counter(cell);
        foreach (var (_, frames) in live.Rows.Where(row => row.Version >= from && row.Version <= to))
            SubscriptionReplay.Visit(frames, counter);
        return counter.Events;
    }

    private static Seal Seal(SubscriptionState state, SubscriptionTerms terms, string label, long head, string calendar = "helsinki", string? now = null)
    {
        var period = (calendar == "helsinki" ? World.Helsinki : World.NewYork25).PeriodOf(label)!;
        var seal = SealDecider.Decide(state, terms, calendar, period, head, now is null ? Micros.Of(period.End) : Micros.Of(World.At(now)));
        SealFrame.Apply(state, head + 1, seal);
        return seal;
    }

    private static string[] Lines(Seal seal) => [.. seal.Lines.Select(line =>
        $"{(line.Late ? "late " : "")}{line.Kind} {line.Charge}.{line.PlanVersion} {line.OriginalPeriod} {line.Count} x {line.Quantity:0.####} = {line.Amount:0.##########} ({line.FromVersion}..{line.ToVersion})")];

    private sealed class Counter(int cell) : UsageVisitor
    {
        public long Events { get; private set; }

        public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs)
        {
            foreach (var leg in legs)
                Events += leg.Cell == cell ? 1 : 0;
        }
    }
}
