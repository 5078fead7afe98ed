// Subscription ids by their UTF-8 bytes, each with its grain reference: looked up once per event, made once per process.
using System.Collections.Concurrent;
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Rating;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Events;

/// <summary>A subscription that somebody has named; it need not exist.</summary>
/// <param name="number">Its own within the directory.</param>
public sealed class NamedSubscription(int number, string id, ISubscriptionGrain grain)
{
    /// <summary>What a chunk looks it up by: an object's own hash code costs a call into the runtime.</summary>
    public int Number { get; } = number;

    /// <summary>Its id.</summary>
    public string Id { get; } = id;

    /// <summary>The reference is kept: making one costs more than a call (engines: keep references).</summary>
    public ISubscriptionGrain Grain { get; } = grain;
}

/// <summary>Bounded: when full, it starts anew, which costs time and nothing else.</summary>
public sealed class SubscriptionDirectory
{
    private readonly IGrainFactory grains;
    private int numbers;
    private readonly ConcurrentDictionary<Utf8Key, NamedSubscription> entries = new(Utf8KeyComparer.Instance);
    private readonly ConcurrentDictionary<Utf8Key, NamedSubscription>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    /// <summary>An empty directory.</summary>
    public SubscriptionDirectory(IGrainFactory grains)
    {
        this.grains = grains;
        lookup = entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The subscription of a subject.</summary>
    public NamedSubscription Of(ReadOnlySpan<byte> subject)
    {
        if (lookup.TryGetValue(subject, out var found))
            return found;
        var id = Encoding.UTF8.GetString(subject);
        var made = new NamedSubscription(Interlocked.Increment(ref numbers), id, grains.GetGrain<ISubscriptionGrain>(id));
        // By what was made since: to count what is there would stop everybody, for every subscription that is new.
        if (made.Number % Limits.SubscriptionCacheMax == 0)
            entries.Clear();
        return entries.GetOrAdd(Utf8Key.Of(id), made);
    }
}
