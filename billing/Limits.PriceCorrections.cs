// Bounds of price corrections and delivery reports.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Events whose prices one request names.</summary>
    public const int NamedPricesMax = 1_000;

    /// <summary>Events of one slice of a window that is priced anew.</summary>
    public const int RepriceSliceMax = 200;

    /// <summary>
    /// Corrections that a subscription remembers, all kinds together: each is kept in memory and in snapshots as long as its event can be corrected
    /// again. Windows stop there; corrections by name do not.
    /// </summary>
    public const int CorrectionsKept = 50_000;

    /// <summary>Subscriptions whose windows are priced anew at the same time by one process.</summary>
    public const int RepriceFanOut = 8;

    /// <summary>How long the request that begins a price correction works on it before due work goes on.</summary>
    public static readonly TimeSpan RepricePatience = TimeSpan.FromSeconds(5);

    /// <summary>Messages whose rows a subscription keeps in memory once reports name messages; those before are looked for in the journal.</summary>
    public const int MessagesIndexed = 500_000;

    /// <summary>Events of one message that a report is about.</summary>
    public const int MessageEventsMax = 256;

    /// <summary>How long a report waits for the event of its message.</summary>
    public const int ReportParkedDays = 7;

    /// <summary>Reports that wait at the same time, per subscription.</summary>
    public const int ReportsParkedMax = 100_000;

    /// <summary>How often reports that wait are tried again although no event has come through this process.</summary>
    public static readonly NodaTime.Duration ReportRetry = NodaTime.Duration.FromHours(6);

    /// <summary>How often a process looks which subscriptions have reports that wait.</summary>
    public static readonly TimeSpan ReportPoll = TimeSpan.FromSeconds(1);

    /// <summary>Without a report for so long, a message is refunded where the agreement says so.</summary>
    public const int NoReportHours = 72;

    /// <summary>Messages of so long a time are looked at together when their hours are over.</summary>
    public static readonly NodaTime.Duration NoReportQuarter = NodaTime.Duration.FromHours(6);

    /// <summary>Messages that one look refunds.</summary>
    public const int NoReportSliceMax = 200;
}
