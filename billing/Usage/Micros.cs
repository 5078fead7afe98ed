// Instants as whole microseconds since 1970 UTC: the form in messages, entries and tables.
using NodaTime;

namespace OrleansBilling.Billing.Usage;

/// <summary>Conversion in one place; sub-microsecond parts are cut off towards the past.</summary>
public static class Micros
{
    private const int TicksPerMicro = 10;

    /// <summary>The first instant that can be told.</summary>
    public static readonly long Min = Of(NodaTime.Instant.MinValue + Duration.FromTicks(TicksPerMicro));

    /// <summary>The last instant that can be told.</summary>
    public static readonly long Max = Of(NodaTime.Instant.MaxValue);

    /// <summary>µs since 1970 UTC.</summary>
    public static long Of(Instant instant)
    {
        var ticks = instant.ToUnixTimeTicks();
        return (ticks - (((ticks % TicksPerMicro) + TicksPerMicro) % TicksPerMicro)) / TicksPerMicro;
    }

    /// <summary>The instant.</summary>
    public static Instant Instant(long micros) => NodaTime.Instant.FromUnixTimeTicks(micros * TicksPerMicro);
}
