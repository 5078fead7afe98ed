// A timer of an activation: its tick is a message under the rules of turns, and the next one is set only when the last has ended.
namespace OrleansBilling.Embedded;

internal sealed class GrainTimer : Message, IGrainTimer
{
    readonly Activation activation;
    readonly Func<CancellationToken, Task> callback;
    readonly CancellationTokenSource disposed = new();
    readonly ITimer timer;
    TimeSpan dueTime;
    TimeSpan period;
    bool changed;
    int firing;

    GrainTimer(Activation activation, Func<CancellationToken, Task> callback, MessageKinds kinds) : base(kinds)
    {
        this.activation = activation;
        this.callback = callback;
        // Without this the async locals of the call that made the timer would live on in every tick.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            timer = activation.Class.Engine.Clock.CreateTimer(
                static self => ((GrainTimer)self!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    internal override string Name => "timer";

    internal static GrainTimer Start(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        if (!ReferenceEquals(TaskScheduler.Current, activation)) throw new InvalidOperationException("A grain timer is made in a turn of its grain.");
        Validate(options.DueTime, options.Period);
        var kinds = (options.Interleave ? MessageKinds.AlwaysInterleave : 0) | (options.KeepAlive ? MessageKinds.KeepsAlive : 0);
        var made = new GrainTimer(activation, callback, kinds);
        activation.Extras.Timers.Add(made);
        made.Change(options.DueTime, options.Period);
        return made;
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, period);
        changed = true;
        this.dueTime = dueTime;
        this.period = period;
        // During a tick the change takes effect when the tick has ended.
        if (Volatile.Read(ref firing) == 0) timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    // From the clock's thread. A second firing before the first has been worked off is dropped: the message can hang in one line only.
    void Fire()
    {
        if (Interlocked.Exchange(ref firing, 1) != 0) return;
        activation.Class.Engine.Work?.Enter();
        activation.Post(this);
    }

    internal override void Begin(Activation activation)
    {
        changed = false;
        Task work;
        try
        {
            work = callback(disposed.Token);
        }
        catch (Exception error)
        {
            work = Task.FromException(error);
        }
        if (work is { IsCompletedSuccessfully: true }) EndTick();
        else _ = AwaitTick(work);
    }

    async Task AwaitTick(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception error)
        {
            // The next tick comes all the same.
            activation.Class.Engine.Log.CallbackFailed(error, Name, activation);
        }
        EndTick();
    }

    void EndTick()
    {
        Volatile.Write(ref firing, 0);
        if (!disposed.IsCancellationRequested) timer.Change(changed ? dueTime : period, Timeout.InfiniteTimeSpan);
        activation.Ended(this);
    }

    // A tick that waited while its activation ended is nobody's any more.
    internal override void MoveOn(EmbeddedEngine engine) => engine.Work?.Leave();

    internal override void Refuse(Exception reason)
    {
    }

    public void Dispose()
    {
        activation.Extras.Timers.Remove(this);
        timer.Dispose();
        disposed.Cancel();
    }

    static void Validate(TimeSpan dueTime, TimeSpan period)
    {
        const long longest = 0xfffffffe;
        ArgumentOutOfRangeException.ThrowIfLessThan((long)dueTime.TotalMilliseconds, -1, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)dueTime.TotalMilliseconds, longest, nameof(dueTime));
        ArgumentOutOfRangeException.ThrowIfLessThan((long)period.TotalMilliseconds, -1, nameof(period));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)period.TotalMilliseconds, longest, nameof(period));
    }
}
