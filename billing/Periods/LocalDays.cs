// Local days as instants, also where a zone skipped midnight or a whole day.
using NodaTime;

namespace OrleansBilling.Billing.Periods;

/// <summary>Where local days begin, and which days a span of time touches.</summary>
public static class LocalDays
{
    /// <summary>
    /// The first instant of a local date. A day that a zone skipped altogether (Apia, 30 December 2011) begins where the next one does;
    /// NodaTime's own AtStartOfDay throws there, and a billing period may well start on such a day.
    /// </summary>
    public static Instant StartOf(LocalDate date, DateTimeZone zone)
    {
        var mapping = zone.MapLocal(date.AtMidnight());
        return mapping.Count == 0 ? mapping.LateInterval.Start : mapping.First().ToInstant();
    }

    /// <summary>The local date at an instant.</summary>
    public static LocalDate At(Instant instant, DateTimeZone zone) => instant.InZone(zone).Date;

    /// <summary>The last local date touched by a span that ends before <paramref name="end"/>.</summary>
    public static LocalDate LastBefore(Instant end, DateTimeZone zone) => At(end - Duration.Epsilon, zone);

    /// <summary>Days from first to last, both counted.</summary>
    public static int Count(LocalDate first, LocalDate last) => Period.DaysBetween(first, last) + 1;
}
