// Fees in advance that purses pay, on paper: what is due, what days without service take off, what is given back (domain 0.3, rule 27).
using NodaTime;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Fees;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Fees;

public sealed class FundedFeeTests
{
    private static readonly WalletRefusal Dry = new("w", 0, "partner:b", false);

    [Theory]
    [InlineData("2025-05-01T09:00", "31.00", "the first day")]
    [InlineData("2025-05-11T09:00", "21.00", "ten days of 31 are lost")]
    [InlineData("2025-05-31T09:00", "1.00", "one is left")]
    [InlineData("2025-06-11T09:00", "20.67", "May is lost altogether, and ten days of June")]
    public void each_day_without_service_lowers_the_need(string today, string need, string why)
    {
        var terms = Terms("month 31.00 advance 0", Paused("2025-05-01T00:00", null));
        var now = FeeScheduleTests.At(today);
        FundedFees.Of(new SubscriptionState(), terms, now).Sum(fee => fee.Missing).ShouldBe(Exact(need), why);
        // What is there pays it to the cent, and a cent less does not.
        var (rich, poor) = (Having(Exact(need)), Having(Exact(need) - 0.01m));
        Look(rich, terms, now).Unpaid.ShouldBeNull();
        rich.Purses[0].Available.ShouldBe(0);
        Look(poor, terms, now).Unpaid.ShouldNotBeNull().DueAt.ShouldBe(World.Helsinki.StartOf(World.Helsinki.PeriodAt(now).From));
        poor.Purses[0].Spent.ShouldBe(0);
    }

    [Fact]
    public void a_close_posts_the_full_fee_and_the_credit_when_it_is_paid_and_nothing_before()
    {
        var (state, unpaid) = (Having(21), Terms("month 31.00 advance 0", Paused("2025-05-01T00:00", null)));
        Lines(state, unpaid, "2025-05").ShouldBeEmpty();
        Look(state, unpaid, FeeScheduleTests.At("2025-05-11T09:00")).Unpaid.ShouldBeNull();
        var resumed = Terms("month 31.00 advance 0", Paused("2025-05-01T00:00", "2025-05-11T09:00"));
        Lines(state, resumed, "2025-05").ShouldBe(["recurring 31.00 prepaid 31.00", "credit -10.00 prepaid -10.00"]);
        Lines(state, resumed, "2025-06").ShouldBeEmpty("nobody has paid June");
    }

    [Fact]
    public void a_year_that_is_paid_late_is_posted_by_the_close_that_holds_the_payment()
    {
        var (state, unpaid) = (Having(365), Terms("year 365.00 advance 0", Paused("2025-05-01T00:00", null)));
        Seal(state, unpaid, "2025-05").Lines.ShouldBeEmpty();
        Look(state, unpaid, FeeScheduleTests.At("2025-06-11T09:00")).Unpaid.ShouldBeNull();
        // 41 days of 365, ten of them in June.
        state.Purses[0].Spent.ShouldBe(324);
        Lines(state, Terms("year 365.00 advance 0", Paused("2025-05-01T00:00", "2025-06-11T09:00")), "2025-06")
            .ShouldBe(["recurring 365.00 prepaid 365.00", "credit -41.00 prepaid -41.00"]);
    }

    [Fact]
    public void what_is_posted_ahead_is_taken_ahead_and_stops_nothing_before_its_own_day()
    {
        var (state, terms) = (Having(31), Terms("month 31.00 advance 1"));
        Look(state, terms, FeeScheduleTests.At("2025-05-31T09:00")).Unpaid.ShouldBeNull();
        state.Fees.All.ShouldHaveSingleItem().From.ShouldBe(new LocalDate(2025, 5, 1));
        Look(state, terms, FeeScheduleTests.At("2025-06-01T09:00")).Unpaid.ShouldNotBeNull().Days.First.ShouldBe(new LocalDate(2025, 6, 1));
    }

    [Theory]
    [InlineData("month 31.00 advance 0", 31, "2025-05-03T09:00", "2025-05-10T00:00", "nothing is due for a week")]
    [InlineData("month 31.00 advance 0", 31, "2025-05-28T09:00", "2025-06-01T00:00", "June is due")]
    [InlineData("month 31.00 advance 0", 30, "2025-05-03T09:00", "2025-05-04T00:00", "May is not paid")]
    [InlineData("month 31.00 advance 0", 62, "2025-06-01T00:00", "2025-06-08T00:00", "June is paid")]
    [InlineData("day 1.00 advance 0", 40, "2025-05-03T09:00", "2025-05-04T00:00", "each day is due")]
    public void the_next_look_comes_with_the_next_fee(string fee, int has, string now, string next, string why)
    {
        var (state, terms, at) = (Having(has), Terms(fee), FeeScheduleTests.At(now));
        FundedFees.NextLook(state, terms, Look(state, terms, at).Unpaid, at).ShouldBe(FeeScheduleTests.At(next), why);
    }

    [Fact]
    public void the_next_look_is_tomorrow_while_the_first_use_is_waited_for()
    {
        var (state, terms) = (Having(31), Terms("month 31.00 advance 0"));
        var waiting = new SubscriptionTerms("sub", terms.Definition with { Activation = "first_use" }, terms.Legs, terms.KnownMeters, terms.Funding, 1);
        FundedFees.NextLook(state, waiting, null, FeeScheduleTests.At("2025-05-03T09:00")).ShouldBe(FeeScheduleTests.At("2025-05-04T00:00"));
    }

    [Fact]
    public void what_is_not_owed_any_more_is_given_back_before_anything_is_paid()
    {
        var (state, terms) = (Having(31), Terms("month 31.00 advance 0"));
        Look(state, terms, FeeScheduleTests.At("2025-05-01T09:00"));
        state.Purses[0].Available.ShouldBe(0);
        Look(state, Terms("month 31.00 advance 0", new SubscriptionChange { Action = "cancel", At = FeeScheduleTests.At("2025-05-11T00:00") }),
            FeeScheduleTests.At("2025-05-10T09:00")).Unpaid.ShouldBeNull();
        state.Purses[0].Available.ShouldBe(21);
    }

    [Fact]
    public void the_frames_and_a_snapshot_come_back_as_they_were()
    {
        var (state, terms) = (Having(62), Terms("month 31.00 advance 0"));
        var frame = Look(state, terms, FeeScheduleTests.At("2025-06-01T09:00")).Frame;
        state.Fees.All.Count.ShouldBe(2);
        var replayed = Having(62);
        SubscriptionReplay.Apply(replayed, 1, frame.Span, 7);
        state.Chained(1, 7);
        replayed.Snapshot().ShouldBe(state.Snapshot());
        SubscriptionSnapshot.Read(state.Snapshot())!.Fees.All.ShouldBe(state.Fees.All);
    }

    [Fact]
    public void where_service_has_not_begun_its_first_day_is_lost_too()
    {
        var terms = Terms("month 31.00 advance 0", Paused("2025-05-01T09:30", null));
        var late = new SubscriptionTerms("sub", terms.Definition with { StartsAt = FeeScheduleTests.At("2025-05-01T09:30") }, terms.Legs, terms.KnownMeters, terms.Funding, 1);
        FundedFees.Of(new SubscriptionState(), late, FeeScheduleTests.At("2025-05-11T09:00")).Sum(fee => fee.Missing).ShouldBe(21.00m);
        // A day that service touches is a day with service.
        FundedFees.Of(new SubscriptionState(), terms, FeeScheduleTests.At("2025-05-11T09:00")).Sum(fee => fee.Missing).ShouldBe(22.00m);
    }

    [Fact]
    public void a_seal_that_shows_a_fee_as_prepaid_which_no_purse_has_paid_is_found()
    {
        var (state, terms, may) = (new SubscriptionState(), Terms("month 31.00 advance 0"), World.Helsinki.PeriodOf("2025-05")!);
        var slice = PurseFrame.Receive(state, "w", false, 1, 31, 0).ToArray();
        var fee = Look(state, terms, FeeScheduleTests.At("2025-05-01T09:00")).Frame.ToArray();
        var seal = SealFrame.Write(SealDecider.Decide(state, terms, "helsinki", may, 2, Micros.Of(may.End))).ToArray();
        Proved(slice, fee, seal).ShouldBeEmpty();
        Proved(slice, seal).ShouldHaveSingleItem().Text.ShouldBe("shows the fee fee from 2025-05-01 as prepaid, which no purse has paid");
    }

    private static List<Violation> Proved(params byte[][] rows)
    {
        var found = new ProofFindings();
        var proof = new SubscriptionProof("sub", (_, _, _) => null, found, new IdSet());
        for (var version = 1; version <= rows.Length; version++)
            proof.Row(version, rows[version - 1], LiveRun.Checksum(rows[version - 1]));
        proof.End();
        return found.Violations;
    }

    private static FeeDecision Look(SubscriptionState state, SubscriptionTerms terms, Instant now) => FundedFees.Decide(state, terms, [Dry], Micros.Of(now));

    private static SubscriptionState Having(decimal amount)
    {
        var state = new SubscriptionState();
        if (amount > 0) PurseFrame.Receive(state, "w", false, 1, amount, 0);
        else state.Purses.Add(new("w", 1, false));
        return state;
    }

    private static SubscriptionTerms Terms(string fee, params SubscriptionChange[] changes) => new("sub", new Subscription
    {
        Customer = "alfa", StartsAt = FeeScheduleTests.At("2025-05-01T00:00"), Legs = [], Changes = changes,
        Funding = new Funding { Mode = "prepaid", Wallet = "w", Fees = "wallet" },
    }, [World.Leg(FeeScheduleTests.Fee(fee))], World.Meters.Keys.ToHashSet(), [new LegFunding("w", false, null)], 1);

    private static SubscriptionChange[] Paused(string from, string? until)
    {
        SubscriptionChange Change(string action, string at, string? reason = null) => new() { Action = action, At = FeeScheduleTests.At(at), Reason = reason };
        return until is null ? [Change("suspend", from, "no_funds")] : [Change("suspend", from, "no_funds"), Change("resume", until)];
    }

    private static Seal Seal(SubscriptionState state, SubscriptionTerms terms, string label)
    {
        var period = World.Helsinki.PeriodOf(label)!;
        var seal = SealDecider.Decide(state, terms, "helsinki", period, 1, Micros.Of(period.End));
        SealFrame.Apply(state, 2, seal);
        return seal;
    }

    private static string[] Lines(SubscriptionState state, SubscriptionTerms terms, string label) => [.. SealDecider.Decide(state, terms, "helsinki",
        World.Helsinki.PeriodOf(label)!, 1, 0).Lines.Where(line => line.OriginalPeriod == label).Select(line => string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{line.Kind} {line.Amount:0.00} prepaid {line.Prepaid:0.00}"))];

    private static decimal Exact(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
