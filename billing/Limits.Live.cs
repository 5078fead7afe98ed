// Bounds of live usage up the tree; their relations are asserted with all the others.
namespace OrleansBilling.Billing;

public static partial class Limits
{
    /// <summary>Up to so many subscriptions below it a party is asked by a fan-out, which is exact; above, it keeps sums.</summary>
    public const int FanOutSubscriptions = 200;

    /// <summary>How often changed subscriptions report their totals, at least and at most: it grows with how many have changed.</summary>
    public static readonly TimeSpan ReportMin = TimeSpan.FromMilliseconds(250);

    /// <summary>See <see cref="ReportMin"/>.</summary>
    public static readonly TimeSpan ReportMax = TimeSpan.FromSeconds(5);

    /// <summary>Changed subscriptions that make up the longest wait.</summary>
    public const int ReportDirtyMax = 10_000;

    /// <summary>Subscriptions asked for their totals at the same time.</summary>
    public const int ReportFanOut = 64;

    /// <summary>Subscriptions of one report to a party.</summary>
    public const int LiveReportMax = 100;

    /// <summary>How long a party that keeps no sums is not told of changes.</summary>
    public static readonly TimeSpan ReportDeclined = TimeSpan.FromMinutes(10);

    /// <summary>How often a party looks whether it has something to do.</summary>
    public static readonly TimeSpan RollupTick = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a party that is read compares its sums with the journal, and one that is not.</summary>
    public static readonly TimeSpan SweepRead = TimeSpan.FromSeconds(2);

    /// <summary>See <see cref="SweepRead"/>.</summary>
    public static readonly TimeSpan SweepIdle = TimeSpan.FromSeconds(30);

    /// <summary>A party counts as read so long after a read.</summary>
    public static readonly TimeSpan RollupInterest = TimeSpan.FromMinutes(1);

    /// <summary>How long a report may be on its way before the party asks the subscription itself.</summary>
    public static readonly TimeSpan ReportPatience = TimeSpan.FromSeconds(6);

    /// <summary>How long a party with few subscriptions is believed to have few.</summary>
    public static readonly TimeSpan RollupSizeFresh = TimeSpan.FromSeconds(60);

    /// <summary>How long a read waits for the first comparison with the journal after a start.</summary>
    public static readonly TimeSpan RollupCatchUp = TimeSpan.FromSeconds(1);

    /// <summary>A comparison that takes long is made the less often: so many times its duration lie between two.</summary>
    public const int SweepPause = 20;

    /// <summary>How often sums that have changed are kept in the store.</summary>
    public static readonly TimeSpan RollupKeep = TimeSpan.FromSeconds(60);

    /// <summary>Streams of live usage that one key may have open.</summary>
    public const int StreamsPerKey = 32;

    /// <summary>Two events of a stream lie at least so far apart.</summary>
    public static readonly TimeSpan StreamMin = TimeSpan.FromMilliseconds(250);

    /// <summary>A figure that takes long is read the less often: so many times its duration lie between two reads of a stream.</summary>
    public const int StreamPause = 10;

    /// <summary>A stream that has nothing to tell says so.</summary>
    public static readonly TimeSpan StreamHeartbeat = TimeSpan.FromSeconds(15);

    /// <summary>Days of one question for usage by days.</summary>
    public const int UsageDaysMax = 93;

    /// <summary>Dimensions of one question for usage by dimension.</summary>
    public const int UsageDimensionsMax = 3;

    /// <summary>Groups of all meters in one answer. More are refused and never cut.</summary>
    public const int UsageGroupsMax = 1_000;

    /// <summary>Subscriptions below a party whose journals are read for one answer.</summary>
    public const int JournalSubscriptionsMax = 1_000;

    /// <summary>Journals that are read for one answer at the same time.</summary>
    public const int JournalFanOut = 8;

    /// <summary>Sums that are kept of journals which were read, over all questions and subscriptions of a process; twice as many for a while.</summary>
    public const int GroupedSumsKept = 100_000;
}
