// Grain timers by a clock that is moved by hand.
namespace OrleansBilling.Engine.Tests;

public sealed class TimerTests(EngineHost host) : EngineTest(host)
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    Task Advance(ITimerGrain grain, TimeSpan by) => Advance(by, grain.Ping);

    [Fact]
    public async Task a_timer_ticks_when_due_and_then_every_period()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", 2 * Second, 3 * Second);
        await Advance(grain, 1.9 * Second);
        Probe.Journal.ShouldBeEmpty();
        await Advance(grain, 0.1 * Second);
        Probe.Journal.ShouldBe(["t tick"]);
        await Advance(grain, 6 * Second);
        Probe.Journal.ShouldBe(["t tick", "t tick", "t tick"]);
    }

    [Fact]
    public async Task a_timer_without_period_ticks_once()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", Second, Timeout.InfiniteTimeSpan);
        await Advance(grain, 60 * Second);
        Probe.Journal.ShouldBe(["t tick"]);
    }

    [Fact]
    public async Task a_plain_tick_waits_for_the_call_under_way()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", Second, Timeout.InfiniteTimeSpan);
        var hold = grain.Hold("gate");
        await Probe.Until("holding");
        Host.Clock.Advance(Second);
        Probe.Open("gate");
        await hold;
        await grain.Ping();
        Probe.Journal.ShouldBe(["holding", "held", "t tick"]);
    }

    [Fact]
    public async Task an_interleaving_tick_does_not_wait()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", Second, Timeout.InfiniteTimeSpan, interleave: true);
        var hold = grain.Hold("gate");
        await Probe.Until("holding");
        Host.Clock.Advance(Second);
        await Probe.Until("t tick");
        Probe.Open("gate");
        await hold;
        Probe.Journal.ShouldBe(["holding", "t tick", "held"]);
    }

    [Fact]
    public async Task a_tick_that_throws_does_not_stop_the_timer()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", Second, Second, fails: true);
        await Advance(grain, 3 * Second);
        Probe.Journal.ShouldBe(["t tick", "t tick", "t tick"]);
    }

    [Fact]
    public async Task a_disposed_timer_is_silent()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", Second, Second);
        await Advance(grain, Second);
        await grain.Stop("t");
        await Advance(grain, 5 * Second);
        Probe.Journal.ShouldBe(["t tick"]);
    }

    [Fact]
    public async Task a_timer_can_be_disposed_inside_its_tick()
    {
        var grain = Grain<ITimerGrain>();
        await grain.StopInTick("t", Second, Second);
        await Advance(grain, 5 * Second);
        Probe.Journal.ShouldBe(["t tick"]);
    }

    [Fact]
    public async Task a_changed_timer_follows_its_new_times()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", Second, Second);
        await grain.Change("t", 10 * Second, 20 * Second);
        await Advance(grain, 9 * Second);
        Probe.Journal.ShouldBeEmpty();
        await Advance(grain, 21 * Second);
        Probe.Journal.ShouldBe(["t tick", "t tick"]);
    }

    [Fact]
    public async Task a_change_inside_a_tick_counts_from_the_end_of_the_tick()
    {
        var grain = Grain<ITimerGrain>();
        await grain.ChangeInTick("t", Second, Second, newDue: 10 * Second);
        await Advance(grain, 10.9 * Second);
        Probe.Journal.ShouldBe(["t tick"]);
        await Advance(grain, 0.1 * Second);
        Probe.Journal.ShouldBe(["t tick", "t tick"]);
        await Advance(grain, Second);
        Probe.Journal.ShouldBe(["t tick", "t tick", "t tick"]);
    }

    [Fact]
    public async Task a_jump_over_many_periods_is_one_tick_per_wake_up()
    {
        var grain = Grain<ITimerGrain>();
        await grain.Start("t", Second, Second);
        var hold = grain.Hold("gate");
        await Probe.Until("holding");
        Host.Clock.Advance(600 * Second);
        Probe.Open("gate");
        await hold;
        await grain.Ping();
        Probe.Journal.ShouldBe(["holding", "held", "t tick"]);
    }
}
