// The readings that a subscription remembers, by charge and period: as long as its totals can change.
namespace OrleansBilling.Billing.Usage;

/// <summary>Part of the state: changed by the events of meters that are not added up, and by their corrections.</summary>
public sealed class ReadingBook
{
    private readonly Dictionary<CellIdentity, ReadingSet> sets = [];

    /// <summary>Different readings of all totals.</summary>
    public int Count { get; private set; }

    /// <summary>There are none.</summary>
    public bool IsEmpty => sets.Count == 0;

    /// <summary>Units that the readings of a total come to.</summary>
    public decimal Units(CellIdentity identity) => sets.TryGetValue(identity, out var set) ? set.Units : 0;

    /// <summary>The same with one reading more.</summary>
    public decimal UnitsWith(CellIdentity identity, Reading reading) =>
        sets.TryGetValue(identity, out var set) ? set.UnitsWith(reading) : new ReadingSet(reading.Kind).UnitsWith(reading);

    /// <summary>Whether there is room for a reading: one like another takes none.</summary>
    public bool HasRoom(CellIdentity identity, Reading reading) =>
        Count < Limits.ReadingsMax || (sets.TryGetValue(identity, out var set) && set.Holds(reading));

    /// <summary>Units after one reading is replaced by another (null: by none). Changes nothing.</summary>
    public decimal UnitsAfter(CellIdentity identity, Reading wrong, Reading? right)
    {
        var set = sets[identity];
        set.Remove(wrong);
        var units = right is null ? set.Units : set.UnitsWith(right);
        set.Add(wrong);
        return units;
    }

    /// <summary>Adds a reading to a total, or takes it back.</summary>
    public void Apply(CellIdentity identity, in LegReading one)
    {
        if (!sets.TryGetValue(identity, out var set))
            sets[identity] = set = new ReadingSet(one.Reading.Kind);
        if (set.Kind != one.Reading.Kind)
            throw new PackedFormatException($"charge {identity.Charge} has readings of two kinds");
        Count -= set.Count;
        if (one.IsBack) set.Remove(one.Reading);
        else set.Add(one.Reading);
        Count += set.Count;
    }

    /// <summary>Forgets those of a total that nothing can change any more.</summary>
    internal void Forget(CellIdentity identity)
    {
        if (sets.Remove(identity, out var set))
            Count -= set.Count;
    }

    internal void Write(ref PackedWriter writer) => Write(ref writer, sets);

    /// <summary>Those of some totals alone: what a book is that has forgotten the others.</summary>
    internal void WriteOf(IReadOnlySet<CellIdentity> identities, ref PackedWriter writer) =>
        Write(ref writer, [.. sets.Where(one => identities.Contains(one.Key))]);

    private static void Write(ref PackedWriter writer, IReadOnlyCollection<KeyValuePair<CellIdentity, ReadingSet>> sets)
    {
        writer.Count(sets.Count);
        foreach (var (identity, set) in sets.OrderBy(one => one.Key.ToString(), StringComparer.Ordinal))
        {
            identity.Write(ref writer);
            writer.Byte((byte)set.Kind);
            writer.Count(set.Count);
            foreach (var (reading, times) in set.All)
            {
                reading.Write(ref writer);
                writer.Count(times);
            }
        }
    }

    internal void Read(ref PackedReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
        {
            var identity = CellIdentity.Read(ref reader);
            var set = new ReadingSet((ReadingKind)reader.Byte());
            for (var readings = reader.Count(); readings > 0; readings--)
            {
                var reading = Reading.Read(ref reader);
                if (reading.Kind != set.Kind)
                    throw new PackedFormatException("a set has readings of two kinds");
                set.Add(reading, reader.Count());
            }

            sets[identity] = set;
            Count += set.Count;
        }
    }
}
