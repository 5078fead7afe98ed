// A clock that moves only when told to, stops at every due instant on its way, and fires what is due there in order.
namespace OrleansBilling.Embedded;

public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    // Due time first, then the order in which the timers were set.
    readonly PriorityQueue<(ManualTimer Timer, long Setting), (DateTimeOffset Due, long Setting)> due = new();
    readonly Lock gate = new();
    readonly DateTimeOffset start = start.ToUniversalTime();
    DateTimeOffset now = start.ToUniversalTime();
    long settings;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => (GetUtcNow() - start).Ticks;

    public DateTimeOffset? NextDue
    {
        get
        {
            lock (gate) return Peek()?.Due;
        }
    }

    public void Advance(TimeSpan by) => AdvanceTo(GetUtcNow() + by);

    public void AdvanceTo(DateTimeOffset instant)
    {
        while (AdvanceToNextDue(instant))
        {
        }
        lock (gate) now = instant > now ? instant : now;
    }

    // Moves to the next due instant not after the limit and fires one timer there; false: none is due.
    public bool AdvanceToNextDue(DateTimeOffset limit)
    {
        ManualTimer timer;
        lock (gate)
        {
            if (Peek() is not { } next || next.Due > limit) return false;
            timer = due.Dequeue().Timer;
            if (next.Due > now) now = next.Due;
            if (timer.Period > TimeSpan.Zero) Set(timer, next.Due + timer.Period);
            else timer.Setting = 0;
        }
        timer.Fire();
        return true;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    // What was changed or disposed since it was set stays in the queue until it comes up.
    (DateTimeOffset Due, long Setting)? Peek()
    {
        while (due.TryPeek(out var entry, out var priority))
        {
            if (entry.Timer.Setting == entry.Setting) return priority;
            due.Dequeue();
        }
        return null;
    }

    void Set(ManualTimer timer, DateTimeOffset at)
    {
        timer.Setting = ++settings;
        due.Enqueue((timer, settings), (at, settings));
    }

    sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        bool disposed;

        internal long Setting { get; set; }

        internal TimeSpan Period { get; private set; }

        internal void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                if (disposed) return false;
                Period = period;
                Setting = 0;
                if (dueTime != Timeout.InfiniteTimeSpan) clock.Set(this, clock.now + dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                disposed = true;
                Setting = 0;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
