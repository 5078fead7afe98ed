// Daily spending plans and numbered crossings: decisions, days, replay.
using NodaTime;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class DailyTests
{
    private static readonly DateTimeZone Helsinki = DateTimeZoneProviders.Tzdb["Europe/Helsinki"];
    private readonly LiveWallet live = LiveWallet.Euro(100);

    public DailyTests() => live.Definition = live.Definition with { DailyLimit = 10 };

    [Fact]
    public void what_is_handed_out_stays_within_the_limit_and_the_last_event_may_cross_it()
    {
        var child = new SimulatedChild("subscription/a");
        Draw(child, 1, 8, 8).ShouldBe(8);
        child.Spend(7);
        Grant(child, 2, 6).Outcome.ShouldBe(SliceOutcome.TellFirst);
        live.Settle(child);
        Draw(child, 2, 6, 8, told: true).ShouldBe(6);
        child.Spend(7);
        live.Settle(child);
        Grant(child, 3, 1, told: true).Outcome.ShouldBe(SliceOutcome.DailyShort);
        live.State.Daily.SpentOf(live.State.Spent).ShouldBe(14);
    }

    [Fact]
    public void what_others_can_spend_counts_and_what_their_holds_reserve_does_not()
    {
        var other = new SimulatedChild("subscription/b");
        Draw(other, 1, 10, 10).ShouldBe(10);
        var mine = new SimulatedChild("subscription/a");
        Grant(mine, 1, 1).Outcome.ShouldBe(SliceOutcome.TellFirst);
        Grant(mine, 1, 1, told: true).Outcome.ShouldBe(SliceOutcome.DailyShort);
        DailyDecider.RecallHelps(live.State, mine.Name).ShouldBeTrue();
        live.Settle(other.Totals with { Held = 10 });
        Draw(mine, 1, 1, 1, told: true).ShouldBe(1);
        live.Settle(other.Totals with { Held = 0, Spent = 10 });
        Grant(mine, 2, 1, told: true).Outcome.ShouldBe(SliceOutcome.DailyShort);
        DailyDecider.RecallHelps(live.State, mine.Name).ShouldBeFalse();
    }

    [Fact]
    public void what_an_inner_wallet_has_counts_whole_since_its_children_may_have_spent_it()
    {
        var inner = new SimulatedChild("wallet/i");
        Draw(inner, 1, 10, 10).ShouldBe(10);
        live.Settle(inner.Totals with { Held = 10 });
        Grant(inner, 2, 1, told: true).Outcome.ShouldBe(SliceOutcome.DailyShort);
    }

    [Fact]
    public void a_day_begins_at_midnight_of_the_zone_and_forgets_what_was_raised()
    {
        Spend("subscription/a", 10);
        Raise(20, "r").ShouldBe(PaymentOutcome.Done);
        Raise(20, "r").ShouldBe(PaymentOutcome.Done);
        Raise(21, "r").ShouldBe(PaymentOutcome.Conflict);
        live.State.Daily.Limit.ShouldBe(20);
        Instant(live.State.Daily.EndMicros).ShouldBe("2025-05-12T21:00:00Z");
        live.Now = NodaTime.Instant.FromUtc(2025, 5, 12, 21, 0);
        Decide(_ => true);
        (live.State.Daily.Limit, live.State.Daily.SpentOf(live.State.Spent)).ShouldBe((10, 0));
        live.Facts.OfType<DayBegan>().Count().ShouldBe(2);
    }

    [Fact]
    public void the_limit_is_reached_once_a_day_and_again_after_it_was_raised()
    {
        Spend("subscription/a", 9);
        Spend("subscription/b", 1.5m);
        live.Available();
        Raise(11, "r");
        Spend("subscription/c", 1);
        live.Facts.OfType<DailyLimitReached>().Count().ShouldBe(2);
        live.State.Untold.Select(alert => (alert.Number, alert.Kind, alert.Threshold, alert.Value)).ShouldBe(
            [(1, WalletAlertKind.DailyLimit, 10, 10.5m), (2, WalletAlertKind.DailyLimit, 11, 11.5m)]);
    }

    [Fact]
    public void crossings_are_numbered_and_kept_until_they_were_told()
    {
        live.Definition = live.Definition with { DailyLimit = null, LowWater = [20, 50] };
        live.Available();
        live.PayOut(60, "a");
        live.PayOut(30, "b");
        live.State.Untold.Select(alert => (alert.Number, alert.Threshold, alert.Value)).ShouldBe([(1, 50, 40), (2, 20, 10)]);
        live.Decide(turn =>
        {
            turn.Record(new AlertsTold(turn.Recorded, 1));
            return true;
        });
        live.State.Untold.Select(alert => alert.Number).ShouldBe([2]);
    }

    [Fact]
    public void replay_and_snapshots_come_to_the_same_without_clock_or_zone()
    {
        live.Definition = live.Definition with { LowWater = [95] };
        Spend("subscription/a", 7);
        Raise(12, "r");
        Spend("subscription/b", 6);
        live.Now += Duration.FromDays(1);
        Spend("subscription/c", 2);
        var bytes = WalletSnapshot.Write(live.State).ToArray();
        WalletSnapshot.Write(live.Replayed()).ToArray().ShouldBe(bytes);
        WalletSnapshot.Write(WalletSnapshot.Read(bytes, null)!).ToArray().ShouldBe(bytes);
    }

    [Fact]
    public void a_day_that_goes_back_is_damage()
    {
        Decide(_ => true);
        Should.Throw<PackedFormatException>(() => live.State.Apply(new DayBegan(live.State.LastRecordedMicros, 0, 1)));
    }

    private T Decide<T>(Func<WalletTurn, T> decide) => live.Decide(turn =>
    {
        DailyDecider.Begin(turn, live.Definition, Helsinki);
        return decide(turn);
    });

    private SliceDecision Grant(SimulatedChild child, long number, decimal needed, bool told = false, decimal wanted = 0) => Decide(turn =>
        SliceDecider.Grant(turn, live.Definition, new SliceRequest(child.Name, number, needed, Math.Max(wanted, needed), told), tight: true, parentShort: false));

    private decimal Draw(SimulatedChild child, long number, decimal needed, decimal wanted, bool told = false)
    {
        var decision = Grant(child, number, needed, told, wanted);
        decision.Outcome.ShouldBe(SliceOutcome.Granted);
        child.Receive(decision.Amount);
        return decision.Amount;
    }

    private void Spend(string name, decimal amount)
    {
        var child = new SimulatedChild(name);
        Draw(child, 1, amount, amount, told: true);
        child.Spend(amount);
        live.Settle(child);
    }

    private PaymentOutcome Raise(decimal limit, string reference) => Decide(turn => DailyDecider.Raise(turn, reference, limit, "key"));

    private static string Instant(long micros) => NodaTime.Text.InstantPattern.ExtendedIso.Format(Micros.Instant(micros));
}
