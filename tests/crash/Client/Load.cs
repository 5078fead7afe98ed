// Usage from several connections at once: everything that was not acknowledged is sent again, with the same ids, until it is.
using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansBilling.Crash.Tests.Client;

/// <summary>What the connections share. An event is open from its first sending until some answer acknowledges it.</summary>
public sealed class Load : IAsyncDisposable
{
    const int OpenMax = 2_000;

    readonly CancellationTokenSource end = new();
    readonly ConcurrentDictionary<EventKey, UsageEvent> open = new();
    readonly ConcurrentQueue<UsageEvent> again = new();
    readonly List<UsageEvent> acknowledged = [];
    readonly List<Task> connections = [];
    readonly ConcurrentQueue<(long SentAt, TimeSpan Took)> taken = new();
    long acknowledgedCount;
    long markedAt;
    TaskCompletionSource<TimeSpan> afterMark = new();

    public Load(World world, ClientLog log, IReadOnlyList<Uri> addresses, (long From, long To) window, int seed, int connectionCount = 4)
    {
        (Log, Window) = (log, window);
        var number = log.BeginLoad();
        for (var i = 0; i < connectionCount; i++)
        {
            var connection = new Connection(this, new EventMaker(world, $"l{number}k{i}", unchecked((seed * 397) + i)), addresses[i % addresses.Count], streamed: i % 2 == 1);
            connections.Add(Task.Run(() => connection.Run(end.Token)));
        }
    }

    public ClientLog Log { get; }

    /// <summary>What the server said last, for the message when waiting was in vain.</summary>
    public Func<string> Circumstances { get; init; } = () => "";

    /// <summary>Times of new events.</summary>
    public (long From, long To) Window { get; set; }

    /// <summary>How often each new event is sent at once, by whichever connections are free: 1, unless deliveries are repeated.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>While false, only what is open is sent; so too while much is open.</summary>
    public bool Generating => generating && open.Count < OpenMax;
    volatile bool generating = true;

    /// <summary>Answers that no honest server gives: 4xx or 500 for a good request, or a line that does not belong to it.</summary>
    public ConcurrentQueue<string> Surprises { get; } = new();

    /// <summary>Answers 503.</summary>
    public int Unavailable => unavailable;
    int unavailable;

    /// <summary>How long the slowest of them took.</summary>
    public TimeSpan SlowestRefusal { get; private set; }

    /// <summary>Requests without a (whole) answer.</summary>
    public int Broken => broken;
    int broken;

    public long Acknowledged => Interlocked.Read(ref acknowledgedCount);

    /// <summary>Waits until that many events are acknowledged.</summary>
    public Task Reach(long count, TimeSpan within, CancellationToken cancel) => Until(() => Acknowledged >= count, $"{count} acknowledged events", within, cancel);

    /// <summary>Waits until 503 was answered that often.</summary>
    public Task Refuse(int count, TimeSpan within, CancellationToken cancel) => Until(() => Unavailable >= count, $"{count} answers 503", within, cancel);

    /// <summary>From now: how long until a request that is sent after now is acknowledged.</summary>
    public Task<TimeSpan> NextAcknowledgement()
    {
        afterMark = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref markedAt, Stopwatch.GetTimestamp());
        return afterMark.Task;
    }

    /// <summary>Makes no more events and waits until every one is acknowledged.</summary>
    public async Task Drain(TimeSpan within, CancellationToken cancel)
    {
        generating = false;
        await Until(() => open.IsEmpty, "every event acknowledged", within, cancel);
        await end.CancelAsync();
        await Task.WhenAll(connections);
    }

    /// <summary>Waits until whatever is open now has been acknowledged; answers how long that took.</summary>
    public async Task<TimeSpan> Settle(TimeSpan within, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var waiting = open.Keys.ToArray();
        await Until(() => waiting.All(key => !open.ContainsKey(key)), $"{waiting.Length} events that were open", within, cancel);
        return Stopwatch.GetElapsedTime(began);
    }

    public void Opened(UsageEvent one)
    {
        open[one.Key] = one;
        for (var copy = 1; copy < Copies; copy++) again.Enqueue(one);
    }

    /// <summary>Gives the event to whichever connection is free next.</summary>
    public void SendAgain(UsageEvent one) => again.Enqueue(one);

    /// <summary>As clients do that lose patience: everything that waits for an answer is sent once more, to whoever answers.</summary>
    public void SendOpenAgain()
    {
        foreach (var one in open.Values) again.Enqueue(one);
    }

    public bool TryTakeAgain(out UsageEvent one) => again.TryDequeue(out one!);

    public void Acknowledge(UsageEvent one, long sentAt)
    {
        if (sentAt > Interlocked.Read(ref markedAt)) afterMark.TrySetResult(Stopwatch.GetElapsedTime(Interlocked.Read(ref markedAt)));
        if (!open.TryRemove(one.Key, out _)) return;
        lock (acknowledged) acknowledged.Add(one);
        Interlocked.Increment(ref acknowledgedCount);
    }

    public UsageEvent? AnAcknowledged(EventMaker maker)
    {
        lock (acknowledged) return acknowledged.Count == 0 ? null : acknowledged[maker.Between(0, acknowledged.Count)];
    }

    public void NotNow(TimeSpan after)
    {
        Interlocked.Increment(ref unavailable);
        lock (acknowledged) SlowestRefusal = after > SlowestRefusal ? after : SlowestRefusal;
    }

    /// <summary>A request was answered, and taken.</summary>
    public void Took(long sentAt) => taken.Enqueue((sentAt, Stopwatch.GetElapsedTime(sentAt)));

    /// <summary>How long requests took that were sent since then and have been answered.</summary>
    public IReadOnlyList<TimeSpan> Durations(long since) => [.. taken.Where(one => one.SentAt >= since).Select(one => one.Took)];

    public void BrokeOff() => Interlocked.Increment(ref broken);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(connections);
        end.Dispose();
    }

    async Task Until(Func<bool> condition, string what, TimeSpan within, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (connections.Find(connection => connection.IsFaulted) is { } broken) await broken;
            Surprises.ShouldBeEmpty();
            if (Stopwatch.GetElapsedTime(began) > within) throw new TimeoutException($"Waited {within} for {what}: {Acknowledged} acknowledged, {open.Count} open, {Unavailable} times 503, {Broken} broken.\n{Circumstances()}");
            await Task.Delay(5, cancel);
        }
    }
}
