// One event for every subscription and country, in order: so that all of them have usage.
namespace OrleansBilling.LoadTests.Client;

static class EveryOnce
{
    const int Connections = 8;
    const int EventsPerRequest = 500;

    /// <summary>The logs; times of requests are in them.</summary>
    public static async Task<List<SentLog>> Send(LoadTarget target, int subscriptions, int countries, ulong seed, long timeMillis, CancellationToken cancel)
    {
        var logs = Enumerable.Range(0, Connections).Select(_ => new SentLog()).ToList();
        await Task.WhenAll(logs.Select((log, number) => Task.Run(() => Part(target, log, number, subscriptions, countries, seed, timeMillis, cancel), cancel)));
        return logs;
    }

    // Neighbours go to different connections.
    static async Task Part(LoadTarget target, SentLog log, int number, int subscriptions, int countries, ulong seed, long timeMillis, CancellationToken cancel)
    {
        var random = new Prng(unchecked(seed + ((ulong)number * 7919)));
        using var connection = await RawConnection.Open(target.Port, cancel);
        var all = new List<SentEvent>();
        for (var subscription = number; subscription < subscriptions; subscription += Connections)
        {
            for (var country = 0; country < countries; country++)
                all.Add(One(ref random, subscription, country, timeMillis));
        }

        foreach (var events in all.Chunk(EventsPerRequest))
        {
            var mix = new EventMix(events.Length, 0, SubscriptionSampler.Of([0]));
            await new EventSender(connection, new EventRequest(mix, target.Key, 0), log).Settle(events, cancel);
        }
    }

    static SentEvent One(ref Prng random, int subscription, int country, long timeMillis) => new()
    {
        IdHigh = (random.Next() & ~0xF000UL) | 0x4000,
        IdLow = (random.Next() & ~(3UL << 62)) | (2UL << 62),
        TimeMillis = timeMillis,
        Subscription = subscription,
        Quantity = (byte)(1 + random.Below(4)),
        Country = (byte)country,
    };
}
