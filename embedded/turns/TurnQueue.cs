// Runs turns one after another: a task scheduler of its own, so that every await of grain code comes back into its activation.
namespace OrleansBilling.Embedded;

// Who wakes a queue that has something to do: the thread pool (null), or a simulator that picks the next turn itself.
internal interface ITurnPump
{
    // Somebody gives this queue a task to run: from which thread?
    void Witness(TurnQueue queue);

    void Wake(TurnQueue queue);
}

internal abstract class TurnQueue : TaskScheduler, IThreadPoolWorkItem
{
    // So many turns before others get the thread: long enough to be cheap, short enough to be fair.
    const int TurnsAtOnce = 64;

    // The bottom of an inbox whose queue is awake. No inbox at all means at rest; whoever puts the first turn in wakes the queue.
    static readonly Turn Awake = new TaskTurn(Task.CompletedTask);
    static readonly Action<object?> RunManyTurns = static queue => ((TurnQueue)queue!).RunTurns(TurnsAtOnce);
    static readonly Action<object?> RunOneTurn = static queue => ((TurnQueue)queue!).RunTurns(1);

    Turn? inbox;
    Turn? ready;

    protected abstract ITurnPump? Pump { get; }

    // True once everything still to come must be forgotten: the simulated process has died.
    internal virtual bool Dead => false;

    public sealed override int MaximumConcurrencyLevel => 1;

    internal void Post(Turn turn)
    {
        var seen = Volatile.Read(ref inbox);
        while (true)
        {
            turn.Next = seen;
            var found = Interlocked.CompareExchange(ref inbox, turn, seen);
            if (ReferenceEquals(found, seen)) break;
            seen = found;
        }
        if (seen is null) Wake();
    }

    void Wake()
    {
        if (Pump is { } pump) pump.Wake(this);
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var turns = RunTasks();
        // Made here and not by the sender: a task captures the execution context of its maker, and async locals must not leak into grains.
        if (turns < TurnsAtOnce && HasMore) new Task(RunManyTurns, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach).Start(this);
        if (!TryRest()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // For a simulator: exactly one turn; false when nothing is left to do.
    internal bool StepOnce()
    {
        new Task(RunOneTurn, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach).Start(this);
        return !TryRest();
    }

    bool TryRest() => ready is null && ReferenceEquals(Interlocked.CompareExchange(ref inbox, null, Awake), Awake);

    bool HasMore => ready is not null || !ReferenceEquals(Volatile.Read(ref inbox), Awake);

    // The rest of a method brings its scheduler with it, and needs no task around it. Nearly every queue is woken for that or for one call.
    int RunTasks()
    {
        var count = 0;
        while (count < TurnsAtOnce && (ready is not null || TakeInbox()) && ready is TaskTurn turn)
        {
            ready = turn.Next;
            turn.Next = null;
            if (!Dead) turn.Run(this);
            count++;
        }
        return count;
    }

    void RunTurns(int atMost)
    {
        for (var count = 0; count < atMost; count++)
        {
            if (ready is null && !TakeInbox()) return;
            var turn = ready!;
            ready = turn.Next;
            turn.Next = null;
            if (Dead) continue;
            turn.Run(this);
        }
    }

    // The inbox is a stack (newest first); what comes out is a queue (oldest first).
    bool TakeInbox()
    {
        if (ReferenceEquals(Volatile.Read(ref inbox), Awake)) return false;
        var newest = Interlocked.Exchange(ref inbox, Awake);
        while (newest is not null && !ReferenceEquals(newest, Awake))
        {
            var older = newest.Next;
            newest.Next = ready;
            ready = newest;
            newest = older;
        }
        return ready is not null;
    }

    internal void RunTask(Task task) => TryExecuteTask(task);

    protected sealed override void QueueTask(Task task)
    {
        // The task around a row of turns is started by this queue itself and runs at once; all others wait for their turn.
        if (ReferenceEquals(task.AsyncState, this))
        {
            TryExecuteTask(task);
            return;
        }
        Pump?.Witness(this);
        Post(new TaskTurn(task));
    }

    protected sealed override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        => ReferenceEquals(Current, this) && TryExecuteTask(task);

    protected sealed override IEnumerable<Task> GetScheduledTasks() => [];
}
