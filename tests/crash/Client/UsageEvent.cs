// One usage event as the client makes it, and what an event is reduced to when two are compared.
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Crash.Tests.Client;

/// <summary>What identifies an event.</summary>
public readonly record struct EventKey(string Subscription, string Source, string Id);

/// <param name="Welcome">Whether the server has to accept it; what is not welcome has to be refused, however often it is sent.</param>
public sealed record UsageEvent(EventKey Key, long TimeMicros, decimal Quantity, string Country, string Meter, bool Welcome)
{
    public const string SmsMeter = "sms.mt.segment";

    public string Time => TimeText(TimeMicros);

    public string QuantityText => Quantity.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>Of everything that is not the key: the same for equal content only.</summary>
    public string ContentHash => HashOf(TimeMicros, Quantity, Meter, Country);

    /// <summary>As a CloudEvent on a line.</summary>
    public string Line => $$$"""
        {"specversion":"1.0","id":"{{{Key.Id}}}","source":"{{{Key.Source}}}","type":"{{{Meter}}}","subject":"{{{Key.Subscription}}}","time":"{{{Time}}}","data":{"quantity":"{{{QuantityText}}}","country":"{{{Country}}}"}}
        """;

    public static string HashOf(long timeMicros, decimal quantity, string meter, string country)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{timeMicros}|{quantity:0.############}|{meter}|{country}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }

    public static string TimeText(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * 10).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    public static long Micros(string time) => (DateTimeOffset.Parse(time, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).Ticks / 10;
}
