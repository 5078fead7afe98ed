// Bounds of the HTTP edge that are not bounds of the product (those stand in billing/Limits.cs).
namespace OrleansBilling.ClientApi;

/// <summary>Bodies, pages, caches and time-outs of the API.</summary>
public static class ApiLimits
{
    /// <summary>Bytes of a definition or a command.</summary>
    public const int BodyBytesMax = 1024 * 1024;

    /// <summary>Rows of a page when the caller does not say.</summary>
    public const int PageDefault = 50;

    /// <summary>Rows of a page at most.</summary>
    public const int PageMax = 200;

    /// <summary>Rows that one list request looks at while it searches for rows that the caller may see.</summary>
    public const int ScanMax = 2_000;

    /// <summary>Subscriptions asked at the same time for the usage of a customer or partner.</summary>
    public const int UsageFanOut = 64;

    /// <summary>A usage question to a partner asks every subscription below it.</summary>
    public static readonly TimeSpan FanOutTimeout = TimeSpan.FromMinutes(2);

    /// <summary>An authenticated header is looked up again after this long: revocation is seen within it.</summary>
    public static readonly TimeSpan KeyFresh = TimeSpan.FromSeconds(1);

    /// <summary>While one request looks up again, others go on with what was known, at most this long.</summary>
    public static readonly TimeSpan KeyStale = TimeSpan.FromSeconds(2);

    /// <summary>"There is no such thing" is believed this long.</summary>
    public static readonly TimeSpan AbsenceFresh = TimeSpan.FromSeconds(1);

    /// <summary>Headers remembered.</summary>
    public const int KeyCacheMax = 10_000;

    /// <summary>Subscriptions, customers, agreements or plans remembered, each.</summary>
    public const int TreeCacheMax = 200_000;

    /// <summary>Characters of an Authorization or Idempotency-Key header.</summary>
    public const int HeaderLengthMax = 512;

    /// <summary>Partners above one another.</summary>
    public const int TreeDepthMax = 16;

    /// <summary>How long readiness waits for the database.</summary>
    public static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(2);
}
