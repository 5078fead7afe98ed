// The life of one stream's ids in many activations: recorded, made durable, moved, merged, lost in crashes; with a dictionary beside it.
using NodaTime;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;
using OrleansBilling.BillingTests.Usage;
using OrleansBilling.Grains.Usage;

namespace OrleansBilling.GrainsTests.Usage;

/// <summary>What a test drives. Every answer is compared with what the dictionary says.</summary>
internal sealed class StreamLife(int recentMax, long cacheBytes)
{
    private static readonly SubscriptionTerms Terms = World.Terms(World.Leg(World.Price("sms", "1")));
    private static readonly Instant Now = World.At("2025-03-10T12:00:00Z");
    private readonly List<(byte[] Frame, long FirstId, string[] New)> waiting = [];
    private readonly List<(long Version, byte[] State)> snapshots = [];
    private readonly List<Activation> past = [];
    private readonly Dictionary<string, TestEvent> accepted = [];
    private EventIdCache? cache;
    private Activation? activation;
    private int made;

    public MemoryJournal Journal { get; } = new();
    public MemoryEventIds Store { get; } = new();
    public IReadOnlyCollection<TestEvent> Accepted => accepted.Values;

    /// <summary>Activations that are gone and do not know it.</summary>
    public IReadOnlyList<Activation> Past => past;

    private EventIdCache Cache => cache ??= new EventIdCache(Store) { BytesMax = cacheBytes };

    public async Task<Activation> Active() => activation ??= await Load(0);

    /// <summary>An event that nobody has sent; day 0 is today.</summary>
    public TestEvent Fresh(int daysAgo) => new($"{++made}", Now - Duration.FromDays(daysAgo));

    /// <summary>One batch, as the grain does it: looked up again if ids moved meanwhile, decided, compared.</summary>
    public async Task Record(params TestEvent[] events)
    {
        var (state, older) = await Active();
        var records = World.Pack(events);
        IOlderIds found;
        int epoch;
        do
        {
            epoch = older.Epoch;
            found = await older.LookUp(state, records, events.Length, CancellationToken.None);
        }
        while (epoch != older.Epoch);
        var decision = state.Decide(Terms, Now, events, found);
        for (var at = 0; at < events.Length; at++)
            decision.Outcomes[at].ShouldBe(Expected(events[at]), $"event {events[at].Id} of {accepted.Count}");
        if (decision.Accepted == 0)
            return;
        var taken = events.Where((_, at) => decision.Outcomes[at] == UsageOutcome.Accepted).Select(one => one.Id);
        waiting.Add((decision.Frame.ToArray(), decision.FirstId, [.. taken]));
    }

    /// <summary>What waits becomes one durable row.</summary>
    public async Task Flush()
    {
        if (waiting.Count == 0)
            return;
        Journal.Rows.Add([.. waiting.SelectMany(one => one.Frame)]);
        foreach (var (_, first, taken) in waiting)
            (await Active()).State.Ids.SetVersion(first, first + taken.Length, Journal.Rows.Count);
        waiting.Clear();
    }

    /// <summary>Keeps the state for a later <see cref="Crash"/>.</summary>
    public async Task Snapshot()
    {
        await Flush();
        snapshots.Add((Journal.Rows.Count, (await Active()).State.Snapshot()));
    }

    /// <summary>What waits is lost; the next activation begins with one of the snapshots (0: none), and perhaps with an empty cache.</summary>
    public async Task Crash(int snapshot, bool processToo)
    {
        foreach (var id in waiting.SelectMany(one => one.New))
            accepted.Remove(id);
        waiting.Clear();
        past.Add(await Active());
        if (processToo)
            cache = null;
        activation = await Load(snapshot % (snapshots.Count + 1));
    }

    private async Task<Activation> Load(int snapshot)
    {
        var (version, packed) = snapshot == 0 ? (0, null) : snapshots[snapshot - 1];
        var state = packed is null ? new SubscriptionState() : SubscriptionSnapshot.Read(packed)!;
        for (; version < Journal.Rows.Count; version++)
            SubscriptionReplay.Apply(state, version + 1, Journal.Rows[(int)version], 0);
        var older = new OlderIds(1, Journal, Store, Cache, recentMax);
        foreach (var part in await Store.List(1, 0, CancellationToken.None))
            older.AddPart(part);
        return new Activation(state, older);
    }

    private UsageOutcome Expected(TestEvent sent)
    {
        if (accepted.TryAdd(sent.Id, sent))
            return UsageOutcome.Accepted;
        return accepted[sent.Id] == sent ? UsageOutcome.Duplicate : UsageOutcome.Conflict;
    }
}

/// <summary>One activation's memory.</summary>
internal sealed record Activation(SubscriptionState State, OlderIds Older);
