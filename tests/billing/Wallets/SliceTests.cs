// Slices by example: how large, how often, how little is enough, and what a child may not say.
using OrleansBilling.Billing.Wallets;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class SliceTests
{
    [Theory]
    [InlineData("16", "0.05", "0.05", null, "0.8")]
    [InlineData("16", "0.05", "2", null, "2")]
    [InlineData("16", "0.05", "20", null, "16")]
    [InlineData("1000", "0.05", "0.05", "20", "20")]
    [InlineData("1", "0.05", "0.05", null, "0.0625")]
    [InlineData("0.33", "0.01", "0.01", null, "0.0206")]
    [InlineData("0.05", "0.05", "0.05", "20", "0.05")]
    public void a_slice_is_a_share_of_what_is_there(string posted, string needed, string wanted, string? sliceMax, string amount)
    {
        var live = LiveWallet.Euro(D(posted), sliceMax: sliceMax is null ? null : D(sliceMax));
        live.Draw("a", 1, D(needed), D(wanted)).ShouldBe(new SliceDecision(SliceOutcome.Granted, D(amount)));
        live.State.Available.ShouldBe(D(posted) - D(amount));
    }

    [Fact]
    public void sixteen_children_hold_a_slice_of_twenty_each()
    {
        var live = LiveWallet.Euro(1000, sliceMax: 20);
        for (var child = 0; child < 16; child++) live.Draw($"c{child}", 1, 0.05m).Amount.ShouldBe(20);
        live.State.Available.ShouldBe(680);
    }

    [Fact]
    public void a_child_that_uses_much_is_given_more_each_time_up_to_a_share_of_what_is_there()
    {
        var live = LiveWallet.Euro(1000);
        Enumerable.Range(1, 8).Select(number => live.Draw("a", number, 0.05m).Amount).ShouldBe([0.8m, 1.6m, 3.2m, 6.4m, 12.8m, 25.6m, 51.2m, 56.15m]);
    }

    [Fact]
    public void the_first_children_of_ten_thousand_do_not_take_all_of_it()
    {
        var live = LiveWallet.Euro(10_000);
        for (var child = 0; child < 10_000; child++) live.Draw($"c{child}", 1, 0.01m).Amount.ShouldBeGreaterThanOrEqualTo(0.16m);
        live.State.Available.ShouldBeGreaterThan(8_000);
    }

    [Fact]
    public void units_are_handed_out_whole()
    {
        var live = new LiveWallet(new Wallet { Owner = "alfa", Unit = "message" });
        live.TopUp(100);
        live.Draw("a", 1, 1).Amount.ShouldBe(6);
    }

    [Fact]
    public void a_number_before_the_newest_one_comes_too_late_and_changes_nothing()
    {
        var live = LiveWallet.Euro(16);
        live.Draw("a", 1, 1);
        live.Draw("a", 2, 1);
        var before = live.State.Available;
        live.Draw("a", 1, 1).Outcome.ShouldBe(SliceOutcome.Old);
        live.State.Available.ShouldBe(before);
    }

    [Fact]
    public void the_same_number_is_the_same_slice_and_any_other_follows_nothing()
    {
        var live = LiveWallet.Euro(16);
        live.Draw("a", 1, 0.0625m).Amount.ShouldBe(1);
        live.Draw("a", 1, 15, 16).Amount.ShouldBe(1);
        live.State.Available.ShouldBe(15);
        Should.Throw<InvalidOperationException>(() => live.Draw("a", 3, 1)).Message.ShouldBe("a asks for slice 3, but the newest one that it was given is 1.");
        Should.Throw<InvalidOperationException>(() => live.Draw("b", 0, 1)).Message.ShouldContain("slice 0");
    }

    [Fact]
    public void what_a_child_was_refunded_can_be_given_back_here_and_in_the_wallet_around_whatever_order_it_is_told_in()
    {
        var live = LiveWallet.Euro(limit: 10, parent: "around");
        live.Decide(turn => { turn.Record(new ParentSliceReceived(turn.Recorded, 1, 5)); return true; });
        var child = new SimulatedChild("a");
        child.Receive(live.Draw("a", 1, 4, tight: true).Amount);
        child.Spend(4);
        var spent = child.Totals;
        live.Settle(child).ShouldBeTrue();
        (live.State.Spent, live.State.Out, live.State.Purse!.Spent, live.State.Purse.Available).ShouldBe((4m, 0m, 4m, 1m));
        child.Refund(3);
        live.Settle(child).ShouldBeTrue();
        live.Settle(spent).ShouldBeFalse();
        (live.State.Spent, live.State.Out, live.State.Purse.Spent, live.State.Purse.Held, live.State.Purse.Refunded).ShouldBe((1m, 3m, 1m, 3m, 3m));
        child.Spend(1);
        child.Return(2);
        live.Settle(child).ShouldBeTrue();
        (live.State.Spent, live.State.Out, live.State.Available, live.State.Purse.Available).ShouldBe((2m, 0m, 8m, 3m));
        WalletSnapshot.Read(WalletSnapshot.Write(live.State).Span, "around")!.Refunded.ShouldBe(3);
        live.Replayed().Available.ShouldBe(8);
    }

    [Fact]
    public void the_last_cent_is_usable_when_slices_are_tight()
    {
        var live = LiveWallet.Euro(1);
        for (var number = 1; number <= 20; number++) live.Draw("a", number, 0.05m, tight: true).Amount.ShouldBe(0.05m);
        live.Draw("a", 21, 0.05m, tight: true).Outcome.ShouldBe(SliceOutcome.Short);
        live.State.Available.ShouldBe(0);
    }

    [Fact]
    public void two_who_ask_for_six_of_ten_get_six_together()
    {
        var live = LiveWallet.Euro(10);
        live.Draw("a", 1, 6).Amount.ShouldBe(6);
        live.Draw("b", 1, 6).Outcome.ShouldBe(SliceOutcome.Short);
        SliceDecider.RecallHelps(live.State, "b", 6, parentShort: false).ShouldBeTrue();
        var a = new SimulatedChild("a");
        a.Receive(6);
        a.Spend(6);
        live.Settle(a);
        SliceDecider.RecallHelps(live.State, "b", 6, parentShort: false).ShouldBeFalse();
    }

    [Fact]
    public void totals_are_taken_once_in_whatever_order_they_come()
    {
        var (live, child) = (LiveWallet.Euro(16), new SimulatedChild("a"));
        child.Receive(live.Draw("a", 1, 0.0625m).Amount);
        child.Spend(0.4m);
        var early = child.Totals;
        child.Return(0.6m);
        live.Settle(child).ShouldBeTrue();
        (live.State.Available, live.State.Spent, live.State.Out).ShouldBe((15.6m, 0.4m, 0m));
        live.Settle(early).ShouldBeFalse();
        live.Settle(child).ShouldBeFalse();
        (live.State.Available, live.State.Spent, live.State.Out).ShouldBe((15.6m, 0.4m, 0m));
    }

    [Fact]
    public void what_was_forced_passes_the_floor_and_is_counted_apart()
    {
        var (live, child) = (LiveWallet.Euro(1), new SimulatedChild("a"));
        child.Receive(live.Draw("a", 1, 1).Amount);
        child.Spend(1.5m);
        live.Settle(child);
        (live.State.Available, live.State.Forced, live.State.Spent).ShouldBe((-0.5m, 0.5m, 1.5m));
        live.Draw("a", 2, 0.01m).Outcome.ShouldBe(SliceOutcome.Short);
        live.TopUp(1);
        live.Draw("a", 2, 0.5m).Amount.ShouldBe(0.5m);
    }

    [Theory]
    [InlineData(1, "1", "1.01", "0", "0")]
    [InlineData(1, "1", "0", "1.01", "0")]
    [InlineData(1, "1", "0.5", "0.51", "0")]
    [InlineData(1, "1", "0", "0", "0.5")]
    [InlineData(1, "1", "-0.5", "0", "0")]
    [InlineData(2, "2", "0", "0", "0")]
    [InlineData(1, "0.9", "0", "0", "0")]
    public void a_child_cannot_have_more_than_it_was_given(long number, string received, string returned, string spent, string forced)
    {
        var live = LiveWallet.Euro(16);
        live.Draw("a", 1, 0.0625m);
        Should.Throw<InvalidOperationException>(() => live.Settle(new ChildTotals("a", number, D(received), D(returned), D(spent), 0, D(forced))));
        (live.State.Available, live.State.Out).ShouldBe((15m, 1m));
        Should.Throw<InvalidOperationException>(() => live.Settle(new ChildTotals("b", 1, 1, 0, 0, 0, 0)));
    }

    [Fact]
    public void a_wallet_inside_another_hands_out_what_both_cover()
    {
        var live = LiveWallet.Euro(limit: 10, parent: "outer");
        live.Draw("a", 1, 3).ShouldBe(new SliceDecision(SliceOutcome.ParentFirst, 3, 3));
        live.Draw("a", 1, 11).Outcome.ShouldBe(SliceOutcome.Short);
        live.Draw("a", 1, 3, parentShort: true).Outcome.ShouldBe(SliceOutcome.Short);
        live.Decide(turn => Receive(turn, 1, 4));
        live.Draw("a", 1, 3).ShouldBe(new SliceDecision(SliceOutcome.Granted, 3));
        live.Draw("a", 2, 0.5m, 2).ShouldBe(new SliceDecision(SliceOutcome.ParentFirst, 1, 1));
        live.Draw("a", 2, 0.5m, 2, parentShort: true).ShouldBe(new SliceDecision(SliceOutcome.Granted, 1));
        var child = new SimulatedChild("a");
        child.Receive(3);
        child.Receive(1);
        child.Spend(2.5m);
        child.Return(1.5m);
        live.Settle(child);
        var purse = live.State.Purse!;
        (purse.Available, purse.Spent, purse.Held).ShouldBe((1.5m, 2.5m, 0m));
        child.Spend(2);
        live.Settle(child);
        (purse.Available, purse.Spent, purse.Forced).ShouldBe((0m, 4.5m, 0.5m));
    }

    private static bool Receive(WalletTurn turn, long number, decimal amount)
    {
        turn.Record(new ParentSliceReceived(turn.Recorded, number, amount));
        return true;
    }

    private static decimal D(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
