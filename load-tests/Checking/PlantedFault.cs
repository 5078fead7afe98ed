// Faults that are planted to prove that the checker finds them: a lost event, a doubled event, a changed amount.
namespace OrleansBilling.LoadTests.Checking;

readonly record struct StoredRow(long Stream, long Version, byte[] Payload);

/// <summary>A row that goes, or one that comes; both: one that is replaced. Checksums are right, or they alone would give the fault away.</summary>
sealed record PlantedFault(string Name, StoredRow? Removed, StoredRow? Added)
{
    public static IReadOnlyList<PlantedFault> All(IReadOnlyList<StoredRow> rows)
    {
        var (last, amountPlace) = LastRowOfEvents(rows);
        return
        [
            new("a lost event", last, null),
            new("a doubled event", null, Resealed(last with { Version = last.Version + 1, Payload = [.. last.Payload] })),
            new("a changed amount", last, Resealed(last with { Payload = Changed(last.Payload, amountPlace) })),
        ];
    }

    public IEnumerable<StoredRow> ApplyTo(IEnumerable<StoredRow> rows)
    {
        var kept = rows.Where(row => row.Stream != Removed?.Stream || row.Version != Removed?.Version);
        return (Added is { } added ? kept.Append(added) : kept).OrderBy(row => row.Stream).ThenBy(row => row.Version);
    }

    // The newest row of its stream, so that no gap in the versions gives the fault away; without new totals, so that it can stand twice.
    static (StoredRow Row, int AmountPlace) LastRowOfEvents(IReadOnlyList<StoredRow> rows)
    {
        foreach (var row in rows.GroupBy(row => row.Stream).Select(stream => stream.MaxBy(row => row.Version)))
        {
            var finder = new EventFinder();
            JournalRow.Visit(row.Stream, row.Version, row.Payload, finder);
            if (finder is { AmountPlace: > 0, HasCells: false })
                return (row, finder.AmountPlace);
        }

        throw new InvalidOperationException("No stream ends with a row of events only: there is nothing to plant a fault in.");
    }

    static byte[] Changed(byte[] payload, int place)
    {
        var changed = payload.ToArray();
        changed[place] ^= 1;
        return changed;
    }

    static StoredRow Resealed(StoredRow row)
    {
        JournalRow.Reseal(row.Stream, row.Version, row.Payload);
        return row;
    }

    sealed class EventFinder : IJournalRowVisitor
    {
        public bool HasCells { get; private set; }
        public int AmountPlace { get; private set; }
        public void Cell(int number, string agreement, bool surcharge, int purse) => HasCells = true;
        public void Event(in JournaledEvent one) => AmountPlace = one.AmountPlace;

        public void Received(string wallet, decimal amount)
        {
        }

        public void Returned(int purse, decimal amount)
        {
        }

        public void Paid(int purse, decimal fee)
        {
        }

        public void Amount(int cell, decimal quantity, decimal amount, int grant, bool further)
        {
        }

        public void Granted(int number, decimal quantity, decimal price, int cell, string agreement, int purse) => HasCells = true;
    }
}
