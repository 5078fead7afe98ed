// The clock that moves only by hand.
using OrleansBilling.Embedded;

namespace OrleansBilling.Engine.Tests;

public sealed class ClockTests
{
    static readonly DateTimeOffset Start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly ManualTimeProvider clock = new(Start);
    readonly List<string> fired = [];

    ITimer Timer(string name, double due, double period = -1)
        => clock.CreateTimer(_ => fired.Add($"{name}@{(clock.GetUtcNow() - Start).TotalSeconds}"), null, Span(due), Span(period));

    static TimeSpan Span(double seconds) => seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds);

    [Fact]
    public void timers_fire_in_the_order_of_their_instants_each_at_its_own()
    {
        Timer("late", 3);
        Timer("early", 1, period: 1);
        clock.Advance(TimeSpan.FromSeconds(3.5));
        fired.ShouldBe(["early@1", "early@2", "late@3", "early@3"]);
        clock.GetUtcNow().ShouldBe(Start.AddSeconds(3.5));
    }

    [Fact]
    public void a_timer_set_by_a_callback_fires_in_the_same_advance_when_due()
    {
        clock.CreateTimer(_ => Timer("second", 1), null, Span(1), Span(-1));
        clock.Advance(TimeSpan.FromSeconds(2));
        fired.ShouldBe(["second@2"]);
    }

    [Fact]
    public void a_changed_or_disposed_timer_does_not_fire_at_its_old_instant()
    {
        Timer("gone", 1).Dispose();
        Timer("moved", 1).Change(Span(5), Span(-1));
        clock.Advance(TimeSpan.FromSeconds(10));
        fired.ShouldBe(["moved@5"]);
        clock.NextDue.ShouldBeNull();
    }

    [Fact]
    public void the_clock_never_goes_back()
    {
        clock.AdvanceTo(Start.AddSeconds(-5));
        clock.GetUtcNow().ShouldBe(Start);
    }
}
