// Every bound of the store, and the relations between them.
namespace OrleansBilling.Storage;

static class Limits
{
    /// <summary>Above this, writers have no room and callers are told to come back.</summary>
    public const long JournalQueueBytesMax = 64L << 20;
    /// <summary>Above this, appends fail although nobody asked for room: memory stays bounded whatever callers do.</summary>
    public const long JournalQueueBytesHardMax = 2 * JournalQueueBytesMax;
    /// <summary>What one queued append costs besides its frames.</summary>
    public const int AppendOverheadBytes = 256;
    /// <summary>Frames of one append.</summary>
    public const int AppendBytesMax = 4 << 20;
    /// <summary>A lane stops gathering at this size, so that one flush stays far below its time-out.</summary>
    public const int JournalBatchBytesMax = 8 << 20;
    /// <summary>Longest COPY message: the server holds one message in memory.</summary>
    public const int CopyChunkBytes = 256 << 10;
    /// <summary>A flush that takes longer has an unknown outcome (architecture, section 2: below the time-out of a grain call).</summary>
    public static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan ReconnectDelayMin = TimeSpan.FromMilliseconds(50);
    public static readonly TimeSpan ReconnectDelayMax = TimeSpan.FromSeconds(1);

    public const long SnapshotQueueBytesMax = 32L << 20;
    public const int SnapshotBatchMax = 500;
    public const long SnapshotBatchBytesMax = 8L << 20;
    public const int EventIdQueueMax = 4_096;
    public const int EventIdBatchMax = 256;
    public const int HeadQueueMax = 10_000;
    public const int HeadBatchMax = 1_000;
    public const int DefinitionQueueMax = 10_000;
    public const int DefinitionBatchMax = 1_000;
    public const int CloseQueueMax = 10_000;
    public const int CloseBatchMax = 500;
    public const int IssueBatchMax = 500;
    public const int DocumentQueueMax = 2_000;
    public const int DocumentBatchMax = 500;
    /// <summary>Reports of children in one transaction; a report may have thousands of lines.</summary>
    public const int ReportBatchMax = 64;
    public const int PageMax = 10_000;
    public const int SqliteRowsPerStatement = 32;

    /// <summary>NUMERIC(28,10): what a stored decimal may have at most.</summary>
    public const byte DecimalFractionDigitsMax = 10;
    public const decimal DecimalMagnitudeMax = 999_999_999_999_999_999m;

    public static void AssertRelations(StorageOptions options)
    {
        Require(AppendBytesMax <= JournalBatchBytesMax, "an append must fit into a batch");
        Require(JournalBatchBytesMax <= JournalQueueBytesMax, "a batch must fit into the queue");
        Require(ReconnectDelayMax < FlushTimeout, "reconnecting must not outlast a flush");
        Require(options.JournalLanes is >= 1 and <= 64, "JournalLanes must be 1 to 64");
        Require(options.PostgresPoolSizeMax > options.JournalLanes + 2,
            "PostgresPoolSizeMax must leave connections besides the journal's lanes");
    }

    static void Require(bool holds, string sentence)
    {
        if (!holds) throw new InvalidOperationException($"Storage limits: {sentence}.");
    }
}
