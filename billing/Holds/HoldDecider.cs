// Decides holds on one subscription: place, capture, release, expire. Deterministic, no I/O.
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>How a command on a hold ended. Travels in messages: never renumber.</summary>
public enum HoldOutcome : byte
{
    /// <summary>Done, now or by an earlier call with the same content.</summary>
    Done = 0,
    /// <summary>Refused for the reason of <see cref="HoldDecision.Refusal"/>.</summary>
    Refused = 1,
    /// <summary>The id stands for another request, or the hold has ended in another way.</summary>
    Conflict = 2,
    /// <summary>No such hold.</summary>
    Missing = 3,
    /// <summary>It has expired, and nothing proves that it was used before.</summary>
    Expired = 4,
    /// <summary>A purse has too little: see <see cref="HoldDecision.Short"/>.</summary>
    Short = 5,
    /// <summary>There are too many live holds.</summary>
    TooMany = 6,
    /// <summary>The meter's events are not added up: what one adds is known when it comes, not before.</summary>
    NotAddedUp = 7,
}

/// <summary>What was decided. The state has changed already: the frame (empty: nothing changed) must be appended in the same turn.</summary>
/// <param name="Refusal">Why it was refused, in the words of usage; of a hold that is done: why only a part is held, where packages are the reason.</param>
/// <param name="FirstId">Positions [FirstId, FirstId + Ids) of the state's id log belong to the frame.</param>
public readonly record struct HoldDecision(HoldOutcome Outcome, Hold? Hold, UsageOutcome Refusal, ReadOnlyMemory<byte> Frame, Shortage? Short, long FirstId,
    int Ids)
{
    internal static HoldDecision Of(HoldOutcome outcome, Hold? hold = null) => new(outcome, hold, default, default, null, 0, 0);

    internal static HoldDecision No(UsageOutcome refusal) => new(HoldOutcome.Refused, null, refusal, default, null, 0, 0);

    internal static HoldDecision Lacks(Shortage missing) => new(HoldOutcome.Short, null, default, default, missing, 0, 0);
}

/// <summary>A hold is a promise with an end: expiry is an entry of its own, so that replay never reads a clock.</summary>
public static class HoldDecider
{
    /// <summary>Source of the events that captures count.</summary>
    public const string Source = "urn:billing:hold";

    /// <summary>Ends what is over. Append the frames, if any, before anything else is decided.</summary>
    public static ReadOnlyMemory<byte> Expire(SubscriptionState state, long nowMicros)
    {
        if (nowMicros < state.Holds.NextExpiryMicros)
            return default;
        var frames = new PackedWriter(256);
        foreach (var hold in state.Holds.Due(nowMicros))
            frames.Raw(Ended(state, hold, HoldState.Expired, nowMicros, 0, 0, []).Span);
        state.Holds.Forget(nowMicros - Limits.EndedHoldRetention.BclCompatibleTicks / 10);
        return frames.Written;
    }

    /// <summary>
    /// Places a hold for an event (the content of its record). With a step, less than all may be held: as many whole steps as the purses cover,
    /// but only once no more can be had.
    /// </summary>
    /// <param name="dry">No more money can be had: a part is held of what there is. Packages have never more than there is.</param>
    public static HoldDecision Place(SubscriptionState state, SubscriptionTerms terms, string id, uint bodyHash, ReadOnlySpan<byte> record, long expiresMicros,
        long nowMicros, decimal partialStep, bool dry = true)
    {
        if (state.Holds.Find(id) is { } known)
            return known.BodyHash == bodyHash ? HoldDecision.Of(HoldOutcome.Done, known) : HoldDecision.Of(HoldOutcome.Conflict);
        if (state.Holds.Live >= Limits.LiveHoldsMax)
            return HoldDecision.Of(HoldOutcome.TooMany);
        var wanted = UsageRecord.Of(record);
        if (terms.ServiceAt(wanted.TimeMicros) is not UsageOutcome.Accepted and var stopped)
            return HoldDecision.No(stopped);
        if (terms.Gate.Refusal != UsageOutcome.Accepted)
            return HoldDecision.No(terms.Gate.Refusal);
        var charge = new EventCharge(state, terms);
        var content = record.ToArray();
        var allowed = charge.Price(wanted);
        if (allowed == UsageOutcome.InsufficientAllowance && Fitting(charge, wanted, partialStep, money: false) is > 0 and var covered)
        {
            content = Content(wanted, wanted.TimeMicros, covered);
            charge.Price(UsageRecord.Of(content));
        }
        else if (allowed != UsageOutcome.Accepted)
            return HoldDecision.No(allowed);
        if (charge.Reads)
            return HoldDecision.Of(HoldOutcome.NotAddedUp);

        if (charge.Shortage() is { } missing)
        {
            var fits = dry ? Fitting(charge, wanted, partialStep, money: true) : 0;
            if (fits == 0)
                return HoldDecision.Lacks(missing);
            content = Content(wanted, wanted.TimeMicros, fits);
            charge.Price(UsageRecord.Of(content));
        }

        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, nowMicros);
        var hold = new Hold
        {
            Id = id,
            BodyHash = bodyHash,
            Record = content,
            PlacedMicros = state.LastRecordedMicros,
            ExpiresMicros = expiresMicros,
            Amount = charge.AmountOf(AmountLeg(terms)),
            Parts = charge.Parts(),
        };
        HoldFrame.Place(state, hold);
        return new HoldDecision(HoldOutcome.Done, hold, allowed, HoldFrame.Placed(hold), null, 0, 0);
    }

    /// <summary>
    /// Uses a hold: <paramref name="quantity"/> units at <paramref name="usedMicros"/> (null: now). More than was held is taken by a fresh check,
    /// never silently. After expiry it needs a time of use before the expiry as proof; what no purse covers is forced then.
    /// </summary>
    public static HoldDecision Capture(SubscriptionState state, SubscriptionTerms terms, string id, decimal quantity, long? usedMicros, long nowMicros)
    {
        if (state.Holds.Find(id) is not { } hold)
            return HoldDecision.Of(HoldOutcome.Missing);
        if (hold.State is HoldState.Captured or HoldState.LateCaptured)
            return HoldDecision.Of(hold.CapturedQuantity == quantity ? HoldOutcome.Done : HoldOutcome.Conflict, hold);
        if (hold.State == HoldState.Released)
            return HoldDecision.Of(HoldOutcome.Conflict, hold);
        var late = hold.State == HoldState.Expired;
        if (late && !(usedMicros >= hold.PlacedMicros && usedMicros < hold.ExpiresMicros))
            return HoldDecision.Of(HoldOutcome.Expired, hold);
        // What is held may be used, whatever has become of the customer since; more than that would be new.
        if (!late && quantity > hold.Quantity && terms.Gate.Refusal != UsageOutcome.Accepted)
            return HoldDecision.No(terms.Gate.Refusal);
        var content = Content(UsageRecord.Of(hold.Record), usedMicros ?? nowMicros, quantity);
        var record = UsageRecord.Of(content);
        var charge = new EventCharge(state, terms);
        if (charge.Price(record, late ? null : hold.Parts, late || quantity <= hold.Quantity) is not UsageOutcome.Accepted and var refusal)
            return HoldDecision.No(refusal);
        if (!late && charge.Shortage(hold.Parts) is { } missing)
            return HoldDecision.Lacks(missing);
        return Capture(state, terms, hold, charge, record, late, nowMicros);
    }

    /// <summary>Gives a hold up.</summary>
    public static HoldDecision Release(SubscriptionState state, string id, long nowMicros)
    {
        if (state.Holds.Find(id) is not { } hold)
            return HoldDecision.Of(HoldOutcome.Missing);
        if (hold.State is HoldState.Released or HoldState.Expired)
            return HoldDecision.Of(HoldOutcome.Done, hold);
        if (hold.State != HoldState.Held)
            return HoldDecision.Of(HoldOutcome.Conflict, hold);
        var frame = Ended(state, hold, HoldState.Released, nowMicros, 0, 0, []);
        return new HoldDecision(HoldOutcome.Done, hold, default, frame, null, 0, 0);
    }

    private static HoldDecision Capture(SubscriptionState state, SubscriptionTerms terms, Hold hold, EventCharge charge, scoped in UsageRecord record,
        bool late, long nowMicros)
    {
        var forced = late ? charge.Uncovered() : [];
        var how = late ? HoldState.LateCaptured : HoldState.Captured;
        var frames = new PackedWriter(512);
        frames.Raw(Ended(state, hold, how, nowMicros, record.Quantity, charge.AmountOf(AmountLeg(terms)), forced).Span);
        var usage = new UsageFrameWriter(state.LastRecordedMicros, terms.Legs.Count, 256);
        charge.Apply(record, ref usage);
        var position = state.Ids.NextPosition;
        state.Ids.Add(new EventIdEntry { IdHash = record.IdHash, BodyHash = record.BodyHash, Day = record.Day });
        frames.Raw(usage.Finish().Span);
        return new HoldDecision(HoldOutcome.Done, hold, default, frames.Written, null, position, 1);
    }

    private static ReadOnlyMemory<byte> Ended(SubscriptionState state, Hold hold, HoldState how, long nowMicros, decimal quantity, decimal amount,
        IReadOnlyList<HoldPart> forced)
    {
        state.LastRecordedMicros = Math.Max(state.LastRecordedMicros, nowMicros);
        HoldFrame.End(state, hold, how, state.LastRecordedMicros, quantity, amount, forced);
        return HoldFrame.Ended(hold, forced);
    }

    // Amounts grow with the quantity, so halving finds the most that fits.
    private static decimal Fitting(EventCharge charge, scoped in UsageRecord wanted, decimal step, bool money)
    {
        if (step <= 0)
            return 0;
        long fits = 0;
        for (long from = 1, to = (long)decimal.Truncate(wanted.Quantity / step); from <= to;)
        {
            var middle = from + ((to - from) / 2);
            var priced = charge.Price(UsageRecord.Of(Content(wanted, wanted.TimeMicros, middle * step))) == UsageOutcome.Accepted;
            if (priced && (!money || charge.Shortage() is null))
                (fits, from) = (middle, middle + 1);
            else
                to = middle - 1;
        }

        return fits * step;
    }

    private static byte[] Content(scoped in UsageRecord record, long timeMicros, decimal quantity)
    {
        var writer = new PackedWriter(record.Content.Length + 16);
        record.CopyContent(ref writer, timeMicros, quantity);
        return writer.Written.ToArray();
    }

    /// <summary>The hold as it is.</summary>
    public static HoldDecision Read(SubscriptionState state, string id) =>
        state.Holds.Find(id) is { } hold ? HoldDecision.Of(HoldOutcome.Done, hold) : HoldDecision.Of(HoldOutcome.Missing);

    /// <summary>What is missing for one step of an event, or null when there is enough, or nothing fits anyway.</summary>
    public static Shortage? StepShortage(SubscriptionState state, SubscriptionTerms terms, ReadOnlySpan<byte> record, decimal step)
    {
        var wanted = UsageRecord.Of(record);
        var charge = new EventCharge(state, terms);
        return step <= wanted.Quantity && charge.Price(UsageRecord.Of(Content(wanted, wanted.TimeMicros, step))) == UsageOutcome.Accepted
            ? charge.Shortage()
            : null;
    }

    /// <summary>The leg whose amount a hold tells: the one that funds the subscription, else the first.</summary>
    public static int AmountLeg(SubscriptionTerms terms)
    {
        for (var leg = 0; leg < terms.Legs.Count; leg++)
        {
            if (terms.FundingOf(leg) is { IsUpstream: false })
                return leg;
        }

        return 0;
    }

    /// <summary>The content of the event that a hold stands for; <paramref name="dimensions"/> in name order.</summary>
    public static byte[] RecordOf(string id, string meter, decimal quantity, IReadOnlyList<(string Name, string Value)> dimensions, long timeMicros)
    {
        var writer = new PackedWriter(128);
        writer.String(Source);
        writer.String(id);
        writer.Int64(timeMicros);
        writer.Decimal(quantity);
        writer.Bytes(Encoding.UTF8.GetBytes(meter));
        writer.Count(dimensions.Count);
        foreach (var (name, value) in dimensions)
        {
            writer.String(name);
            writer.String(value);
        }

        return writer.Written.ToArray();
    }
}
