// Meters that are not added up: the highest, how many different ones, the latest; on duplicates, late events, corrections, edges of periods and tiers.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.BillingTests.Holds;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Readings;

public sealed class ReadingTests
{
    private static readonly UsageCharge Seat = World.Price("seat", "2.50", meter: "peak");
    private static readonly UsageCharge User = World.Price("user", "0.30", meter: "users");
    private static readonly UsageCharge Gigabyte = World.Price("gb", "0.10", meter: "stock");

    [Fact]
    public void a_peak_costs_what_each_new_height_adds_and_a_lower_reading_nothing()
    {
        var world = new ReadingWorld(Seat);
        foreach (var (id, quantity) in new[] { ("a", 5m), ("b", 3m), ("c", 8m), ("d", 8m) }) world.Send(id, "05-12", quantity);
        world.Send("c", "05-12", 8).ShouldBe(UsageOutcome.Duplicate);
        world.Send("c", "05-12", 9).ShouldBe(UsageOutcome.Conflict);
        world.Totals().ShouldBe(["seat.1 2025-05 8 = 20"]);
        world.IsProved();
    }

    [Fact]
    public void a_value_counts_once_in_a_period_and_again_in_the_next()
    {
        var world = new ReadingWorld(User);
        foreach (var (id, day, who) in new[] { ("a", "05-12", "ann"), ("b", "05-13", "ann"), ("c", "05-13", "bob"), ("d", "06-01", "ann") })
            world.Send(id, day, 7, "users", "who=" + who);
        world.Totals().ShouldBe(["user.1 2025-05 2 = 0.6", "user.1 2025-06 1 = 0.3"]);
        world.Send("e", "05-14", 1, "users", "country=FI").ShouldBe(UsageOutcome.NoPrice);
        world.IsProved();
    }

    [Fact]
    public void a_subscription_remembers_a_bounded_number_of_readings_and_what_it_knows_still_counts()
    {
        var world = new ReadingWorld(User, Seat);
        var decision = world.Send([.. Enumerable.Range(0, Limits.ReadingsMax).Select(n =>
            new TestEvent($"{n}", "2025-05-12T09:00:00Z", 1, "users", "/a", $"who={n}"))]);
        decision.ShouldAllBe(outcome => outcome == UsageOutcome.Accepted);
        world.Send("more", "05-12", 1, "users", "who=another").ShouldBe(UsageOutcome.TooManyReadings);
        world.Send("peak", "05-12", 5).ShouldBe(UsageOutcome.TooManyReadings, "a reading of another total takes room too");
        world.Send("known", "05-13", 1, "users", "who=7").ShouldBe(UsageOutcome.Accepted);
        world.Correct("c", of: "3").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Send("more", "05-12", 1, "users", "who=another").ShouldBe(UsageOutcome.Accepted, "what was taken back has made room");
        world.Totals().ShouldBe(["user.1 2025-05 100000 = 30000"]);
    }

    [Fact]
    public void what_was_read_goes_with_the_total_that_is_archived_and_the_snapshot_still_agrees_with_the_rows()
    {
        var world = new ReadingWorld(Seat, User);
        world.Send("a", "05-12", 5);
        world.Send("b", "05-12", 1, "users", "who=ann");
        world.Send("c", "06-02", 3);
        world.Seal("2025-05");
        world.State.ArchiveCells(World.At("2025-06-05T00:00:00Z"));
        world.State.Readings.Count.ShouldBe(1, "June's");
        world.Proved();
    }

    [Fact]
    public void the_latest_is_so_by_its_own_time_and_what_fell_is_given_back()
    {
        var world = new ReadingWorld(Gigabyte);
        world.Send("b", "05-20", 40, "stock");
        world.Send("a", "05-10", 90, "stock");
        world.Totals().ShouldBe(["gb.1 2025-05 40 = 4"]);
        world.Send("c", "05-21", 10, "stock");
        world.Totals().ShouldBe(["gb.1 2025-05 10 = 1"]);
        world.IsProved();
    }

    [Fact]
    public void the_edge_of_a_period_is_midnight_of_its_zone()
    {
        var world = new ReadingWorld(Seat);
        world.Send("may", "05-31", 5);
        world.Send("june", "06-01", 4);
        world.Totals().ShouldBe(["seat.1 2025-05 5 = 12.5", "seat.1 2025-06 4 = 10"]);
        var edge = new TestEvent("edge", "2025-05-31T20:59:59Z", 6, "peak");
        world.State.Decide(World.Terms(World.Leg(Seat)), World.At("2025-06-10T00:00:00Z"), [edge]).Outcomes.ShouldBe([UsageOutcome.Accepted]);
        world.Totals()[0].ShouldBe("seat.1 2025-05 6 = 15");
    }

    [Fact]
    public void a_retracted_peak_leaves_the_one_behind_it_and_a_value_stands_as_long_as_one_event_says_it()
    {
        var world = new ReadingWorld(Seat, User);
        foreach (var (id, quantity) in new[] { ("a", 5m), ("b", 10m), ("c", 8m), ("d", 10m) }) world.Send(id, "05-12", quantity);
        world.Correct("1", "b").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Totals().ShouldBe(["seat.1 2025-05 10 = 25"], "d says the same");
        world.Correct("2", "d").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Totals().ShouldBe(["seat.1 2025-05 8 = 20"]);
        world.Correct("3", "d").Outcome.ShouldBe(CorrectionOutcome.AlreadyRetracted);
        world.Correct("2", "d").Outcome.ShouldBe(CorrectionOutcome.Done, "the same again");
        world.Correct("4", "a", 9.5m).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Correct("5", "a", 1).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Totals().ShouldBe(["seat.1 2025-05 8 = 20"]);
        world.Correct("6", "c").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Totals().ShouldBe(["seat.1 2025-05 1 = 2.5"]);

        world.Send("u", "05-12", 1, "users", "who=ann");
        world.Send("v", "05-13", 1, "users", "who=ann");
        world.Correct("7", "u").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Totals()[1].ShouldBe("user.1 2025-05 1 = 0.3");
        world.Correct("8", "v").Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Totals()[1].ShouldBe("user.1 2025-05 0 = 0");
        world.IsProved();
    }

    [Fact]
    public void what_comes_after_the_seal_is_late_by_what_it_adds_to_the_sealed_period()
    {
        var world = new ReadingWorld(Seat);
        world.Send("a", "05-12", 10);
        world.Seal("2025-05").Lines.Select(line => (line.Quantity, line.Amount, line.Late)).ShouldBe([(10m, 25m, false)]);
        world.Send("late", "05-13", 12);
        world.Send("lower", "05-13", 11);
        world.Send("june", "06-02", 3);
        world.Correct("1", "a");
        world.Seal("2025-06").Lines.Select(line => (line.OriginalPeriod, line.Quantity, line.Amount, line.Late))
            .ShouldBe([("2025-05", 2m, 5m, true), ("2025-06", 3m, 7.5m, false)]);
        world.IsProved();
    }

    [Fact]
    public void one_peak_has_one_price_that_which_held_first_in_the_period()
    {
        var world = new ReadingWorld(World.Terms(World.Leg("retail", World.Helsinki,
            ("2025-01-01", [Seat]), ("2025-05-15", [World.Price("seat", "4.00", meter: "peak"), World.Price("gb", "1.00", meter: "stock")]),
            ("2025-05-20", [World.Price("seat", "9.00", meter: "peak"), World.Price("gb", "2.00", meter: "stock")]))));
        world.Send("b", "05-25", 12);
        world.Send("a", "05-10", 10);
        world.Send("c", "06-01", 1);
        world.Send("before", "05-14", 1, "stock").ShouldBe(UsageOutcome.NoPrice);
        world.Send("first", "05-25", 3, "stock");
        world.Totals().ShouldBe(["seat.1 2025-05 12 = 30", "seat.3 2025-06 1 = 9", "gb.2 2025-05 3 = 3"]);
        world.IsProved();
    }

    [Fact]
    public void included_units_tiers_and_packages_of_the_plan_go_by_the_periods_units()
    {
        var world = new ReadingWorld(World.Price("seat", null, meter: "peak", included: 5, overage: "3.00"),
            new UsageCharge { Id = "user", Meter = "users", Model = "volume", Tiers = [new PriceTier { UpTo = 2, UnitPrice = 1m }, new PriceTier { UnitPrice = 0.4m }] });
        world.Send("a", "05-12", 4);
        world.Send("b", "05-13", 7);
        foreach (var who in new[] { "ann", "bob", "eve" }) world.Send(who, "05-12", 1, "users", "who=" + who);
        world.Totals().ShouldBe(["seat.1 2025-05 7 = 6", "user.1 2025-05 3 = 1.2"]);
        world.Correct("1", "b", 6);
        world.Correct("2", "eve");
        world.Totals().ShouldBe(["seat.1 2025-05 6 = 3", "user.1 2025-05 2 = 2"]);
        world.IsProved();
    }

    [Fact]
    public void each_charge_has_a_peak_of_its_own()
    {
        var world = new ReadingWorld(Seat, World.Price("seat-ee", "1.00", "country=EE", "peak"));
        world.Send("a", "05-12", 4);
        world.Send("b", "05-12", 9, dimensions: "country=EE");
        world.Send("c", "05-12", 6);
        world.Totals().ShouldBe(["seat.1 2025-05 6 = 15", "seat-ee.1 2025-05 9 = 9"]);
    }

    [Fact]
    public void what_is_no_message_is_not_refunded_held_packaged_or_filled_back()
    {
        var terms = PrepaidWorld.Terms([World.Leg(Seat, World.Price("sms", "0.05"))], new LegFunding("own", false, null));
        var prepaid = new PrepaidWorld(terms);
        prepaid.Grant("g", 10, meter: "peak").Field.ShouldBe("meter");
        prepaid.Receive("own", 100);
        HoldDecider.Place(prepaid.State, terms, "h", 1, HoldDecider.RecordOf("h", "peak", 1, [], prepaid.NowMicros), prepaid.NowMicros + 60_000_000, prepaid.NowMicros, 0)
            .Outcome.ShouldBe(HoldOutcome.NotAddedUp);
        var world = new ReadingWorld(Seat);
        world.Send("a", "05-12", 4);
        world.Deliver("a", "undeliv").ShouldBe(CorrectionOutcome.Unchanged);
        var backfill = System.Text.Encoding.UTF8.GetString(BackfillName.Prefix("old", Micros.Of(World.At("2025-06-09T00:00:00Z")))) + "/a";
        world.Send("b", "04-12", 9, source: backfill).ShouldBe(UsageOutcome.InvalidEvent);
        world.Totals().ShouldBe(["seat.1 2025-05 4 = 10"]);
    }

    [Fact]
    public void a_wallet_pays_for_each_new_height_and_gets_back_what_was_never_reached()
    {
        var terms = PrepaidWorld.Terms([World.Leg(Seat)], new LegFunding("own", false, null));
        var world = new PrepaidWorld(terms);
        world.Receive("own", 20);
        UsageDecision Read(string id, decimal height)
        {
            var decision = UsageDecider.Decide(world.State, terms, World.Pack(new TestEvent(id, "2025-05-12T08:00:00Z", height, "peak")), 1, world.NowMicros, Older.None);
            world.Keep(decision.Frame);
            return decision;
        }

        Read("a", 5).Accepted.ShouldBe(1);
        Read("b", 4).Accepted.ShouldBe(1);
        Read("c", 9).Short!.Missing.ShouldBe(2.50m);
        Read("d", 8).Accepted.ShouldBe(1);
        world.Own.Available.ShouldBe(0);
        world.Correct("1", "d").Outcome.ShouldBe(CorrectionOutcome.Done);
        (world.Own.Available, world.Own.Refunded).ShouldBe((7.50m, 7.50m));
        world.Correct("2", "b", 9).Short!.Missing.ShouldBe(2.50m);
        world.Correct("2", "b", 8).Outcome.ShouldBe(CorrectionOutcome.Done);
        world.Own.Available.ShouldBe(0);
        var replayed = world.Replayed();
        replayed.Ledger().ShouldBe(world.State.Ledger());
        (replayed.PurseOf("own")!.Available, replayed.Readings.Count).ShouldBe((0m, world.State.Readings.Count));
    }
}
