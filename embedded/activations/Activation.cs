// One grain in memory: decides which message may begin now and which waits; its state is touched in its own turns only.
namespace OrleansBilling.Embedded;

internal enum Phase : byte
{
    New,
    Activating,
    Valid,
    Deactivating,
    Closed,
}

internal sealed partial class Activation(GrainClass type, string key) : TurnQueue
{
    Message? firstWaiting;
    Message? lastWaiting;
    int running;
    int plainRunning;
    bool plainOnlyRead;
    bool settling;
    volatile bool dead;
    volatile Phase phase;

    internal GrainClass Class { get; } = type;

    internal string Key { get; } = key;

    internal Grain? Instance { get; private set; }

    internal bool IsClosed => phase == Phase.Closed;

    internal override bool Dead => dead;

    protected override ITurnPump? Pump => Class.Engine.Pump;

    internal void Arrive(Message message)
    {
        switch (phase)
        {
            case Phase.Closed:
                message.MoveOn(Class.Engine);
                break;
            case Phase.Valid when closing is null && MayBegin(message):
                Begin(message);
                Settle();
                break;
            default:
                Wait(message);
                if (phase == Phase.New) Activate();
                break;
        }
    }

    // Stricter than Orleans in one point: a writer waits for every reader, not only for the first that came.
    bool MayBegin(Message message)
        => plainRunning == 0 || Interleaves(message) || (plainOnlyRead && message.Is(MessageKinds.ReadOnly));

    bool Interleaves(Message message) => Class.IsReentrant || message.Is(MessageKinds.AlwaysInterleave);

    void Begin(Message message)
    {
        running++;
        if (!Interleaves(message))
        {
            plainRunning++;
            plainOnlyRead = message.Is(MessageKinds.ReadOnly);
        }
        if (message.Is(MessageKinds.KeepsAlive)) lastUsed = Class.Engine.Idle.Tick;
        message.Begin(this);
    }

    internal void Ended(Message message)
    {
        running--;
        if (!Interleaves(message)) plainRunning--;
        Class.Engine.Work?.Leave();
        Settle();
    }

    void Wait(Message message)
    {
        message.Next = null;
        if (lastWaiting is null) firstWaiting = message;
        else lastWaiting.Next = message;
        lastWaiting = message;
    }

    // After an end, what waits may begin. A loop and not a recursion: thousands may wait that each end at once.
    void Settle()
    {
        if (settling) return;
        settling = true;
        while (phase == Phase.Valid && closing is null && firstWaiting is { } message && MayBegin(message))
        {
            firstWaiting = (Message?)message.Next;
            if (firstWaiting is null) lastWaiting = null;
            message.Next = null;
            Begin(message);
        }
        settling = false;
        if (phase == Phase.Valid && closing is not null && running == 0) Deactivate();
    }

    // Takes the whole waiting line out and calls what for each, oldest first.
    void ForEachWaiting(Action<Message> what)
    {
        var message = firstWaiting;
        firstWaiting = lastWaiting = null;
        while (message is not null)
        {
            var next = (Message?)message.Next;
            message.Next = null;
            what(message);
            message = next;
        }
    }

    // The process dies in a simulation: nothing of this activation runs again, and nobody is told.
    internal void Crash()
    {
        dead = true;
        phase = Phase.Closed;
        extras?.StopTimers();
        Class.Forget(this);
    }

    public override string ToString() => $"{Class.Name}/{Key}";
}
