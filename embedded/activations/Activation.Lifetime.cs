// How an activation begins and ends: build, load, activate; deactivate, forget, pass on what still waits.
namespace OrleansBilling.Embedded;

internal sealed partial class Activation
{
    sealed record Closing(DeactivationReason Reason);

    Closing? closing;
    ActivationExtras? extras;
    int lastUsed;

    // Few activations need timers, state or a longer life: those that do not stay small.
    internal ActivationExtras Extras => extras ??= new();

    bool IsMyTurn => ReferenceEquals(TaskScheduler.Current, this);

    // Without a message, for a second activation in a simulation.
    internal void ActivateNow()
    {
        if (phase == Phase.New) Activate();
    }

    void Activate()
    {
        phase = Phase.Activating;
        lastUsed = Class.Engine.Idle.Tick;
        Class.Engine.Idle.Arm();
        Task loading;
        try
        {
            Instance = Class.Create(this);
            loading = extras?.Facets is null ? Instance.OnActivateAsync(Class.Engine.Stopping) : LoadAndActivate(extras.Facets);
        }
        catch (Exception error)
        {
            loading = Task.FromException(error);
        }
        if (loading.IsCompletedSuccessfully) Activated();
        else _ = AwaitActivation(loading);
    }

    async Task LoadAndActivate(List<Orleans.Core.IStorage> facets)
    {
        foreach (var facet in facets) await facet.ReadStateAsync();
        await Instance!.OnActivateAsync(Class.Engine.Stopping);
    }

    async Task AwaitActivation(Task loading)
    {
        try
        {
            await loading;
        }
        catch (Exception error)
        {
            extras?.StopTimers();
            Class.Engine.Log.ActivationFailed(error, this);
            Close(message => Class.Engine.Abandon(message, error));
            return;
        }
        Activated();
    }

    void Activated()
    {
        phase = Phase.Valid;
        // Once more in order of arrival: those that interleave need not wait behind those that do not.
        if (closing is null) ForEachWaiting(Arrive);
        Settle();
    }

    internal void RequestDeactivation(DeactivationReason reason)
    {
        if (!IsMyTurn)
        {
            Post(new ActionTurn(self => self.RequestDeactivation(reason)));
            return;
        }
        if (phase >= Phase.Deactivating) return;
        closing ??= new(reason);
        extras?.KeepUntil = default;
        Settle();
    }

    internal void Delay(TimeSpan time)
    {
        var now = Class.Engine.Clock.GetUtcNow();
        Extras.KeepUntil = time == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : now + time;
    }

    internal void CollectIfIdle(int idleTicks)
    {
        // Read from outside, a guess; asked again inside the turn.
        if (phase != Phase.Valid || unchecked(Class.Engine.Idle.Tick - lastUsed) < idleTicks) return;
        if (!IsMyTurn) Post(new ActionTurn(self => self.CollectIfIdle(idleTicks)));
        else if (running == 0 && firstWaiting is null && (extras is null || extras.KeepUntil <= Class.Engine.Clock.GetUtcNow()))
            RequestDeactivation(new(DeactivationReasonCode.ActivationIdle, "It was idle."));
    }

    internal Task Stop(DeactivationReason reason)
    {
        var ended = new TaskCompletionSource(Class.Engine.EndOptions);
        Post(new ActionTurn(self =>
        {
            if (self.phase is Phase.Closed) ended.TrySetResult();
            else self.Extras.Ended.Add(ended);
            if (self.phase is Phase.New) self.Close(message => message.MoveOn(self.Class.Engine));
            else self.RequestDeactivation(reason);
        }));
        return ended.Task;
    }

    void Deactivate()
    {
        phase = Phase.Deactivating;
        extras?.StopTimers();
        Class.Engine.Work?.Enter();
        Task leaving;
        try
        {
            leaving = Instance!.OnDeactivateAsync(closing!.Reason, Class.Engine.Stopping);
        }
        catch (Exception error)
        {
            leaving = Task.FromException(error);
        }
        if (leaving.IsCompletedSuccessfully && Instance is not (IDisposable or IAsyncDisposable)) Deactivated();
        else _ = AwaitDeactivation(leaving);
    }

    async Task AwaitDeactivation(Task leaving)
    {
        try
        {
            await leaving;
            if (Instance is IAsyncDisposable later) await later.DisposeAsync();
            else (Instance as IDisposable)?.Dispose();
        }
        catch (Exception error)
        {
            Class.Engine.Log.DeactivationFailed(error, this);
        }
        Deactivated();
    }

    void Deactivated()
    {
        Close(message => message.MoveOn(Class.Engine));
        Class.Engine.Work?.Leave();
    }

    // First out of the directory, then closed: whoever still finds this activation is sent on, and only then can the next one begin.
    void Close(Action<Message> whatWaits)
    {
        Class.Forget(this);
        phase = Phase.Closed;
        extras?.StopTimers();
        ForEachWaiting(whatWaits);
        foreach (var ended in extras?.Ended ?? []) ended.TrySetResult();
    }
}

internal sealed class ActivationExtras
{
    internal List<Orleans.Core.IStorage>? Facets;
    internal DateTimeOffset KeepUntil;

    internal List<GrainTimer> Timers { get; } = [];

    internal List<TaskCompletionSource> Ended { get; } = [];

    internal void StopTimers()
    {
        while (Timers.Count > 0) Timers[^1].Dispose();
    }
}
