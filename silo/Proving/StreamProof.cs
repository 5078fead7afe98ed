// Takes one stream through its proof: rows in order, the snapshot where it stands, further passes for ids, lines of documents.
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Storage.Journal;
using OrleansBilling.Storage.Proving;

namespace OrleansBilling.Silo.Proving;

internal sealed class StreamProof(StreamParts parts, ProofFindings found)
{
    /// <summary>The newest version.</summary>
    public long Head { get; private set; }

    public async Task<IReadOnlyList<WalletLink>> Subscription(string id, PlanBook plans, AgreementBook agreements, CancellationToken cancel)
    {
        var ids = new IdSet();
        var proof = new SubscriptionProof(id, plans.Charge, found, ids);
        var whole = await Rows($"subscription {id}", row => proof.Row(row.Version, row.Frames.Span, row.Checksum), () => proof.Holds, proof.Snapshot, cancel);
        if (!whole)
            return [.. proof.Links.Select(link => link with { Slices = -1 })];
        proof.End();
        while (ids.Next())
        {
            await foreach (var row in parts.Stream.Again().WithCancellation(cancel))
                proof.IdsOf(row.Version, row.Frames.Span);
        }

        await agreements.Prepare(proof.Sealed, parts.Billed, cancel);
        new BilledLines(id, agreements.Known, agreements.IsClosed, found).Compare(proof.Sealed, parts.Billed);
        return [.. proof.Links];
    }

    /// <summary>
    /// A stream whose first rows were not read: replayed from its base. Prices, ids and sums of its events cannot be proved without them.
    /// </summary>
    public async Task<IReadOnlyList<WalletLink>> FromBase(string id, StreamBase begin, CancellationToken cancel)
    {
        var (state, holds) = (Begin($"subscription {id}", begin), true);
        Head = begin.Version;
        void Apply(ReadRow row)
        {
            found.Rows++;
            try
            {
                SubscriptionReplay.Apply(state!, row.Version, row.Frames.Span, row.Checksum);
            }
            catch (Exception fault) when (fault is PackedFormatException or OverflowException)
            {
                found.Add($"subscription {id}, row {row.Version}", ProofRules.Replay, $"{fault.Message}; the rows behind it are not proved");
                holds = false;
            }
        }

        var whole = state is not null && await Rows($"subscription {id}", Apply, () => holds, (_, _) => { }, cancel) && holds;
        return state is null ? [] : [.. state.Purses.Select(purse => new WalletLink(purse.Wallet, $"subscription/{id}", false, whole ? purse.Slice : -1,
            purse.Received, 0, purse.Returned, purse.Spent, purse.Forced, purse.Refunded))];
    }

    public async Task<(IReadOnlyList<WalletLink>, IReadOnlyList<WalletPayment>, WalletEntries?)> Wallet(string id, string? parent, CancellationToken cancel)
    {
        var proof = new WalletProof(id, parent, found);
        var whole = await Rows($"wallet {id}", row => proof.Row(row.Version, row.Frames.Span), () => proof.Holds, proof.Snapshot, cancel);
        if (!whole)
            return ([.. proof.Links.Select(link => link with { Slices = -1 })], [], null);
        proof.End();
        return ([.. proof.Links], [.. proof.Payments], proof.Entries);
    }

    // Whether every row was there and could be applied.
    private async Task<bool> Rows(string owner, Action<ReadRow> apply, Func<bool> holds, SnapshotCheck snapshot, CancellationToken cancel)
    {
        var whole = true;
        await foreach (var row in parts.Stream.Rows.WithCancellation(cancel))
        {
            var expected = Head + 1;
            Head = row.Version;
            if (!whole)
                continue;
            if (row.Version != expected)
                found.Add($"{owner}, row {expected}", ProofRules.Row, $"is missing; the next one is {row.Version}, and nothing behind it is proved");
            else if (row.Fault is { } fault)
                found.Add($"{owner}, row {row.Version}", ProofRules.Row, $"{fault} Nothing behind it is proved");
            else
                apply(row);
            whole = row.Version == expected && row.Fault is null && holds();
            if (whole && parts.Base is { } begin && begin.Version == row.Version && Begin(owner, begin) is not null)
                snapshot(begin.Version, begin.State.Span);
            if (whole && parts.Snapshot is { } kept && kept.Version == row.Version)
                snapshot(kept.Version, kept.State.Span);
        }

        return whole;
    }

    // A base is no cache: a stream whose base cannot be read is parked until its rows are back.
    private SubscriptionState? Begin(string owner, StreamBase begin)
    {
        var why = begin.Damaged ? "does not have the checksum of its content" : "was written by another version";
        try
        {
            if (!begin.Damaged && SubscriptionSnapshot.Read(begin.State.Span) is { } state)
                return state;
        }
        catch (PackedFormatException fault)
        {
            why = $"cannot be read: {fault.Message}";
        }

        found.Add(owner, ProofRules.Replay, $"its base at row {begin.Version} {why}; ./store unarchive with the archive {begin.Archive} puts its rows back");
        return null;
    }

    private delegate void SnapshotCheck(long version, ReadOnlySpan<byte> state);
}
