// Decides corrections on one subscription: retract an event, or amend its quantity. Deterministic, no I/O.
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Usage;

/// <summary>How a correction ended. Travels in messages: never renumber.</summary>
public enum CorrectionOutcome : byte
{
    /// <summary>Done, now or by an earlier call with the same content.</summary>
    Done = 0,
    /// <summary>Refused for the reason of <see cref="CorrectionDecision.Refusal"/>.</summary>
    Refused = 1,
    /// <summary>The id stands for another correction.</summary>
    Conflict = 2,
    /// <summary>No such event.</summary>
    UnknownEvent = 3,
    /// <summary>The event has another time.</summary>
    OtherTime = 4,
    /// <summary>The event is too old.</summary>
    TooLate = 5,
    /// <summary>Nothing is left of the event.</summary>
    AlreadyRetracted = 6,
    /// <summary>A purse has too little: see <see cref="CorrectionDecision.Short"/>.</summary>
    Short = 7,
    /// <summary>A delivery report changes nothing.</summary>
    Unchanged = 8,
    /// <summary>The message is refunded on some leg, since it was not delivered: it can be retracted, not amended.</summary>
    NotDelivered = 9,
    /// <summary>The price of the event was corrected: it can be retracted, not amended.</summary>
    PriceCorrected = 10,
}

/// <summary>What was decided. The state has changed already: the frame (empty: nothing changed) must be appended in the same turn.</summary>
/// <param name="Refusal">Why it was refused, in the words of usage.</param>
/// <param name="FirstId">Position in the state's id log of the one id that belongs to the frame.</param>
public readonly record struct CorrectionDecision(CorrectionOutcome Outcome, Correction? Correction, UsageOutcome Refusal, ReadOnlyMemory<byte> Frame,
    Shortage? Short, long FirstId)
{
    internal static CorrectionDecision Of(CorrectionOutcome outcome, Correction? correction = null) => new(outcome, correction, default, default, null, 0);
}

/// <summary>What stood is taken back exactly as it was journaled; what is amended is rated anew at its own time, on top of all the rest.</summary>
public static class CorrectionDecider
{
    /// <summary>Legs of one correction: what is taken back and what is charged anew.</summary>
    public const int LegsMax = 2 * ((SubscriptionRules.LegsMax * (1 + Limits.SurchargesMax)) + Limits.GrantsMax);

    /// <summary>Whether an event of this time can be corrected no more: ids are forgotten then.</summary>
    public static bool IsTooLate(long timeMicros, long nowMicros) => timeMicros < nowMicros - (Limits.IdRetention.BclCompatibleTicks / 10);

    /// <summary>Corrects an event; <paramref name="original"/> is what the journal holds under its id, or null.</summary>
    public static CorrectionDecision Decide(SubscriptionState state, SubscriptionTerms terms, CorrectionRequest request, JournaledEvent? original,
        long nowMicros)
    {
        if (state.Corrections.Find(request.Id) is { } known)
            return CorrectionDecision.Of(known.Request == request ? CorrectionOutcome.Done : CorrectionOutcome.Conflict, known);
        if (Refused(request, original, nowMicros) is { } refused)
            return CorrectionDecision.Of(refused);
        if (original!.Readings is not null)
            return ReadingDecider.Correct(state, terms, request, original, nowMicros);
        var accepted = UsageRecord.Of(original.Record);
        var corrections = state.Corrections.Of(request.EventHash);
        var standing = Correction.Standing(original.Legs, corrections).ToArray();
        if (standing.Length == 0)
            return CorrectionDecision.Of(CorrectionOutcome.AlreadyRetracted);
        var stood = Correction.Units(accepted.Quantity, corrections);
        if (request.Quantity is not { } quantity)
            return Count(state, request, accepted, -stood, standing.Length, Array.ConvertAll(standing, leg => leg.Reversed), nowMicros);
        if (DeliveryDecider.IsRefunded(corrections))
            return CorrectionDecision.Of(CorrectionOutcome.NotDelivered);
        // What it costs was said for the units that it had.
        return corrections.Any(one => one.Request.Price is not null)
            ? CorrectionDecision.Of(CorrectionOutcome.PriceCorrected)
            : Amend(state, terms, request, accepted, standing, quantity - stood, nowMicros);
    }

    /// <summary>Why nothing can be said about an event, whatever is to be said.</summary>
    internal static CorrectionOutcome? Refused(CorrectionRequest request, JournaledEvent? original, long nowMicros)
    {
        if (IsTooLate(request.TimeMicros, nowMicros))
            return CorrectionOutcome.TooLate;
        if (original is null)
            return CorrectionOutcome.UnknownEvent;
        return UsageRecord.Of(original.Record).TimeMicros != request.TimeMicros ? CorrectionOutcome.OtherTime : null;
    }

    /// <summary>Counts legs that are known to the last digit, and writes the event that says so. The first <paramref name="reversed"/> take back.</summary>
    internal static CorrectionDecision Count(SubscriptionState state, CorrectionRequest request, scoped in UsageRecord accepted, decimal change,
        int reversed, LegAmount[] legs, long nowMicros)
    {
        var record = UsageRecord.Of(Correction.RecordOf(request, accepted.Meter, change, reversed));
        var frame = Begin(state, legs.Length, nowMicros);
        foreach (var leg in legs)
            state.Count(leg, record.TimeMicros);
        frame.Event(record, legs);
        return Done(state, record, legs, ref frame);
    }

    private static CorrectionDecision Amend(SubscriptionState state, SubscriptionTerms terms, CorrectionRequest request, scoped in UsageRecord accepted,
        LegAmount[] standing, decimal change, long nowMicros)
    {
        var content = new PackedWriter(accepted.Content.Length + 16);
        accepted.CopyContent(ref content, accepted.TimeMicros, request.Quantity!.Value);
        var charge = new EventCharge(state, terms);
        var outcome = Without(state, standing, charge, UsageRecord.Of(content.Written.Span));
        if (outcome != UsageOutcome.Accepted)
            return new CorrectionDecision(CorrectionOutcome.Refused, null, outcome, default, null, 0);
        if (charge.Shortage(Freed(state, standing)) is { } missing)
            return new CorrectionDecision(CorrectionOutcome.Short, null, default, default, missing, 0);
        var record = UsageRecord.Of(Correction.RecordOf(request, accepted.Meter, change, standing.Length));
        var frame = Begin(state, standing.Length + terms.Legs.Count, nowMicros);
        var charged = charge.Apply(record, standing, ref frame);
        return Done(state, record, [.. standing.Select(leg => leg.Reversed), .. charged], ref frame);
    }

    // Rated as if the event had never been: its units count for no tier.
    private static UsageOutcome Without(SubscriptionState state, LegAmount[] standing, EventCharge charge, scoped in UsageRecord amended)
    {
        Move(state, standing, -1);
        try
        {
            return charge.Price(amended);
        }
        finally
        {
            Move(state, standing, 1);
        }
    }

    /// <summary>Moves what stood out of the totals (−1) or back in (1), to price something as if it were not there.</summary>
    internal static void Move(SubscriptionState state, ReadOnlySpan<LegAmount> legs, int sign)
    {
        foreach (var leg in legs)
        {
            ref var cell = ref state.CellAt(state.PositionOf(leg.Cell));
            cell.Quantity += sign * leg.Quantity;
            cell.Amount += sign * leg.Amount;
            if (leg.Grant != 0)
                state.Grants.At(leg.Grant).Suppose(sign * leg.Quantity);
        }
    }

    private static HoldPart[] Freed(SubscriptionState state, LegAmount[] standing)
    {
        var freed = new List<HoldPart>();
        foreach (var leg in standing)
        {
            if (state.CellAt(state.PositionOf(leg.Cell)).Purse is > 0 and < UsageCell.PooledPurse and var purse)
                freed.Add(new HoldPart(purse, state.PurseAt(purse).CountsUnits ? leg.Quantity : leg.Amount));
        }

        return [.. freed];
    }

    internal static UsageFrameWriter Begin(SubscriptionState state, int legs, long nowMicros)
    {
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, nowMicros);
        return new UsageFrameWriter(state.LastRecordedMicros, legs, 512);
    }

    internal static CorrectionDecision Done(SubscriptionState state, scoped in UsageRecord record, LegAmount[] legs, ref UsageFrameWriter frame)
    {
        var first = state.Ids.NextPosition;
        state.Ids.Add(new EventIdEntry { IdHash = record.IdHash, BodyHash = record.BodyHash, Day = record.Day });
        var correction = legs.Length == 0 ? null : Remember(state, record, legs);
        return new CorrectionDecision(CorrectionOutcome.Done, correction, default, frame.Finish(), null, first);
    }

    /// <summary>Takes a correction up whose legs are counted already.</summary>
    internal static Correction Remember(SubscriptionState state, scoped in UsageRecord record, ReadOnlySpan<LegAmount> legs)
    {
        var kept = new CorrectionLeg[legs.Length];
        for (var index = 0; index < legs.Length; index++)
        {
            var identity = state.CellAt(state.PositionOf(legs[index].Cell)).Identity;
            var late = state.NewestSeal(identity.Calendar) is { } seal && identity.Period.End <= seal.PeriodEnd;
            kept[index] = new CorrectionLeg(legs[index], late);
        }

        var correction = Correction.Of(record, kept);
        state.Corrections.Add(correction);
        return correction;
    }
}
