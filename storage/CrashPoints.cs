// A seam for crash tests: named places of the code at which this process kills itself when it was told to.
using System.Diagnostics;

namespace OrleansBilling.Storage;

/// <summary>
/// <c>BILLING_CRASH_AT=close.numbered:3</c>: the process ends by SIGKILL when it is for the third time where documents have their numbers and are not
/// committed. Nothing is flushed, closed or told, as when the power fails. Unarmed, a point costs one comparison.
/// </summary>
public sealed class CrashPoints
{
    /// <summary>Before a flush sends its rows.</summary>
    public const string FlushSending = "flush.sending";
    /// <summary>All rows are sent; the COPY is not ended, the transaction not committed.</summary>
    public const string FlushCommitting = "flush.committing";
    /// <summary>The rows are durable and nobody has been told.</summary>
    public const string FlushCommitted = "flush.committed";
    /// <summary>A batch of snapshots is written and not committed.</summary>
    public const string SnapshotWritten = "snapshot.written";
    /// <summary>A wallet's slice is durable, and the child has not heard of it.</summary>
    public const string SliceGranted = "slice.granted";
    /// <summary>The child has heard of its slice, and has no receipt of it.</summary>
    public const string SliceAnswered = "slice.answered";
    /// <summary>Subscriptions have sealed the period, and their lines are on no draft.</summary>
    public const string CloseSealed = "close.sealed";
    /// <summary>A draft is complete, and the run does not know.</summary>
    public const string CloseDrafted = "close.drafted";
    /// <summary>Credit notes give back what was below zero at the end of an agreement, and its draft does not know.</summary>
    public const string CloseCredited = "close.credited";
    /// <summary>Documents have their numbers, and the transaction is not committed.</summary>
    public const string CloseNumbered = "close.numbered";
    /// <summary>Documents are issued, and the run does not know.</summary>
    public const string CloseIssued = "close.issued";
    /// <summary>Credit is used for new documents, durably, and the row of due work still stands.</summary>
    public const string CreditUsed = "credit.used";
    /// <summary>A wallet's money stands in the account, and the wallet does not know.</summary>
    public const string WalletBooked = "wallet.booked";
    /// <summary>A wallet's request for a top-up is durable, and the collection port does not know of it.</summary>
    public const string TopUpAsking = "top_up.asking";
    /// <summary>A wallet knows how its request ended, and has not recorded it.</summary>
    public const string TopUpEnding = "top_up.ending";
    /// <summary>Periods of a fee are bought, durably, and their invoice is not made.</summary>
    public const string PrepaymentBought = "prepayment.bought";
    /// <summary>An archive is whole on the disk, and the store does not know of it.</summary>
    public const string ArchiveWritten = "archive.written";
    /// <summary>The rows of some streams are deleted for their bases, or are back; the transaction is not committed.</summary>
    public const string ArchiveMoving = "archive.moving";
    /// <summary>Some streams are moved, and nobody has been told.</summary>
    public const string ArchiveMoved = "archive.moved";

    private readonly string? armed;
    private int left;

    private CrashPoints(string? armed, int left) => (this.armed, this.left) = (armed, left);

    /// <summary>A process that does not kill itself.</summary>
    public static CrashPoints None => new(null, 0);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        FlushSending, FlushCommitting, FlushCommitted, SnapshotWritten, SliceGranted, SliceAnswered, CloseSealed, CloseDrafted, CloseCredited, CloseNumbered,
        CloseIssued, CreditUsed, WalletBooked, TopUpAsking, TopUpEnding, PrepaymentBought,
        ArchiveWritten, ArchiveMoving, ArchiveMoved,
    ];

    /// <summary>Whether this process is to die somewhere.</summary>
    public bool IsArmed => armed is not null;

    /// <summary>Armed at a point, as <c>name</c> or <c>name:times</c>. Throws <see cref="ArgumentException"/> on anything else.</summary>
    public static CrashPoints At(string at)
    {
        var parts = at.Split(':');
        var times = 1;
        if (parts.Length > 2 || !Known.Contains(parts[0]) || (parts.Length == 2 && (!int.TryParse(parts[1], out times) || times < 1)))
            throw new ArgumentException($"\"{at}\" is no crash point. Known are {string.Join(", ", Known)}, each with :N for the Nth time.");
        return new CrashPoints(parts[0], times);
    }

    /// <summary>The code is at a point.</summary>
    public void Reach(string point)
    {
        if (armed == point && Interlocked.Decrement(ref left) == 0)
            Die();
    }

    private static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        // The signal is on its way; nothing of this process may run on.
        self.WaitForExit();
    }
}
