// Decides a batch of events on one subscription, in order, and changes its state in the same pass: deterministic, no I/O.

namespace OrleansBilling.Billing.Usage;

/// <summary>An id that lies in an older part of the index, and the body hash that the journal holds for it.</summary>
public interface IOlderIds
{
    /// <summary>True if the event with this id was accepted before the ids that the state remembers.</summary>
    bool TryGet(UInt128 idHash, out uint bodyHash);
}

/// <summary>A wallet that has just refused: who needs at least as much is refused without asking again.</summary>
/// <param name="Wallet">The wallet of the leg.</param>
/// <param name="Needed">What it could not hand out.</param>
/// <param name="Level">Whose wallet has too little, e.g. <c>partner:nordreach</c>.</param>
/// <param name="IsUpstream">Whether that is somebody above the leg's own buyer.</param>
public sealed record WalletRefusal(string Wallet, decimal Needed, string Level, bool IsUpstream);

/// <summary>What is missing before the next event can be decided.</summary>
/// <param name="Funding">The leg's wallet.</param>
/// <param name="Missing">At least this much.</param>
/// <param name="Required">What the event takes from it.</param>
public sealed record Shortage(LegFunding Funding, decimal Missing, decimal Required);

/// <summary>What was decided. Frame is empty when nothing was accepted; positions [FirstId, FirstId + Accepted) of the state's id log belong to it.</summary>
/// <param name="Outcomes">Of the first events, up to the one that <paramref name="Short"/> is about.</param>
/// <param name="Bytes">Where the undecided records begin.</param>
/// <param name="Short">Null: everything is decided.</param>
/// <param name="Limits">Which of the refused were refused by whom.</param>
public readonly record struct UsageDecision(UsageOutcome[] Outcomes, ReadOnlyMemory<byte> Frame, int Accepted, long FirstId, int Bytes,
    Shortage? Short, IReadOnlyList<(int Index, string Level)> Limits);

/// <summary>Usage: is it known, in time, active, priced, paid for? Accepted events are applied to the state and packed into one frame.</summary>
public static class UsageDecider
{
    /// <summary>
    /// Decides packed records in order, until a purse has too little for one and no refusal of its wallet covers it. After this returns the state
    /// has changed: the frame must be appended in the same turn.
    /// </summary>
    public static UsageDecision Decide(SubscriptionState state, SubscriptionTerms terms, ReadOnlySpan<byte> records, int count, long nowMicros, IOlderIds older,
        IReadOnlyList<WalletRefusal>? refusals = null)
    {
        Check(records, count);
        var pass = new UsagePass(state, terms, older, refusals ?? [], nowMicros, records.Length + (count * (8 + (terms.Legs.Count * 8))));
        var outcomes = new UsageOutcome[count];
        var reader = new PackedReader(records);
        var firstId = state.Ids.NextPosition;
        var (decided, bytes) = (0, 0);
        while (decided < count && pass.TryDecide(UsageRecord.ReadChecked(ref reader), decided, out outcomes[decided]))
            (decided, bytes) = (decided + 1, reader.Position);
        return new UsageDecision(decided == count ? outcomes : outcomes[..decided], pass.Finish(), (int)(state.Ids.NextPosition - firstId), firstId, bytes,
            pass.Short, pass.Limits);
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
