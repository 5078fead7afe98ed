// Response time-outs: every call under way hangs in a list that is looked through a few times a second, so that a call costs no timer.
namespace OrleansBilling.Embedded;

internal struct DeadlineLink
{
    internal GrainCall? Previous;
    internal GrainCall? Next;
    internal long At;
    internal DeadlineShard? Shard;
}

internal sealed class DeadlineShard
{
    internal GrainCall? First;
}

internal sealed class Deadlines : IDisposable
{
    readonly TimeProvider clock;
    readonly TimeSpan standard;
    readonly TimeSpan sweep;
    readonly DeadlineShard[] shards;
    readonly ITimer timer;
    long now;
    int armed;

    internal Deadlines(TimeProvider clock, TimeSpan standard, TimeSpan sweep, int shardCount)
    {
        this.clock = clock;
        this.standard = standard;
        this.sweep = sweep;
        shards = new DeadlineShard[shardCount];
        for (var i = 0; i < shardCount; i++) shards[i] = new();
        timer = clock.CreateTimer(static self => ((Deadlines)self!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal void Add(GrainCall call)
    {
        if (Volatile.Read(ref armed) == 0) Arm();
        // One sweep more than asked for: the coarse clock may be that much behind, and nobody may be timed out too early.
        var wait = TimeoutOf(call) + sweep;
        var shard = shards[Environment.CurrentManagedThreadId % shards.Length];
        lock (shard)
        {
            ref var link = ref call.Deadline;
            link.At = Volatile.Read(ref now) + wait.Ticks;
            link.Shard = shard;
            link.Next = shard.First;
            if (shard.First is { } first) first.Deadline.Previous = call;
            shard.First = call;
        }
    }

    internal void Remove(GrainCall call)
    {
        if (call.Deadline.Shard is not { } shard) return;
        lock (shard)
        {
            ref var link = ref call.Deadline;
            if (link.Shard is null) return;
            if (link.Previous is { } previous) previous.Deadline.Next = link.Next;
            else shard.First = link.Next;
            if (link.Next is { } next) next.Deadline.Previous = link.Previous;
            link = default;
        }
    }

    TimeSpan TimeoutOf(GrainCall call) => call.Method.ResponseTimeout ?? standard;

    void Arm()
    {
        // The time first: whoever finds the timer armed relies on it.
        Volatile.Write(ref now, Ticks());
        if (Interlocked.Exchange(ref armed, 1) != 0) return;
        timer.Change(sweep, Timeout.InfiniteTimeSpan);
    }

    long Ticks() => clock.GetElapsedTime(0).Ticks;

    void Sweep()
    {
        Volatile.Write(ref now, Ticks());
        var late = new List<GrainCall>();
        var empty = true;
        foreach (var shard in shards)
        {
            lock (shard)
            {
                for (var call = shard.First; call is not null; call = call.Deadline.Next)
                {
                    empty = false;
                    if (call.Deadline.At <= now) late.Add(call);
                }
            }
        }
        foreach (var call in late)
        {
            Remove(call);
            call.TimeOut(TimeoutOf(call));
        }
        if (empty) Rest();
        else timer.Change(sweep, Timeout.InfiniteTimeSpan);
    }

    // Without calls under way the timer stops; a call that came in between finds it stopped or is found here.
    void Rest()
    {
        Interlocked.Exchange(ref armed, 0);
        if (shards.Any(shard => Volatile.Read(ref shard.First) is not null)) Arm();
    }

    public void Dispose() => timer.Dispose();
}
