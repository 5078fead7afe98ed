// A snapshot against the events: totals that are kept, totals that are archived, purses, the chain.
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Proving;

internal sealed class SnapshotProof(string where, ProofFindings found)
{
    public void Compare(SubscriptionState kept, CellBook book, SubscriptionState replayed)
    {
        foreach (ref readonly var cell in kept.Cells)
        {
            if (book.Find(cell.Number) is not { } own || own.Identity != cell.Identity)
                found.Add(where, ProofRules.Snapshot, $"has a total {cell.Number} of {cell.Identity.Charge}, {cell.Identity.Period.Label} that no event has made");
            else if ((cell.Count, cell.Quantity, cell.Amount) != (own.Count, own.Quantity, own.Amount)
                || (cell.SealedCount, cell.SealedAmount) != (own.Count - own.OpenCount, own.Amount - own.OpenAmount))
                found.Add(where, ProofRules.Snapshot, $"{cell.Identity.Charge}, {cell.Identity.Period.Label} is {cell.Count} events, "
                    + $"{MoneyText.Exact(cell.Amount)}, sealed {MoneyText.Exact(cell.SealedAmount)}; the events come to {own.Count} and "
                    + $"{MoneyText.Exact(own.Amount)}, sealed {MoneyText.Exact(own.Amount - own.OpenAmount)}");
        }

        Archived(kept, book);
        Purses(kept, replayed);
        Grants(kept, replayed);
        // Readings go with the cells of their total.
        var there = kept.Cells.ToArray().Select(cell => cell.Identity).ToHashSet();
        if (!Packed(kept.Readings, null).SequenceEqual(Packed(replayed.Readings, there)))
            found.Add(where, ProofRules.Snapshot, "has other readings than the rows");
        if (!kept.Chain.SequenceEqual(replayed.Chain))
            found.Add(where, ProofRules.Snapshot, "has another chain than its rows");
    }

    private static byte[] Packed(ReadingBook readings, HashSet<CellIdentity>? of)
    {
        var writer = new PackedWriter(64);
        if (of is null) readings.Write(ref writer);
        else readings.WriteOf(of, ref writer);
        return writer.Written.ToArray();
    }

    private void Archived(SubscriptionState kept, CellBook book)
    {
        var there = kept.Cells.ToArray().Select(cell => cell.Number).ToHashSet();
        foreach (var period in book.Cells.Where(cell => !there.Contains(cell.Number)).GroupBy(cell => cell.Identity.Period.Label))
        {
            var archived = kept.Archive.Of(period.Key);
            var (said, summed) = (archived.Sum(total => total.Amount), period.Sum(cell => cell.Amount));
            if (said != summed || archived.Sum(total => total.Count) != period.Sum(cell => cell.Count))
                found.Add(where, ProofRules.Snapshot, $"archived {MoneyText.Exact(said)} of {period.Key}; the events come to {MoneyText.Exact(summed)}");
        }
    }

    // Those that nothing can change any more may be forgotten.
    private void Grants(SubscriptionState kept, SubscriptionState replayed)
    {
        foreach (var grant in kept.Grants.All)
        {
            var own = replayed.Grants.All.FirstOrDefault(other => other.Number == grant.Number);
            if (own is null || (grant.Used, grant.Held, grant.CarriedOn, grant.Request.Quantity, grant.UntilMicros)
                != (own.Used, own.Held, own.CarriedOn, own.Request.Quantity, own.UntilMicros))
                found.Add(where, ProofRules.Snapshot, $"has {MoneyText.Exact(grant.Remaining)} units left of grant {grant.Number}; the rows leave "
                    + (own is null ? "none" : MoneyText.Exact(own.Remaining)));
        }
    }

    private void Purses(SubscriptionState kept, SubscriptionState replayed)
    {
        var same = kept.Purses.Count == replayed.Purses.Count && kept.Purses.Zip(replayed.Purses).All(pair =>
            (pair.First.Wallet, pair.First.Slice, pair.First.Received, pair.First.Returned, pair.First.Spent, pair.First.Held, pair.First.Forced)
            == (pair.Second.Wallet, pair.Second.Slice, pair.Second.Received, pair.Second.Returned, pair.Second.Spent, pair.Second.Held, pair.Second.Forced));
        if (!same)
            found.Add(where, ProofRules.Snapshot, "has other purses than the rows");
    }
}
