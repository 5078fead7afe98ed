// Makes events from a seed: mostly good ones, some that have to be refused, some that are other events again.
namespace OrleansBilling.Crash.Tests.Client;

/// <summary>One per connection. Ids carry the connection's name, so that no two makers make the same id.</summary>
public sealed class EventMaker(World world, string name, int seed)
{
    readonly Random random = new(seed);
    int made;

    /// <summary>A new event within the window (µs); every fifth one on the first subscription, so that one stream is hot.</summary>
    public UsageEvent New((long From, long To) window)
    {
        var subscription = world.Subscriptions[random.Next(5) == 0 ? 0 : random.Next(world.Subscriptions.Count)];
        var key = new EventKey(subscription, $"/smsc/{random.Next(2)}", $"{name}-{++made}");
        var quantity = random.Next(4) == 0 ? random.Next(1, 400) / 100m : random.Next(1, 9);
        var country = World.Countries[random.Next(World.Countries.Count)];
        return new UsageEvent(key, random.NextInt64(window.From, window.To), quantity, country, UsageEvent.SmsMeter, Welcome: true);
    }

    /// <summary>Another event that nobody may ever be billed for.</summary>
    public UsageEvent Unwelcome((long From, long To) window)
    {
        var good = New(window) with { Welcome = false };
        return random.Next(5) switch
        {
            0 => good with { Country = "XX" },
            1 => good with { Meter = "sms.mt.unheard-of" },
            2 => good with { Key = good.Key with { Subscription = "s-nobody" } },
            3 => good with { TimeMicros = window.From - (40L * 86_400_000_000) },
            _ => good with { TimeMicros = window.To + (2L * 86_400_000_000) },
        };
    }

    /// <summary>The id of an event that was accepted, with other content.</summary>
    public static UsageEvent Forged(UsageEvent of) => of with { Quantity = of.Quantity + 1, Welcome = false };

    public bool Chance(int percent) => random.Next(100) < percent;

    public int Between(int from, int to) => random.Next(from, to);
}
