// A grain whose calls stop at gates, so that tests can see which of them run beside each other.
using Orleans.Concurrency;

namespace OrleansBilling.Engine.Tests;

[Alias("test.IQueueGrain")]
public interface IQueueGrain : IGrainWithStringKey
{
    [Alias("Enter")]
    Task Enter(string name);

    [Alias("Ping")]
    Task Ping();

    [AlwaysInterleave, Alias("Interleaved")]
    Task Interleaved(string name);

    [ReadOnly, Alias("Read")]
    Task Read(string name);

    [OneWay, Alias("Tell")]
    Task Tell(string name);

    [OneWay, Alias("TellAndFail")]
    Task TellAndFail();

    [Alias("Cancellable")]
    Task Cancellable(string name, CancellationToken token);

    [ResponseTimeout("00:00:00.200"), Alias("TooSlow")]
    Task TooSlow(string name);

    [Alias("Leave")]
    Task Leave();

    [Alias("Spread")]
    Task Spread(string name);
}

[Alias("test.IReentrantGrain")]
public interface IReentrantGrain : IGrainWithStringKey
{
    [Alias("Enter")]
    Task Enter(string name);
}

[GrainType("test-reentrant"), Reentrant]
public sealed class ReentrantGrain(Probes probes) : Grain, IReentrantGrain
{
    public async Task Enter(string name)
    {
        var probe = probes.Of(this.GetPrimaryKeyString());
        probe.Note($"{name} in");
        await probe.Gate(name);
        probe.Note($"{name} out");
    }
}

[GrainType("test-queue")]
public sealed class QueueGrain(Probes probes) : Grain, IQueueGrain
{
    Probe Probe => probes.Of(this.GetPrimaryKeyString());

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Probe.Note("activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Probe.Note($"deactivated {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task Enter(string name)
    {
        Probe.Note($"{name} in");
        await Probe.Gate(name);
        Probe.Note($"{name} out");
    }

    public Task Ping() => Task.CompletedTask;

    public Task Interleaved(string name) => Enter(name);

    public Task Read(string name) => Enter(name);

    public Task Tell(string name) => Enter(name);

    public Task TellAndFail()
    {
        Probe.Note("failing");
        throw new InvalidOperationException("Nobody hears this.");
    }

    public async Task Cancellable(string name, CancellationToken token)
    {
        Probe.Note($"{name} in {token.IsCancellationRequested}");
        var cancelled = new TaskCompletionSource();
        await using var registration = token.Register(() =>
        {
            Probe.Note($"{name} in turn {TaskScheduler.Current != TaskScheduler.Default}");
            cancelled.TrySetResult();
        });
        await cancelled.Task;
        Probe.Note($"{name} cancelled");
    }

    public Task TooSlow(string name) => Enter(name);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    // Everything a grain may do with tasks without leaving its turns.
    public async Task Spread(string name)
    {
        var mine = TaskScheduler.Current;
        void Check(string where) => Probe.Note($"{name} {where} {TaskScheduler.Current == mine}");
        await Task.Yield();
        Check("yield");
        await Task.Factory.StartNew(() => Check("start"));
        await Task.CompletedTask.ContinueWith(_ => Check("continue"), TaskScheduler.Current);
        await Probe.Gate(name);
        Check("gate");
    }
}
