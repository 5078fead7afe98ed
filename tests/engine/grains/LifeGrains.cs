// Grains for the beginning and the end of an activation, its timers, its stored state and its reminders.
namespace OrleansBilling.Engine.Tests;

[Alias("test.IFragileGrain")]
public interface IFragileGrain : IGrainWithStringKey
{
    [Alias("Ping")]
    Task Ping();
}

[GrainType("test-fragile")]
public sealed class FragileGrain(Probes probes) : Grain, IFragileGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var probe = probes.Of(this.GetPrimaryKeyString());
        probe.Note("activating");
        await probe.Gate("activation");
        if (probe.FailActivation) throw new RefusedException("not today", 7);
    }

    public Task Ping() => Task.CompletedTask;
}

[Alias("test.IFleetingGrain")]
public interface IFleetingGrain : IGrainWithStringKey
{
    [Alias("Ping")]
    Task Ping();
}

[GrainType("test-fleeting")]
public sealed class FleetingGrain(Probes probes) : Grain, IFleetingGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        probes.Of(this.GetPrimaryKeyString()).Note("activated");
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Ping() => Task.CompletedTask;
}

[Alias("test.ITimerGrain")]
public interface ITimerGrain : IGrainWithStringKey
{
    [Alias("Start")]
    Task Start(string name, TimeSpan due, TimeSpan period, bool interleave = false, bool fails = false);

    [Alias("Change")]
    Task Change(string name, TimeSpan due, TimeSpan period);

    [Alias("Stop")]
    Task Stop(string name);

    [Alias("StopInTick")]
    Task StopInTick(string name, TimeSpan due, TimeSpan period);

    [Alias("ChangeInTick")]
    Task ChangeInTick(string name, TimeSpan due, TimeSpan period, TimeSpan newDue);

    [Alias("Hold")]
    Task Hold(string gate);

    [Alias("Ping")]
    Task Ping();
}

[GrainType("test-timer")]
public sealed class TimerGrain(Probes probes) : Grain, ITimerGrain
{
    readonly Dictionary<string, IGrainTimer> timers = [];

    Probe Probe => probes.Of(this.GetPrimaryKeyString());

    public Task Start(string name, TimeSpan due, TimeSpan period, bool interleave, bool fails)
    {
        timers[name] = this.RegisterGrainTimer(_ =>
        {
            Probe.Note($"{name} tick");
            return fails ? throw new InvalidOperationException("A tick failed.") : Task.CompletedTask;
        }, new GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task Change(string name, TimeSpan due, TimeSpan period)
    {
        timers[name].Change(due, period);
        return Task.CompletedTask;
    }

    public Task Stop(string name)
    {
        timers[name].Dispose();
        return Task.CompletedTask;
    }

    public Task StopInTick(string name, TimeSpan due, TimeSpan period)
    {
        timers[name] = this.RegisterGrainTimer(_ =>
        {
            Probe.Note($"{name} tick");
            timers[name].Dispose();
            return Task.CompletedTask;
        }, new GrainTimerCreationOptions(due, period));
        return Task.CompletedTask;
    }

    public Task ChangeInTick(string name, TimeSpan due, TimeSpan period, TimeSpan newDue)
    {
        timers[name] = this.RegisterGrainTimer(static (state, _) =>
        {
            state.Probe.Note($"{state.name} tick");
            if (state.Probe.Journal.Length == 1) state.timers[state.name].Change(state.newDue, state.period);
            return Task.CompletedTask;
        }, (Probe, timers, name, newDue, period), new GrainTimerCreationOptions(due, period));
        return Task.CompletedTask;
    }

    public async Task Hold(string gate)
    {
        Probe.Note("holding");
        await Probe.Gate(gate);
        Probe.Note("held");
    }

    public Task Ping() => Task.CompletedTask;
}

[GenerateSerializer, Alias("test.Tally")]
public sealed class Tally
{
    [Id(0)]
    public int Count { get; set; }
}

[Alias("test.IStateGrain")]
public interface IStateGrain : IGrainWithStringKey
{
    [Alias("Set")]
    Task Set(int count, bool write);

    [Alias("Get")]
    Task<(int Count, bool Exists)> Get();

    [Alias("Clear")]
    Task Clear();

    [Alias("Leave")]
    Task Leave();
}

[GrainType("test-state")]
public sealed class StateGrain([PersistentState("tally")] IPersistentState<Tally> tally) : Grain, IStateGrain
{
    public async Task Set(int count, bool write)
    {
        tally.State.Count = count;
        if (write) await tally.WriteStateAsync();
    }

    public Task<(int Count, bool Exists)> Get() => Task.FromResult((tally.State.Count, tally.RecordExists));

    public Task Clear() => tally.ClearStateAsync();

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

[Alias("test.IAlarmGrain")]
public interface IAlarmGrain : IGrainWithStringKey
{
    [Alias("Set")]
    Task Set(string name, TimeSpan due, TimeSpan period);

    [Alias("Has")]
    Task<bool> Has(string name);

    [Alias("Unset")]
    Task Unset(string name);
}

[GrainType("test-alarm")]
public sealed class AlarmGrain(Probes probes) : Grain, IAlarmGrain, IRemindable
{
    public Task Set(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<bool> Has(string name) => await this.GetReminder(name) is not null;

    public async Task Unset(string name)
    {
        if (await this.GetReminder(name) is { } reminder) await this.UnregisterReminder(reminder);
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        probes.Of(this.GetPrimaryKeyString()).Note($"{reminderName} after {status.CurrentTickTime - status.FirstTickTime}");
        return Task.CompletedTask;
    }
}
