// Money in and out by example: references, ends of credits, limits, low water.
using NodaTime;
using OrleansBilling.Billing.Wallets;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class PaymentTests
{
    private static readonly Duration Day = Duration.FromDays(1);

    [Fact]
    public void a_reference_stands_for_one_payment()
    {
        var live = LiveWallet.Euro();
        live.TopUp(5, "p1").ShouldBe(PaymentOutcome.Done);
        live.TopUp(5.00m, "p1").ShouldBe(PaymentOutcome.Done);
        live.TopUp(6, "p1").ShouldBe(PaymentOutcome.Conflict);
        live.TopUp(5, "p1", live.Now + Day).ShouldBe(PaymentOutcome.Conflict);
        live.PayOut(5, "p1").ShouldBe(PaymentOutcome.Conflict);
        live.TopUp(5, "p1", from: "other").ShouldBe(PaymentOutcome.Done);
        live.State.Available.ShouldBe(10);
    }

    [Fact]
    public void a_payment_out_leaves_at_once_and_is_pending_until_it_has_arrived()
    {
        var live = LiveWallet.Euro(5, limit: 1);
        live.PayOut(6.01m, "x").ShouldBe(PaymentOutcome.Insufficient);
        live.PayOut(6, "x").ShouldBe(PaymentOutcome.Done);
        live.PayOut(6, "x").ShouldBe(PaymentOutcome.Done);
        live.PayOut(6, "x", to: "elsewhere").ShouldBe(PaymentOutcome.Conflict);
        live.State.Available.ShouldBe(0);
        live.State.PendingTransfers.ShouldHaveSingleItem().To.ShouldBe("other");
        for (var times = 0; times < 2; times++)
            live.Decide(turn =>
            {
                PaymentDecider.Arrived(turn, "x");
                return true;
            });
        live.State.PendingTransfers.ShouldBeEmpty();
        live.PayOut(6, "x").ShouldBe(PaymentOutcome.Done);
        live.State.PendingTransfers.ShouldBeEmpty();
    }

    [Fact]
    public void what_is_left_of_a_credit_expires_at_its_end_and_the_soonest_is_used_first()
    {
        var live = LiveWallet.Euro(10);
        live.TopUp(10, expires: live.Now + (2 * Day));
        live.TopUp(10, expires: live.Now + Day);
        live.PayOut(12, "x");
        live.Now += Day - Duration.FromMilliseconds(1);
        live.Available().ShouldBe(18);
        live.Now += Day;
        live.Available().ShouldBe(18);
        live.Now += Duration.FromMilliseconds(1);
        live.Available().ShouldBe(10);
        live.Facts.OfType<CreditExpired>().Select(expired => expired.Amount).ShouldBe([0, 8]);
        live.TopUp(1, "late", live.Now).ShouldBe(PaymentOutcome.Expired);
    }

    [Fact]
    public void what_a_child_holds_counts_as_used_when_its_credit_expires()
    {
        var (live, child) = (LiveWallet.Euro(), new SimulatedChild("a"));
        live.TopUp(10, expires: live.Now + Day);
        child.Receive(live.Draw("a", 1, 4).Amount);
        live.Now += Day;
        live.Available().ShouldBe(0);
        child.Return(4);
        live.Settle(child);
        live.Available().ShouldBe(4);
    }

    [Fact]
    public void what_comes_back_goes_to_the_credit_it_was_taken_from()
    {
        var (live, child) = (LiveWallet.Euro(10), new SimulatedChild("a"));
        live.TopUp(10, expires: live.Now + Day);
        child.Receive(live.Draw("a", 1, 4).Amount);
        child.Return(4);
        live.Settle(child);
        live.Now += Day;
        live.Available().ShouldBe(10);
    }

    [Fact]
    public void a_credit_first_repays_what_the_limit_paid()
    {
        var live = LiveWallet.Euro(limit: 5);
        live.PayOut(5, "x");
        live.TopUp(8, expires: live.Now + Day);
        live.Now += Day;
        live.Available().ShouldBe(5);
        live.Facts.OfType<CreditExpired>().Single().Amount.ShouldBe(3);
    }

    [Fact]
    public void a_temporary_limit_stands_until_its_end()
    {
        var live = LiveWallet.Euro(limit: 5);
        live.Definition = live.Definition with { TemporaryLimit = new TemporaryLimit { Amount = 50, Until = live.Now + Day } };
        live.Available().ShouldBe(50);
        live.Now += Day;
        live.Available().ShouldBe(5);
        live.Facts.OfType<LimitsSet>().Count().ShouldBe(1);
        live.Facts.OfType<TemporaryLimitEnded>().Count().ShouldBe(1);
        live.Available();
        live.Facts.OfType<TemporaryLimitEnded>().Count().ShouldBe(1);
    }

    [Fact]
    public void a_lowered_limit_takes_nothing_back()
    {
        var live = LiveWallet.Euro(limit: 5);
        live.Draw("a", 1, 4).Amount.ShouldBe(4);
        live.Definition = live.Definition with { CreditLimit = 1 };
        live.Available().ShouldBe(-3);
        live.State.Out.ShouldBe(4);
        live.Draw("a", 2, 0.01m).Outcome.ShouldBe(SliceOutcome.Short);
    }

    [Fact]
    public void money_that_pays_for_units_leaves_as_money_and_arrives_as_units()
    {
        var live = LiveWallet.Euro(100);
        live.Decide(turn => PaymentDecider.PayOut(turn, "x", "units", 30, 2500, "key")).ShouldBe(PaymentOutcome.Done);
        live.State.Available.ShouldBe(70);
        var pending = live.State.PendingTransfers.ShouldHaveSingleItem();
        (pending.Amount, pending.Credited).ShouldBe((30m, 2500m));
        live.Decide(turn => PaymentDecider.PayOut(turn, "x", "units", 30, 2501, "key")).ShouldBe(PaymentOutcome.Conflict);
    }

    [Fact]
    public void low_water_tells_once_for_every_fall()
    {
        var live = LiveWallet.Euro();
        live.Definition = live.Definition with { LowWater = [2, 5] };
        live.Available();
        live.Facts.OfType<FellBelow>().ShouldBeEmpty();
        live.State.Low.ShouldBe([2m, 5m]);
        live.TopUp(5, "a");
        live.State.Low.ShouldBeEmpty("at it is not below it");
        live.PayOut(1, "b");
        live.PayOut(1, "c");
        live.PayOut(2, "d");
        live.TopUp(1, "e");
        live.PayOut(1, "f");
        live.Facts.OfType<FellBelow>().Select(fell => string.Join(' ', fell.Amounts)).ShouldBe(["5", "2", "2"]);
        live.State.Low.ShouldBe([2m, 5m]);
    }

    [Fact]
    public void recorded_time_never_goes_back()
    {
        var live = LiveWallet.Euro(1);
        var first = live.State.LastRecordedMicros;
        live.Now -= Day;
        live.TopUp(1);
        live.Facts[^1].RecordedMicros.ShouldBe(first);
    }
}
