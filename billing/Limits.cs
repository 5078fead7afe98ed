// Every bound of the product in one place; their relations are asserted at start.
using NodaTime;

namespace OrleansBilling.Billing;

/// <summary>Bounds of queues, batches, bodies and windows.</summary>
public static class Limits
{
    /// <summary>Inside it a duplicate is always recognised; older usage is <c>too_late</c>.</summary>
    public static readonly Duration LatenessWindow = Duration.FromDays(34);

    /// <summary>Ids outlive the window, and are asked before lateness.</summary>
    public static readonly Duration IdRetention = Duration.FromDays(35);

    /// <summary>How far ahead of our clock an event's time may be.</summary>
    public static readonly Duration ClockSkewMax = Duration.FromMinutes(5);

    /// <summary>Events of one chunk, and of a request that is not streamed.</summary>
    public const int ChunkEventsMax = 10_000;

    /// <summary>Bytes of a body that is not streamed.</summary>
    public const int BodyBytesMax = 16 * 1024 * 1024;

    /// <summary>Bytes of one event as sent.</summary>
    public const int EventBytesMax = 64 * 1024;

    /// <summary>Nesting of one event.</summary>
    public const int EventDepthMax = 8;

    /// <summary>Dimensions of one event.</summary>
    public const int DimensionsMax = 64;

    /// <summary>Bytes of a subscription id, source, event id, meter or dimension name or value.</summary>
    public const int TextBytesMax = 1024;

    /// <summary>Units or amount of one charge and period on one subscription: documents keep NUMERIC(28,10), and a line must leave room for others.</summary>
    public const decimal CellTotalMax = 1_000_000_000_000_000m;

    /// <summary>Ids kept exactly in memory before the older half moves to a part.</summary>
    public const int RecentIdsMax = 8192;

    /// <summary>Bytes of journal tail after which a snapshot is offered, and how many times the last snapshot's size it must be.</summary>
    public const int SnapshotTailBytesMin = 16 * 1024;

    /// <summary>See <see cref="SnapshotTailBytesMin"/>.</summary>
    public const int SnapshotTailRatio = 4;

    /// <summary>A flush of the journal.</summary>
    public static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A grain call.</summary>
    public static readonly TimeSpan GrainCallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>An HTTP request that is not streamed.</summary>
    public static readonly TimeSpan HttpTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Work of one slice of a resumable job.</summary>
    public static readonly TimeSpan SliceMax = TimeSpan.FromSeconds(2);

    /// <summary>Drafts that are numbered in one transaction.</summary>
    public const int IssueBatchMax = 500;

    /// <summary>Buyers that a coordinator closes at the same time.</summary>
    public const int CloseFanOut = 16;

    /// <summary>Subscriptions that are sealed at the same time for one buyer.</summary>
    public const int SealFanOut = 64;

    /// <summary>Throws when two bounds contradict each other; called at start.</summary>
    public static void Assert()
    {
        Holds(FlushTimeout < GrainCallTimeout && GrainCallTimeout < HttpTimeout, "flush < grain call < HTTP");
        Holds(SliceMax < GrainCallTimeout, "a slice ends within a grain call");
        Holds(LatenessWindow < IdRetention, "ids outlive the lateness window");
        Holds(EventBytesMax < BodyBytesMax, "one event fits a body");
    }

    private static void Holds(bool relation, string what)
    {
        if (!relation)
            throw new InvalidOperationException($"Limits contradict each other: {what}.");
    }
}
