// One connection's request of usage events, patched anew for every send; a share of its events are repeats of earlier ones.
using System.Text;

namespace OrleansBilling.LoadTests.Client;

/// <summary>Events of a request, which share of them are repeats (in 1/1000), for whom they are, and whether two connections send each at once.</summary>
sealed record EventMix(int EventsPerRequest, int RepeatsPerMille, SubscriptionSampler Sampler, bool SentTwice = false);

sealed class EventRequest
{
    const int RingSize = 1024;
    readonly EventMix mix;
    readonly byte[] request;
    readonly int bodyAt;
    readonly SentEvent[] events;
    readonly SentEvent[] ring = new SentEvent[RingSize];
    readonly byte[] now = new byte[24];
    readonly byte[] then = new byte[24];
    Prng random;
    long remembered;

    public EventRequest(EventMix mix, string key, ulong seed)
    {
        this.mix = mix;
        random = new Prng(seed);
        events = new SentEvent[mix.EventsPerRequest];
        var length = mix.EventsPerRequest * EventTemplate.Line.Length;
        var type = mix.EventsPerRequest == 1 ? "application/cloudevents+json" : "application/x-ndjson";
        var head = Encoding.ASCII.GetBytes(
            $"POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\nContent-Type: {type}\r\nContent-Length: {length}\r\n\r\n");
        bodyAt = head.Length;
        request = new byte[head.Length + length];
        head.CopyTo(request, 0);
        for (var at = bodyAt; at < request.Length; at += EventTemplate.Line.Length)
            EventTemplate.Line.CopyTo(request, at);
    }

    public ReadOnlyMemory<byte> Bytes => request;
    public Span<SentEvent> Events => events;

    /// <summary>Makes the next events.</summary>
    public void Next(long nowMillis)
    {
        EventTemplate.WriteTime(now, nowMillis);
        for (var index = 0; index < events.Length; index++)
        {
            ref var one = ref events[index];
            var repeat = remembered > 0 && random.Below(1000) < mix.RepeatsPerMille;
            one = repeat ? ring[random.Below((int)Math.Min(remembered, RingSize))] : Fresh(nowMillis);
            one.Repeat = repeat;
            one.Verdict = Verdict.Unanswered;
            Write(index, nowMillis);
        }
    }

    /// <summary>Makes events that were sent before and had no definite answer.</summary>
    public void Again(ReadOnlySpan<SentEvent> earlier)
    {
        earlier.CopyTo(events);
        for (var index = 0; index < events.Length; index++)
            Write(index, -1);
    }

    /// <summary>Keeps what was taken, to be repeated later.</summary>
    public void Remember()
    {
        foreach (ref readonly var one in Events)
        {
            if (!one.Repeat && one.Verdict is Verdict.Accepted or Verdict.Duplicate)
                ring[remembered++ % RingSize] = one;
        }
    }

    // The time of now is written once for all of a request.
    void Write(int index, long nowMillis)
    {
        ref readonly var one = ref events[index];
        var line = request.AsSpan(bodyAt + (index * EventTemplate.Line.Length), EventTemplate.Line.Length);
        if (one.TimeMillis != nowMillis)
            EventTemplate.WriteTime(then, one.TimeMillis);
        EventTemplate.Fill(line, one, one.TimeMillis == nowMillis ? now : then);
    }

    SentEvent Fresh(long nowMillis)
    {
        var bits = random.Next();
        return new SentEvent
        {
            // A random UUID: version 4, variant 1.
            IdHigh = (random.Next() & ~0xF000UL) | 0x4000,
            IdLow = (random.Next() & ~(3UL << 62)) | (2UL << 62),
            TimeMillis = nowMillis,
            Subscription = mix.Sampler.Next(ref random),
            Quantity = (byte)(1 + (bits & 3)),
            Country = (byte)((bits >> 8) % EventTemplate.CountryCount),
        };
    }
}
