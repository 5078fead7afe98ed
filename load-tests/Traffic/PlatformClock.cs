// Whose time it is: the sandbox clock of a server, moved on faster than time, or the machine's.
using System.Text.Json;

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
        return (status, Code(body)) switch
        {
            (200, _) when body.TryGetProperty("now", out var now) => new PlatformClock(api, true, now.GetDateTimeOffset()),
            (404, "clock_not_manual") => new PlatformClock(api, false, default),
            (401, "unauthenticated") => throw new InvalidOperationException(
                $"The server at {api.Url} does not know this key. Say the right one with --key, or in BILLING_ADMIN_KEY."),
            (403, "insufficient_scope") => throw new InvalidOperationException($"This needs an operator's key: {PlatformApi.Reason(body)}"),
            _ => throw new InvalidOperationException($"What answers at {api.Url} is no OrleansBilling server: GET /v1/clock came back with {status}."),
        };
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
            throw new InvalidOperationException($"The clock does not move: {PlatformApi.Reason(body)}");
    }

    static string? Code(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty("code", out var code) ? code.GetString() : null;

    static DateTimeOffset MonthOf(DateTimeOffset at)
    {
        var first = new DateTime(at.Year, at.Month, 1, 0, 0, 0, DateTimeKind.Unspecified);
        return new DateTimeOffset(first, Local.GetUtcOffset(first));
    }
}
