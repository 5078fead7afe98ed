// How far the rows of a subscription's stream may be moved to an archive, and the state that the stream goes on from.
using NodaTime;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Archiving;

/// <summary>Takes rows in order. The cut is the row of the newest seal that nothing refers behind any more.</summary>
/// <param name="periodsEnded">Periods that ended then or before are done with.</param>
/// <param name="now">The billing clock: ids of events are kept for <see cref="Limits.IdRetention"/>, and refer to rows.</param>
public sealed class ArchiveCut(Instant periodsEnded, Instant now) : UsageVisitor
{
    private readonly int oldestDay = (int)(now - Limits.IdRetention - NodaConstants.UnixEpoch).Days;
    private readonly long recordedBefore = Micros.Of(now - Limits.IdRetention);
    private bool stopped;
    private long last;

    /// <summary>The newest version that may be moved; 0: none.</summary>
    public long Version { get; private set; }

    /// <summary>Whether no later row can move the cut.</summary>
    public bool Stopped => stopped;

    /// <summary>Looks at a row. The newest row of a stream must not be given: it stays where it is.</summary>
    public void Row(long version, ReadOnlySpan<byte> frames)
    {
        if (stopped)
            return;
        SubscriptionReplay.Visit(frames, this);
        if (!stopped && HasSeal(frames))
            Version = version;
    }

    /// <inheritdoc/>
    public override void Begin(long recordedMicros) => stopped |= (last = Math.Max(last, recordedMicros)) >= recordedBefore;

    /// <inheritdoc/>
    public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs) => stopped |= record.Day >= oldestDay;

    private bool HasSeal(ReadOnlySpan<byte> frames)
    {
        var reader = new PackedReader(frames);
        var found = false;
        while (!reader.AtEnd)
        {
            var content = FrameHead.Read(ref reader, out var kind);
            if (kind == FrameKind.Seal && SealFrame.Read(content) is var seal)
            {
                found |= seal.PeriodEnd <= periodsEnded;
                // The close of a later period may still have to read its seal, whatever was sealed after it in another calendar.
                stopped |= seal.RecordedMicros >= recordedBefore || seal.PeriodEnd > periodsEnded;
            }
        }

        return found && !stopped;
    }
}

/// <summary>The state as of a cut, in bounded memory: ids of its events are out of their retention.</summary>
public sealed class BaseReplay : UsageVisitor
{
    private readonly SubscriptionState state;

    /// <summary>From the beginning, or from a base before it. Throws on a base of another format.</summary>
    public BaseReplay(ReadOnlyMemory<byte>? before, long throughMicros)
    {
        state = before is not { } packed ? new SubscriptionState()
            : SubscriptionSnapshot.Read(packed.Span) ?? throw new PackedFormatException("the base before it was written by another version");
        ThroughMicros = throughMicros;
    }

    /// <summary>The latest event, µs by its own time.</summary>
    public long ThroughMicros { get; private set; }

    /// <summary>Applies the next row.</summary>
    public void Row(long version, ReadOnlySpan<byte> frames, ulong checksum)
    {
        SubscriptionReplay.Apply(state, version, frames, checksum);
        SubscriptionReplay.Visit(frames, this);
        state.Ids.RemoveOldest(state.Ids.Count);
        state.Corrections.Forget(state.LastRecordedMicros - (Limits.IdRetention.BclCompatibleTicks / 10));
    }

    /// <summary>The state, packed.</summary>
    public ReadOnlyMemory<byte> Write() => SubscriptionSnapshot.Write(state);

    /// <inheritdoc/>
    public override void Event(in UsageRecord record, ReadOnlySpan<LegAmount> legs) => ThroughMicros = Math.Max(ThroughMicros, record.TimeMicros);
}
