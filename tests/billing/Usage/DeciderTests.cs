// What becomes of an event: known, in time, active; and that a refusal leaves no trace.
using OrleansBilling.Billing.Usage;
using Shouldly;
using Xunit;
using static OrleansBilling.Billing.Usage.UsageOutcome;

namespace OrleansBilling.BillingTests.Usage;

public sealed class DeciderTests
{
    private const string Now = "2025-05-12T12:00:00Z";
    private static readonly SubscriptionTerms Terms = World.Terms(World.Leg(World.Price("all", "0.05")));
    private static readonly TestEvent First = new("1", "2025-05-12T09:00:00Z", 2, dimensions: "country=FI,net=1");

    [Fact]
    public void an_event_counts_once_in_a_batch_across_batches_and_after_replay()
    {
        var state = new SubscriptionState();
        var decision = state.Decide(Terms, Now, First, First);
        decision.Outcomes.ShouldBe([Accepted, Duplicate]);
        (decision.Accepted, decision.FirstId).ShouldBe((1, 0L));
        state.Decide(Terms, Now, First).Outcomes.ShouldBe([Duplicate]);
        var replayed = new SubscriptionState();
        SubscriptionReplay.Apply(replayed, 1, decision.Frame.Span, 0);
        replayed.Decide(Terms, Now, First).Outcomes.ShouldBe([Duplicate]);
        replayed.Ledger().ShouldBe(["retail all.1 2025-05 1 x 2 = 0.1"]);
        SubscriptionSnapshot.Read(replayed.Snapshot())!.Decide(Terms, Now, First).Outcomes.ShouldBe([Duplicate]);
    }

    public static TheoryData<string> Differences =>
        ["time", "quantity", "meter", "dimension value", "dimension name", "one dimension more", "one dimension less", "scale"];

    [Theory, MemberData(nameof(Differences))]
    public void the_same_id_with_another_body_is_a_conflict(string what)
    {
        var other = what switch
        {
            "time" => First with { Time = First.Time + NodaTime.Duration.FromTicks(10) },
            "quantity" => First with { Quantity = 3 },
            "scale" => First with { Quantity = 2.0m },
            "meter" => First with { Meter = "call" },
            "dimension value" => First with { Dimensions = "country=EE,net=1" },
            "dimension name" => First with { Dimensions = "country=FI,nets=1" },
            "one dimension more" => First with { Dimensions = "country=FI,net=1,x=" },
            _ => First with { Dimensions = "country=FI" },
        };
        var state = new SubscriptionState();
        var frame = state.Decide(Terms, Now, First).Frame;
        var before = state.Snapshot();
        state.Decide(Terms, Now, other, First, other).Outcomes.ShouldBe([Conflict, Duplicate, Conflict]);
        state.Snapshot().ShouldBe(before);
        var replayed = new SubscriptionState();
        SubscriptionReplay.Apply(replayed, 1, frame.Span, 0);
        replayed.Decide(Terms, Now, other).Outcomes.ShouldBe([Conflict]);
        new SubscriptionState().Decide(Terms, World.At(Now), [other], Older.Holding(First)).Outcomes.ShouldBe([Conflict]);
    }

    [Fact]
    public void the_order_of_dimensions_makes_no_conflict() =>
        new SubscriptionState().Decide(Terms, Now, First, First with { Dimensions = "net=1,country=FI" }).Outcomes.ShouldBe([Accepted, Duplicate]);

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("a", "", "", "a")]
    [InlineData("a\u0001b", "c", "a", "b\u0001c")]
    [InlineData("/a", "1", "/A", "1")]
    public void source_and_id_together_name_an_event(string source, string id, string otherSource, string otherId) =>
        new SubscriptionState().Decide(Terms, Now, First with { Source = source, Id = id }, First with { Source = otherSource, Id = otherId })
            .Outcomes.ShouldBe([Accepted, Accepted]);

    [Theory]
    [InlineData("2025-04-08T12:00:00Z", Accepted)]
    [InlineData("2025-04-08T11:59:59.999999Z", TooLate)]
    [InlineData("2025-05-12T12:05:00Z", Accepted)]
    [InlineData("2025-05-12T12:05:00.000001Z", InTheFuture)]
    public void the_window_is_34_days_back_and_5_minutes_ahead_both_included(string time, UsageOutcome outcome) =>
        new SubscriptionState().Decide(Terms, Now, new TestEvent("1", time)).Outcomes.ShouldBe([outcome]);

    [Fact]
    public void ids_are_asked_before_lateness()
    {
        var state = new SubscriptionState();
        state.Decide(Terms, Now, First).Outcomes.ShouldBe([Accepted]);
        const string later = "2025-08-01T00:00:00Z";
        state.Decide(Terms, later, First, First with { Quantity = 9 }, First with { Id = "2" }).Outcomes.ShouldBe([Duplicate, Conflict, TooLate]);
        new SubscriptionState().Decide(Terms, World.At(later),
            [First, First with { Quantity = 9 }], Older.Holding(First)).Outcomes.ShouldBe([Duplicate, Conflict]);
    }

    [Theory]
    [InlineData("2025-05-01T09:59:59.999999Z", SubscriptionNotActive)]
    [InlineData("2025-05-01T10:00:00Z", Accepted)]
    [InlineData("2025-05-10T09:59:59.999999Z", Accepted)]
    [InlineData("2025-05-10T10:00:00Z", SubscriptionNotActive)]
    public void service_includes_its_first_instant_and_excludes_its_end(string time, UsageOutcome outcome) =>
        new SubscriptionState().Decide(World.Terms("2025-05-01T10:00:00Z", "2025-05-10T10:00:00Z", [.. Terms.Legs]), Now, new TestEvent("1", time))
            .Outcomes.ShouldBe([outcome]);

    [Fact]
    public void an_unknown_meter_is_told_from_one_without_a_price() =>
        new SubscriptionState().Decide(Terms, Now, new TestEvent("1", Now, meter: "free"),
            new TestEvent("2", Now, meter: "smś"), new TestEvent("3", Now, meter: ""))
            .Outcomes.ShouldBe([NoPrice, UnknownMeter, UnknownMeter]);

    [Fact]
    public void an_event_is_priced_on_all_legs_or_taken_on_none()
    {
        var terms = World.Terms(World.Leg("wholesale", World.Helsinki, ("2025-01-01", [World.Price("all", "0.04")])),
            World.Leg("retail", World.NewYork25, ("2025-01-01", [World.Price("fi", "0.05", "country=FI")])));
        var state = new SubscriptionState();
        var nothing = state.Snapshot();
        state.Decide(terms, Now, First with { Dimensions = "" }).Frame.Length.ShouldBe(0);
        state.Snapshot().ShouldBe(nothing);
        state.Decide(terms, Now, First with { Dimensions = "" }, First).Outcomes.ShouldBe([NoPrice, Accepted]);
        state.Ledger().ShouldBe(["wholesale all.1 2025-05 1 x 2 = 0.08", "retail fi.1 2025-05 1 x 2 = 0.1"]);
    }

    [Fact]
    public void every_refusal_leaves_the_state_as_it_was()
    {
        var state = new SubscriptionState();
        state.Decide(Terms, Now, First);
        var before = state.Snapshot();
        var decision = state.Decide(Terms, "2025-05-12T13:00:00Z", new TestEvent("f", "2026-01-01T00:00:00Z"), new TestEvent("l", "2025-01-01T00:00:00Z"),
            new TestEvent("m", Now, meter: "no"), new TestEvent("p", Now, meter: "free"),
                First with { Quantity = 7 }, First, new TestEvent("o", Now, decimal.MaxValue));
        decision.Outcomes.ShouldBe([InTheFuture, TooLate, UnknownMeter, NoPrice, Conflict, Duplicate, InvalidEvent]);
        (decision.Frame.Length, decision.Accepted).ShouldBe((0, 0));
        state.Snapshot().ShouldBe(before);
    }

    [Theory]
    [InlineData("79228162514264337593543950335", "2", "the product")]
    [InlineData("79228162514264337593543950335", "0.5", "the total of the quantity")]
    [InlineData("1000000000000001", "0.01", "a quantity that no document can hold")]
    [InlineData("999999999999", "999999999999", "an amount that no document can hold")]
    public void what_money_cannot_hold_is_refused_on_all_legs(string quantity, string price, string why)
    {
        var terms = World.Terms(World.Leg("wholesale", World.Helsinki, ("2025-01-01", [World.Price("all", "0.0000000001")])),
            World.Leg("retail", World.NewYork25, ("2025-01-01", [World.Price("any", price)])));
        var state = new SubscriptionState();
        state.Decide(terms, Now, First).Outcomes.ShouldBe([Accepted]);
        var before = state.Snapshot();
        var huge = First with { Id = "2", Quantity = decimal.Parse(quantity) };
        state.Decide(terms, Now, huge, huge).Outcomes.ShouldBe([InvalidEvent, InvalidEvent], why);
        state.Snapshot().ShouldBe(before);
        state.Decide(terms, Now, huge with { Quantity = 1 }).Outcomes.ShouldBe([Accepted]);
    }

    [Fact]
    public void a_total_stops_before_documents_cannot_hold_it()
    {
        var state = new SubscriptionState();
        var each = Enumerable.Range(0, 1100).Select(number => new TestEvent($"{number}", World.At(Now), 999_999_999_999m)).ToArray();
        var outcomes = state.Decide(Terms, World.At(Now), each).Outcomes;
        outcomes.Count(outcome => outcome == Accepted).ShouldBe(1000);
        outcomes.Skip(1000).ShouldAllBe(outcome => outcome == InvalidEvent);
    }

    [Fact]
    public void a_malformed_record_in_a_batch_takes_nothing_of_it()
    {
        var state = new SubscriptionState();
        var before = state.Snapshot();
        var good = World.Pack(First);
        byte[][] bad = [[5, 1, 2, 3, 4, 5], good[..^1], [.. good, 0], []];
        foreach (var tail in bad)
        {
            Should.Throw<PackedFormatException>(() => UsageDecider.Decide(state, Terms, [.. good, .. tail], 2, Micros.Of(World.At(Now)), Older.None));
            state.Snapshot().ShouldBe(before);
        }

        Should.Throw<PackedFormatException>(() => UsageDecider.Decide(state, Terms, [.. good, .. good], 1, Micros.Of(World.At(Now)), Older.None));
        state.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void recorded_time_never_goes_back()
    {
        var state = new SubscriptionState();
        state.Decide(Terms, Now, First);
        state.Decide(Terms, "2025-05-12T11:00:00Z", First with { Id = "2" }).Outcomes.ShouldBe([Accepted]);
        state.LastRecordedMicros.ShouldBe(Micros.Of(World.At(Now)));
    }

    [Fact]
    public void an_event_of_no_units_is_counted() =>
        Ledger(new TestEvent("1", Now, 0)).ShouldBe(["retail all.1 2025-05 1 x 0 = 0"]);

    private static string[] Ledger(params TestEvent[] events)
    {
        var state = new SubscriptionState();
        state.Decide(Terms, Now, events);
        return state.Ledger();
    }
}
