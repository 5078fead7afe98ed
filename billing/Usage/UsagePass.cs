// One pass over one batch of events: what decides each of them, and what applies those that are accepted.
namespace OrleansBilling.Billing.Usage;

/// <summary>Holds what is the same for all events of a batch.</summary>
internal ref struct UsagePass
{
    private readonly SubscriptionState state;
    private readonly SubscriptionTerms terms;
    private readonly IOlderIds older;
    private readonly IReadOnlyList<WalletRefusal> refusals;
    private readonly long recordedMicros;
    private readonly long oldestMicros;
    private readonly long newestMicros;
    private readonly EventCharge charge;
    private UsageFrameWriter frame;
    private List<(int, string)>? limits;

    public UsagePass(SubscriptionState state, SubscriptionTerms terms, IOlderIds older, IReadOnlyList<WalletRefusal> refusals, long nowMicros, int capacity)
    {
        this.state = state;
        this.terms = terms;
        this.older = older;
        this.refusals = refusals;
        recordedMicros = Math.Max(nowMicros, state.LastRecordedMicros);
        oldestMicros = nowMicros - (Billing.Limits.LatenessWindow.BclCompatibleTicks / 10);
        newestMicros = nowMicros + (Billing.Limits.ClockSkewMax.BclCompatibleTicks / 10);
        charge = new EventCharge(state, terms);
        frame = new UsageFrameWriter(recordedMicros, terms.Legs.Count, capacity);
    }

    /// <summary>What the event that could not be decided lacks.</summary>
    public Shortage? Short { get; private set; }

    public readonly IReadOnlyList<(int, string)> Limits => limits ?? (IReadOnlyList<(int, string)>)[];

    /// <summary>False: a purse has too little, see <see cref="Short"/>.</summary>
    public bool TryDecide(scoped in UsageRecord record, int index, out UsageOutcome outcome)
    {
        var idHash = record.IdHash;
        var bodyHash = record.BodyHash;
        outcome = Known(record, idHash, bodyHash);
        if (outcome == UsageOutcome.Accepted)
            outcome = charge.Price(record);
        if (outcome == UsageOutcome.InsufficientAllowance)
            (limits ??= []).Add((index, terms.Level));
        if (outcome == UsageOutcome.PartnerSuspended)
            (limits ??= []).Add((index, terms.Gate.Level));
        if (outcome != UsageOutcome.Accepted)
            return true;
        if (charge.Shortage() is { } missing)
        {
            if (Refusal(missing) is not { } refusal)
            {
                Short = missing;
                return false;
            }

            (limits ??= []).Add((index, refusal.Level));
            outcome = missing.Funding.IsUpstream || refusal.IsUpstream ? UsageOutcome.UpstreamCredit : UsageOutcome.InsufficientFunds;
            return true;
        }

        charge.Apply(record, ref frame);
        state.Ids.Add(new EventIdEntry { IdHash = idHash, BodyHash = bodyHash, Day = record.Day });
        return true;
    }

    public ReadOnlyMemory<byte> Finish()
    {
        if (frame.Events == 0)
            return default;
        state.LastRecordedMicros = recordedMicros;
        return frame.Finish();
    }

    // Accepted: nothing is known against it.
    private readonly UsageOutcome Known(scoped in UsageRecord record, UInt128 idHash, uint bodyHash)
    {
        var backfill = BackfillName.Of(record.Source);
        if (backfill.Exists && BackfillDecider.Joins(state, backfill, recordedMicros) is var joins and not UsageOutcome.Accepted)
            return joins;
        if (state.Ids.TryGet(idHash, out var known))
            return known.BodyHash == bodyHash ? UsageOutcome.Duplicate : UsageOutcome.Conflict;
        if (older.TryGet(idHash, out var knownBody))
            return knownBody == bodyHash ? UsageOutcome.Duplicate : UsageOutcome.Conflict;
        if (backfill.Exists && record.TimeMicros >= oldestMicros)
            return UsageOutcome.TooRecent;
        if (backfill.Exists && !BackfillDecider.HasRoom(state, backfill))
            return UsageOutcome.BackfillFull;
        if (!backfill.Exists && record.TimeMicros < oldestMicros)
            return UsageOutcome.TooLate;
        if (record.TimeMicros > newestMicros)
            return UsageOutcome.InTheFuture;
        if (terms.ServiceAt(record.TimeMicros) is not UsageOutcome.Accepted and var stopped)
            return stopped;
        // A backfill adds what was used long ago: whoever is suspended since owes it all the same.
        return backfill.Exists ? UsageOutcome.Accepted : terms.Gate.Refusal;
    }

    private readonly WalletRefusal? Refusal(Shortage missing)
    {
        foreach (var refusal in refusals)
        {
            if (refusal.Wallet == missing.Funding.Wallet && missing.Missing >= refusal.Needed)
                return refusal;
        }

        return null;
    }
}
