// The one thread of a simulation: picks by seed among the queues with a turn to run and the messages to deliver.
namespace OrleansBilling.Embedded;

// Nothing can run, nothing is due, and still somebody waits: a deadlock, or work that left the simulation.
public sealed class SimulationStuckException(string message) : InvalidOperationException(message);

internal sealed class SimulatedScheduler(Random random, ManualTimeProvider clock) : ITurnPump
{
    const long StepsMax = 50_000_000;

    readonly List<TurnQueue> runnable = [];
    readonly List<GrainCall> onTheWay = [];
    string? intruder;
    int thread;

    internal Action<GrainCall> Deliver { get; set; } = static _ => { };

    internal ulong Fingerprint { get; private set; } = 14695981039346656037;

    internal long Steps { get; private set; }

    internal List<string>? Trace { get; set; }

    internal int Choose(int among) => random.Next(among);

    public void Wake(TurnQueue queue)
    {
        if (!IsForeign) runnable.Add(queue);
        else Witness(queue);
    }

    // Noted and thrown by the driver: an exception here would kill the process from a foreign thread.
    public void Witness(TurnQueue queue)
    {
        if (IsForeign) intruder ??= $"{queue}, from {Environment.StackTrace}";
    }

    bool IsForeign => thread != 0 && Environment.CurrentManagedThreadId != thread;

    internal void Add(GrainCall call) => onTheWay.Add(call);

    internal List<GrainCall> TakeAll()
    {
        var all = onTheWay.ToList();
        onTheWay.Clear();
        return all;
    }

    internal void Drive(Func<bool> isDone, bool mayAdvance)
    {
        // Nested driving, a crash inside a client, goes on in the same surroundings.
        var outer = (thread, context: SynchronizationContext.Current);
        thread = Environment.CurrentManagedThreadId;
        // A test framework's context and async locals have no business in a turn.
        SynchronizationContext.SetSynchronizationContext(null);
        var flow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        try
        {
            while (!isDone())
            {
                if (Step()) continue;
                if (!mayAdvance) return;
                if (!AdvanceToNextDue(DateTimeOffset.MaxValue))
                    throw new SimulationStuckException("Nothing can run and nothing is due, but the client has not ended.");
            }
        }
        finally
        {
            flow?.Undo();
            SynchronizationContext.SetSynchronizationContext(outer.context);
            thread = outer.thread;
        }
    }

    internal bool AdvanceToNextDue(DateTimeOffset limit)
    {
        if (!clock.AdvanceToNextDue(limit)) return false;
        Note("time", clock.GetTimestamp().ToString(System.Globalization.CultureInfo.InvariantCulture));
        return true;
    }

    bool Step()
    {
        if (Volatile.Read(ref intruder) is not null) throw new InvalidOperationException($"Work came from outside the simulation's thread: {intruder}");
        if (Steps > StepsMax) throw new SimulationStuckException($"{StepsMax} steps and no end.");
        if (runnable.Count + onTheWay.Count == 0) return false;
        var choice = random.Next(runnable.Count + onTheWay.Count);
        if (choice < runnable.Count)
        {
            var queue = TakeAt(runnable, choice);
            Note("turn", queue.ToString()!);
            if (queue.StepOnce()) runnable.Add(queue);
        }
        else
        {
            Deliver(TakeAt(onTheWay, choice - runnable.Count));
        }
        return true;
    }

    static T TakeAt<T>(List<T> list, int index)
    {
        var taken = list[index];
        list[index] = list[^1];
        list.RemoveAt(list.Count - 1);
        return taken;
    }

    internal void Note(string what, string name)
    {
        Steps++;
        Mix(what);
        Mix(name);
        Trace?.Add($"{Steps} {what} {name}");
    }

    // FNV-1a, with a separator so that words cannot run into each other.
    void Mix(string text)
    {
        const ulong prime = 1099511628211;
        var hash = Fingerprint;
        foreach (var letter in text) hash = unchecked((hash ^ letter) * prime);
        Fingerprint = unchecked((hash ^ 0xffff) * prime);
    }
}

// Turns of code that is no grain: clients of the simulation and the loops of its host.
internal sealed class ClientQueue(string name, SimulatedScheduler scheduler) : TurnQueue
{
    bool dead;

    internal override bool Dead => dead;

    protected override ITurnPump Pump => scheduler;

    internal void Kill() => dead = true;

    internal Task Start(Func<Task> work)
        => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    public override string ToString() => name;
}
