// Whose time it is: the sandbox clock of a server, moved on faster than time, or the machine's.
namespace OrleansBilling.LoadTests.Traffic;

sealed class PlatformClock
{
    static readonly TimeZoneInfo Local = TimeZoneInfo.FindSystemTimeZoneById(Platform.Zone);
    readonly PlatformApi api;
    DateTimeOffset now;

    PlatformClock(PlatformApi api, bool isSandbox, DateTimeOffset now) => (this.api, IsSandbox, this.now) = (api, isSandbox, now);

    /// <summary>Whether it can be moved.</summary>
    public bool IsSandbox { get; }

    /// <summary>As it was told last, in the platform's zone.</summary>
    public DateTimeOffset Now => TimeZoneInfo.ConvertTime(IsSandbox ? now : TimeProvider.System.GetUtcNow(), Local);

    /// <summary>The beginning of the month.</summary>
    public DateTimeOffset Month => MonthOf(Now);

    /// <summary>The end of the month.</summary>
    public DateTimeOffset NextMonth => MonthOf(Month.AddDays(33));

    public static async Task<PlatformClock> Of(PlatformApi api, CancellationToken cancel)
    {
        var (status, body) = await api.Try(HttpMethod.Get, "/v1/clock", null, cancel);
        if (status == 401)
            throw new InvalidOperationException("The server does not know this key.");
        return status == 200 ? new PlatformClock(api, true, body.GetProperty("now").GetDateTimeOffset()) : new PlatformClock(api, false, default);
    }

    /// <summary>Moves a sandbox clock; another one that has moved it further is followed.</summary>
    public async Task Advance(DateTimeOffset to, CancellationToken cancel)
    {
        var instant = to.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        var (status, body) = await api.Try(HttpMethod.Post, "/v1/clock/advance", new { to = instant }, cancel);
        if (status == 200)
            now = body.GetProperty("now").GetDateTimeOffset();
        else if (status == 409)
            now = (await api.Get("/v1/clock", cancel)).GetProperty("now").GetDateTimeOffset();
        else
            throw new InvalidOperationException($"The clock does not move: {body}");
    }

    static DateTimeOffset MonthOf(DateTimeOffset at)
    {
        var first = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
        return new DateTimeOffset(first, Local.GetUtcOffset(first));
    }
}
