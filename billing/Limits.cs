// Every bound of the product in one place; their relations are asserted at start.
using NodaTime;

namespace OrleansBilling.Billing;

/// <summary>
/// Bounds of queues, batches, bodies, pages, caches, fan-outs and time-outs. What a definition may contain (lengths of names, numbers of tiers)
/// is a rule of content and stands with its rules.
/// </summary>
public static partial class Limits
{
    // Usage: what one event may be, and how long it is remembered.

    /// <summary>Inside it a duplicate is always recognised; older usage is <c>too_late</c>.</summary>
    public static readonly Duration LatenessWindow = Duration.FromDays(34);

    /// <summary>Ids outlive the window, and are asked before lateness.</summary>
    public static readonly Duration IdRetention = Duration.FromDays(35);

    /// <summary>How long a command sent again with the same <c>Idempotency-Key</c> gets its first answer.</summary>
    public static readonly Duration AnswerRetention = Duration.FromDays(35);

    /// <summary>How often what is past its retention is deleted, and rows of one such transaction.</summary>
    public static readonly TimeSpan RetentionSweep = TimeSpan.FromMinutes(10);

    /// <summary>See <see cref="RetentionSweep"/>.</summary>
    public const int PurgeBatchMax = 1_000;

    /// <summary>How far ahead of our clock an event's time may be.</summary>
    public static readonly Duration ClockSkewMax = Duration.FromMinutes(5);

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

    /// <summary>Holds of one subscription that live at the same time.</summary>
    public const int LiveHoldsMax = 100_000;

    /// <summary>Packages of one subscription, those that are used up but can still be corrected included.</summary>
    public const int GrantsMax = 100;

    /// <summary>Ended holds that a subscription remembers whatever their age.</summary>
    public const int EndedHoldsKept = 1_000;

    /// <summary>How long an ended hold is remembered in any case, so that a repeated command gets its first answer.</summary>
    public static readonly Duration EndedHoldRetention = Duration.FromDays(1);

    /// <summary>Ids kept exactly in memory before the older half moves to a part.</summary>
    public const int RecentIdsMax = 8192;

    /// <summary>Bytes of journal tail after which a snapshot is offered, and how many times the last snapshot's size it must be.</summary>
    public const int SnapshotTailBytesMin = 16 * 1024;

    /// <summary>See <see cref="SnapshotTailBytesMin"/>.</summary>
    public const int SnapshotTailRatio = 4;

    // Wallets.

    /// <summary>References of commands that a wallet knows again, the newest ones.</summary>
    public const int WalletCommandsMax = 10_000;

    /// <summary>Credits with an end that run at the same time in one wallet.</summary>
    public const int WalletExpiringMax = 1_000;

    /// <summary>How long a draw waits for what others may give back before it is refused.</summary>
    public static readonly TimeSpan RecallWaitMax = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a wallet looks for children that hold something and draw nothing, and for payments that have not arrived.</summary>
    public static readonly TimeSpan WalletTick = TimeSpan.FromSeconds(10);

    /// <summary>How long a row of due work stands for what a grain may leave behind before somebody looks whether it has.</summary>
    public static readonly TimeSpan DueLease = TimeSpan.FromSeconds(10);

    /// <summary>Crossings of a wallet that are told at once.</summary>
    public const int AlertsTold = 100;

    /// <summary>Ticks without a draw after which a child is asked to give back what it does not spend.</summary>
    public const int SilentTicksMax = 3;

    /// <summary>Silent children that one tick asks: with thousands that send now and then, all that are given back would be drawn again.</summary>
    public const int SilentRecallsMax = 100;

    /// <summary>Children that one recall asks.</summary>
    public const int RecallFanOut = 1_000;

    /// <summary>Rows of the journal that one page of a wallet's history looks at.</summary>
    public const int HistoryRowsMax = 1_000;

    // Time-outs, each inside the next: flush, grain call, HTTP request.

    /// <summary>A flush of the journal; one that takes longer has an unknown outcome.</summary>
    public static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    /// <summary>A grain call.</summary>
    public static readonly TimeSpan GrainCallTimeout = TimeSpan.FromSeconds(10);

    /// <summary>An HTTP request that is not streamed.</summary>
    public static readonly TimeSpan HttpTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Work of one slice of a resumable job.</summary>
    public static readonly TimeSpan SliceMax = TimeSpan.FromSeconds(2);

    /// <summary>A usage question to a partner asks every subscription below it.</summary>
    public static readonly TimeSpan FanOutTimeout = TimeSpan.FromMinutes(2);

    /// <summary>How long readiness waits for the database.</summary>
    public static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(2);

    // Closing.

    /// <summary>Drafts that are numbered in one transaction.</summary>
    public const int IssueBatchMax = 500;

    /// <summary>Drafts that are worth a transaction while others are still composed.</summary>
    public const int IssueBatchGoal = 64;

    /// <summary>Buyers that a coordinator closes at the same time.</summary>
    public const int CloseFanOut = 16;

    /// <summary>Buyers that a coordinator looks up at once.</summary>
    public const int ClosePageMax = 128;

    /// <summary>Subscriptions that are sealed at the same time for one buyer.</summary>
    public const int SealFanOut = 128;

    /// <summary>Lines of one preview: it is answered when its totals are known, so it is held in memory until then.</summary>
    public const int PreviewLinesMax = 100_000;

    /// <summary>Previews that a process makes at the same time.</summary>
    public const int PreviewsMax = 4;

    /// <summary>Times that the close of one buyer is tried before it is parked with its reason.</summary>
    public const int CloseAttemptsMax = 3;

    /// <summary>Times that due work is tried before the sandbox clock says that it cannot go on.</summary>
    public const int DueAttemptsMax = 3;

    /// <summary>Due work that failed before is tried again until so much of it has failed once more; the next look goes on behind it.</summary>
    public const int DueFailuresMax = 4;

    /// <summary>Runs with parked agreements that one advance of the sandbox clock names; more are counted only.</summary>
    public const int FailedRunsMax = 200;

    // The HTTP edge: bodies, pages, caches.

    /// <summary>Bytes of a batch of events that is not streamed.</summary>
    public const int BodyBytesMax = 16 * 1024 * 1024;

    /// <summary>Bytes of a definition or a command.</summary>
    public const int CommandBytesMax = 1024 * 1024;

    /// <summary>Events of one chunk, and of a request that is not streamed.</summary>
    public const int ChunkEventsMax = 10_000;

    /// <summary>Results that one answer lists; more are counted only.</summary>
    public const int ResultsMax = 10_000;

    /// <summary>Rows of a page when the caller does not say.</summary>
    public const int PageDefault = 50;

    /// <summary>Rows of a page at most.</summary>
    public const int PageMax = 200;

    /// <summary>Rows that one list request looks at while it searches for rows that the caller may see.</summary>
    public const int ScanMax = 2_000;

    /// <summary>Subscriptions asked at the same time for the usage of a customer or partner.</summary>
    public const int UsageFanOut = 64;

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

    /// <summary>Subscriptions of events remembered by name.</summary>
    public const int SubscriptionCacheMax = 2_000_000;

    /// <summary>Characters of an Authorization or Idempotency-Key header.</summary>
    public const int HeaderLengthMax = 512;

    /// <summary>Partners above one another.</summary>
    public const int TreeDepthMax = 16;

    /// <summary>How long a process may not know that a party was moved.</summary>
    public static readonly TimeSpan TreeFresh = TimeSpan.FromSeconds(1);

    /// <summary>Parents that one party has had and is going to have.</summary>
    public const int MovesMax = 100;

    // The journal's queue.

    /// <summary>Above this, writers have no room and callers are told to come back.</summary>
    public const long JournalQueueBytesMax = 64L << 20;

    /// <summary>Above this, appends fail although nobody asked for room: memory stays bounded whatever callers do.</summary>
    public const long JournalQueueBytesHardMax = 2 * JournalQueueBytesMax;

    /// <summary>What one queued append costs besides its frames.</summary>
    public const int AppendOverheadBytes = 256;

    /// <summary>Bytes of the frames of one append.</summary>
    public const int AppendBytesMax = 4 << 20;

    /// <summary>A lane stops gathering at this size, so that one flush stays far below its time-out.</summary>
    public const int JournalBatchBytesMax = 8 << 20;

    /// <summary>Lanes of the journal.</summary>
    public const int JournalLanesMax = 64;

    /// <summary>Longest COPY message: the server holds one message in memory.</summary>
    public const int CopyChunkBytes = 256 << 10;

    /// <summary>First wait before a lost connection is tried again; it doubles.</summary>
    public static readonly TimeSpan ReconnectDelayMin = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest such wait.</summary>
    public static readonly TimeSpan ReconnectDelayMax = TimeSpan.FromSeconds(1);

    /// <summary>Rows of one multi-row insert on SQLite.</summary>
    public const int SqliteRowsPerStatement = 32;

    // The store's other queues: …QueueMax is what waits, …BatchMax what one transaction takes.

    /// <summary>Snapshots are a cache: what does not fit is not kept.</summary>
    public const long SnapshotQueueBytesMax = 32L << 20;

    public const int SnapshotBatchMax = 500;
    public const long SnapshotBatchBytesMax = 8L << 20;
    public const int EventIdQueueMax = 4_096;
    public const int EventIdBatchMax = 256;
    public const int HeadQueueMax = 10_000;
    public const int HeadBatchMax = 1_000;
    /// <summary>Activations that wait to be loaded, and how many are loaded by one statement.</summary>
    public const int LoadQueueMax = 10_000;
    public const int LoadBatchMax = 100;
    public const int DefinitionQueueMax = 10_000;
    public const int DefinitionBatchMax = 1_000;
    public const int CloseQueueMax = 10_000;
    public const int CloseBatchMax = 500;
    public const int DocumentQueueMax = 2_000;
    public const int DocumentBatchMax = 500;

    /// <summary>Reports of children in one transaction; a report may have thousands of lines.</summary>
    public const int ReportBatchMax = 64;

    /// <summary>Rows that one question to the store answers.</summary>
    public const int StorePageMax = 10_000;

    /// <summary>NUMERIC(28,10): what a stored decimal may have at most.</summary>
    public const byte DecimalFractionDigitsMax = 10;

    /// <summary>See <see cref="DecimalFractionDigitsMax"/>.</summary>
    public const decimal DecimalMagnitudeMax = 999_999_999_999_999_999m;

    /// <summary>Throws when two bounds contradict each other; called at start.</summary>
    public static void Assert()
    {
        Holds(FlushTimeout < GrainCallTimeout && GrainCallTimeout < HttpTimeout, "flush < grain call < HTTP");
        Holds(RecallWaitMax < FlushTimeout, "a recall ends long before the call that waits for it");
        Holds(ReportMin < ReportMax && ReportMax < ReportPatience, "a report has its time before somebody asks");
        Holds(SliceMax < GrainCallTimeout, "a slice ends within a grain call");
        Holds(ReconnectDelayMax < FlushTimeout, "reconnecting does not outlast a flush");
        Holds(LatenessWindow < IdRetention, "ids outlive the lateness window");
        Holds(EventBytesMax < BodyBytesMax, "one event fits a body");
        Holds(EventBytesMax < AppendBytesMax, "one event fits an append");
        Holds(AppendBytesMax <= JournalBatchBytesMax, "an append fits into a batch");
        Holds(JournalBatchBytesMax <= JournalQueueBytesMax, "a batch fits into the queue");
        Holds(CellTotalMax <= DecimalMagnitudeMax, "a total can be stored");
        Holds(PageDefault <= PageMax && PageMax <= ScanMax && ScanMax <= StorePageMax, "page <= scan <= the store's page");
        Holds(UsageGroupsMax < GroupedSumsKept, "the sums of an answer can be kept");
        Holds(KeyFresh <= KeyStale, "a key is fresh before it is stale");
    }

    private static void Holds(bool relation, string what)
    {
        if (!relation)
            throw new InvalidOperationException($"Limits contradict each other: {what}.");
    }
}
