// What a messaging platform sends: who, where to, how many segments, by the hour of the day, in bursts, and some of it twice.
using System.Globalization;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.Traffic;

/// <summary>An event on its way.</summary>
sealed record Message(string Id, Sender Sender, string Line);

sealed class Messages
{
    const int RepeatsPerMille = 10;
    const int BurstPerMille = 400;
    const int RingSize = 4096;

    // A working day in the north: quiet at night, parcels in the morning, reminders in the afternoon. Per cent of the mean.
    static readonly int[] Hours = [18, 12, 9, 8, 10, 22, 55, 110, 165, 185, 180, 170, 160, 158, 162, 168, 160, 148, 135, 120, 98, 74, 48, 28];
    readonly Platform platform;
    readonly SubscriptionSampler sampler;
    readonly Message[] ring = new Message[RingSize];
    Prng random;
    long made;
    long numbered;
    (Sender Sender, DateTimeOffset Until)? burst;

    public Messages(Platform platform, ulong seed)
    {
        this.platform = platform;
        sampler = SubscriptionSampler.Zipf(1.05, platform.Senders.Count, platform.Senders.Count);
        random = new Prng(seed);
        numbered = (long)(random.Next() >> 16);
    }

    /// <summary>Who sends a campaign now, or null.</summary>
    public Sender? Burst => burst?.Sender;

    /// <summary>Per cent of the mean rate at an instant of the platform's time; real time decides how long a burst lasts.</summary>
    public int Level(DateTimeOffset platformTime, DateTimeOffset realTime)
    {
        if (burst is { } running && realTime >= running.Until)
            burst = null;
        else if (burst is null && random.Below(400) == 0)
            burst = (platform.Senders[random.Below(platform.Senders.Count)], realTime.AddSeconds(5 + random.Below(20)));
        var next = Hours[(platformTime.Hour + 1) % 24];
        var level = Hours[platformTime.Hour] + ((next - Hours[platformTime.Hour]) * platformTime.Minute / 60);
        var weekend = platformTime.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 60 : 100;
        return level * weekend / 100 * (burst is null ? 100 : 180) / 100;
    }

    /// <summary>The next events at an instant.</summary>
    public List<Message> Next(int count, DateTimeOffset at)
    {
        var messages = new List<Message>(count);
        while (messages.Count < count)
            messages.Add(made > 0 && random.Below(1000) < RepeatsPerMille ? ring[random.Below((int)Math.Min(made, RingSize))] : Fresh(at));
        return messages;
    }

    Message Fresh(DateTimeOffset at)
    {
        var sender = burst is { } campaign && random.Below(1000) < BurstPerMille ? campaign.Sender : platform.Senders[sampler.Next(ref random)];
        var country = CountryOf(random.Below(1000));
        var network = country.Networks[random.Below(country.Networks.Length)];
        var segments = random.Below(100) switch { < 62 => 1, < 84 => 2, < 94 => 3, < 98 => 4, _ => 5 };
        var id = $"mt-{numbered++:x}";
        var time = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = $$"""{"specversion":"1.0","id":"{{id}}","source":"/smsc/hel-{{1 + random.Below(3)}}","type":"sms.mt.segment" """
            + $$""","subject":"{{sender.Id}}","time":"{{time}}","data":"""
            + $$"""{"quantity":"{{segments}}","country":"{{country.Code}}","network":"{{network}}"} }""" + "\n";
        return ring[made++ % RingSize] = new Message(id, sender, line);
    }

    static (string Code, int Share, string[] Networks, decimal Wholesale, decimal Retail) CountryOf(int perMille)
    {
        foreach (var country in Platform.Countries)
        {
            if (perMille < country.Share)
                return country;
            perMille -= country.Share;
        }

        return Platform.Countries[0];
    }
}
