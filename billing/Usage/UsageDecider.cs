// Decides a batch of events on one subscription, in order, and changes its state in the same pass: deterministic, no I/O.
using OrleansBilling.Billing.Rating;

namespace OrleansBilling.Billing.Usage;

/// <summary>An id that lies in an older part of the index, and the body hash that the journal holds for it.</summary>
public interface IOlderIds
{
    /// <summary>True if the event with this id was accepted before the ids that the state remembers.</summary>
    bool TryGet(UInt128 idHash, out uint bodyHash);
}

/// <summary>What was decided. Frame is empty when nothing was accepted; positions [FirstId, FirstId + Accepted) of the state's id log belong to it.</summary>
public readonly record struct UsageDecision(UsageOutcome[] Outcomes, ReadOnlyMemory<byte> Frame, int Accepted, long FirstId);

/// <summary>Usage: is it known, in time, active, priced? Accepted events are applied to the state and packed into one frame.</summary>
public static class UsageDecider
{
    /// <summary>
    /// Decides <paramref name="count"/> packed records. After this returns the state has changed: the frame must be appended in the same turn.
    /// </summary>
    public static UsageDecision Decide(SubscriptionState state, SubscriptionTerms terms, ReadOnlySpan<byte> records, int count, long nowMicros, IOlderIds older)
    {
        Check(records, count);
        var pass = new UsagePass(state, terms, older, Math.Max(nowMicros, state.LastRecordedMicros), nowMicros,
            records.Length + (count * (8 + (terms.Legs.Count * 8))));
        var outcomes = new UsageOutcome[count];
        var reader = new PackedReader(records);
        var firstId = state.Ids.NextPosition;
        for (var index = 0; index < count; index++)
            outcomes[index] = pass.Decide(UsageRecord.ReadChecked(ref reader));
        return new UsageDecision(outcomes, pass.Finish(), (int)(state.Ids.NextPosition - firstId), firstId);
    }

    // A record that cannot be read must be found before the first one has changed the state, or state and journal would part.
    private static void Check(ReadOnlySpan<byte> records, int count)
    {
        var reader = new PackedReader(records);
        for (var index = 0; index < count; index++)
            UsageRecord.Read(ref reader);
        if (!reader.AtEnd)
            throw new PackedFormatException("a batch has more records than it says");
    }
}

/// <summary>One pass over one batch.</summary>
internal ref struct UsagePass
{
    private readonly SubscriptionState state;
    private readonly SubscriptionTerms terms;
    private readonly IOlderIds older;
    private readonly long recordedMicros;
    private readonly long oldestMicros;
    private readonly long newestMicros;
    private readonly Span<Rated> rated;
    private UsageFrameWriter frame;

    public UsagePass(SubscriptionState state, SubscriptionTerms terms, IOlderIds older, long recordedMicros, long nowMicros, int capacity)
    {
        this.state = state;
        this.terms = terms;
        this.older = older;
        this.recordedMicros = recordedMicros;
        oldestMicros = nowMicros - (Limits.LatenessWindow.BclCompatibleTicks / 10);
        newestMicros = nowMicros + (Limits.ClockSkewMax.BclCompatibleTicks / 10);
        rated = new Rated[terms.Legs.Count];
        frame = new UsageFrameWriter(recordedMicros, terms.Legs.Count, capacity);
    }

    public UsageOutcome Decide(scoped in UsageRecord record)
    {
        var idHash = record.IdHash;
        var bodyHash = record.BodyHash;
        if (state.Ids.TryGet(idHash, out var known))
            return known.BodyHash == bodyHash ? UsageOutcome.Duplicate : UsageOutcome.Conflict;
        if (older.TryGet(idHash, out var knownBody))
            return knownBody == bodyHash ? UsageOutcome.Duplicate : UsageOutcome.Conflict;
        if (record.TimeMicros < oldestMicros)
            return UsageOutcome.TooLate;
        if (record.TimeMicros > newestMicros)
            return UsageOutcome.InTheFuture;
        if (record.TimeMicros < terms.StartsAtMicros || record.TimeMicros >= terms.EndsAtMicros)
            return UsageOutcome.SubscriptionNotActive;
        for (var leg = 0; leg < rated.Length; leg++)
        {
            if (!terms.Legs[leg].TryRate(record, out rated[leg]))
                return terms.KnownMeters.Contains(System.Text.Encoding.UTF8.GetString(record.Meter)) ? UsageOutcome.NoPrice : UsageOutcome.UnknownMeter;
        }

        return Apply(record, idHash, bodyHash);
    }

    public ReadOnlyMemory<byte> Finish()
    {
        if (frame.Events == 0)
            return default;
        state.LastRecordedMicros = recordedMicros;
        return frame.Finish();
    }

    // All amounts are computed before anything changes: an overflow refuses the event and leaves the state as it was.
    private UsageOutcome Apply(scoped in UsageRecord record, UInt128 idHash, uint bodyHash)
    {
        Span<decimal> amounts = stackalloc decimal[rated.Length];
        Span<int> positions = stackalloc int[rated.Length];
        try
        {
            for (var leg = 0; leg < rated.Length; leg++)
            {
                positions[leg] = state.PositionOf(rated[leg].Identity);
                if (!TryPrice(rated[leg], positions[leg], out amounts[leg]))
                    return UsageOutcome.InvalidEvent;
            }
        }
        catch (OverflowException)
        {
            return UsageOutcome.InvalidEvent;
        }

        for (var leg = 0; leg < rated.Length; leg++)
        {
            if (positions[leg] < 0)
                positions[leg] = CellFor(rated[leg].Identity);
        }

        frame.Event(record);
        for (var leg = 0; leg < rated.Length; leg++)
        {
            ref var cell = ref state.CellAt(positions[leg]);
            cell.Count++;
            cell.Quantity += rated[leg].Quantity;
            cell.Amount += amounts[leg];
            frame.Leg(cell.Number, rated[leg].Quantity, amounts[leg]);
        }

        state.Ids.Add(new EventIdEntry { IdHash = idHash, BodyHash = bodyHash, Day = record.Day });
        return UsageOutcome.Accepted;
    }

    // Without included units the cell's own units tell how far the total has come; with them, all price versions count together.
    private readonly bool TryPrice(in Rated on, int position, out decimal amount)
    {
        var (ownQuantity, ownAmount) = position < 0 ? (0, 0) : (state.CellAt(position).Quantity, state.CellAt(position).Amount);
        amount = UsagePrice.Amount(on.Charge, on.Charge.Included == 0 ? ownQuantity : state.UsedOf(on.Identity), on.Quantity);
        return ownQuantity + on.Quantity <= Limits.CellTotalMax && ownAmount + amount <= Limits.CellTotalMax;
    }

    private int CellFor(CellIdentity identity)
    {
        var position = state.PositionOf(identity);
        if (position >= 0)
            return position;
        var cell = new UsageCell { Identity = identity, Number = state.NextCell };
        frame.NewCell(cell);
        return state.AddCell(cell);
    }
}
