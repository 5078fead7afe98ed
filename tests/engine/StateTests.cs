// Declared state and reminders.
using Orleans.Storage;

namespace OrleansBilling.Engine.Tests;

public sealed class StateTests(EngineHost host) : EngineTest(host)
{
    [Fact]
    public async Task written_state_survives_the_activation()
    {
        var grain = Grain<IStateGrain>();
        (await grain.Get()).ShouldBe((0, false));
        await grain.Set(3, write: true);
        await grain.Leave();
        (await grain.Get()).ShouldBe((3, true));
    }

    [Fact]
    public async Task state_that_was_not_written_is_lost()
    {
        var grain = Grain<IStateGrain>();
        await grain.Set(3, write: true);
        await grain.Set(4, write: false);
        await grain.Leave();
        (await grain.Get()).ShouldBe((3, true));
    }

    [Fact]
    public async Task cleared_state_starts_anew_and_can_be_written_again()
    {
        var grain = Grain<IStateGrain>();
        await grain.Set(3, write: true);
        await grain.Clear();
        (await grain.Get()).ShouldBe((0, false));
        await grain.Set(5, write: true);
        await grain.Leave();
        (await grain.Get()).ShouldBe((5, true));
    }

    [Fact]
    public async Task a_stale_etag_fails_the_write_and_throws_the_activation_away()
    {
        var grain = Grain<IStateGrain>();
        await grain.Set(3, write: true);
        await Host.WriteBehindTheBack(Key, 9);
        await Should.ThrowAsync<InconsistentStateException>(grain.Set(4, write: true));
        (await grain.Get()).ShouldBe((9, true));
    }
}

public sealed class ReminderTests(EngineHost host) : EngineTest(host)
{
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task a_reminder_ticks_on_time_also_without_an_activation()
    {
        await Grain<IAlarmGrain>().Set("alarm", 2 * Minute, Minute);
        await Host.ReminderArmed(Key);
        await Host.AdvanceReminders(2 * Minute);
        await Probe.Until("alarm after 00:00:00");
        await Host.ReminderArmed(Key);
        await Host.AdvanceReminders(Minute);
        await Probe.Until("alarm after 00:01:00");
        await Grain<IAlarmGrain>().Unset("alarm");
    }

    [Fact]
    public async Task a_reminder_can_be_found_and_unregistered()
    {
        var grain = Grain<IAlarmGrain>();
        (await grain.Has("alarm")).ShouldBeFalse();
        await grain.Set("alarm", Minute, Minute);
        (await grain.Has("alarm")).ShouldBeTrue();
        await Host.ReminderArmed(Key);
        await grain.Unset("alarm");
        (await grain.Has("alarm")).ShouldBeFalse();
        await Host.AdvanceReminders(5 * Minute);
        Probe.Journal.ShouldBeEmpty();
    }

    [Fact]
    public async Task a_reminder_with_a_period_under_a_minute_is_refused()
        => await Should.ThrowAsync<ArgumentException>(Grain<IAlarmGrain>().Set("alarm", Minute, TimeSpan.FromSeconds(59)));
}
