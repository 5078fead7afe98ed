// The readings of one charge and period, and the units that they come to.
namespace OrleansBilling.Billing.Usage;

/// <summary>A set that knows how often each of its members stands: what was read twice is left once when one of the two is taken back.</summary>
internal sealed class ReadingSet(ReadingKind kind)
{
    private static readonly Comparer<Reading> ByValue = Comparer<Reading>.Create((one, other) => one.Value.CompareTo(other.Value));
    private static readonly Comparer<Reading> ByKey = Comparer<Reading>.Create((one, other) => one.Key.CompareTo(other.Key));
    private readonly Dictionary<Reading, int> counts = [];
    // Only where one of them decides.
    private readonly SortedSet<Reading>? inOrder = kind == ReadingKind.Unique ? null
        : new SortedSet<Reading>(kind == ReadingKind.Max ? ByValue : ByKey);

    /// <summary>Different readings.</summary>
    public int Count => counts.Count;

    /// <summary>How they count.</summary>
    public ReadingKind Kind => kind;

    /// <summary>They and how often each stands, in an order of their own that is always the same.</summary>
    public IEnumerable<KeyValuePair<Reading, int>> All => counts.OrderBy(one => one.Key.Key).ThenBy(one => one.Key.Value);

    /// <summary>Units of the period.</summary>
    public decimal Units => inOrder is null ? counts.Count : inOrder.Max?.Value ?? 0;

    /// <summary>Whether one like it stands.</summary>
    public bool Holds(Reading reading) => counts.ContainsKey(reading);

    /// <summary>Units of the period with one more.</summary>
    public decimal UnitsWith(Reading reading)
    {
        if (inOrder is null)
            return counts.Count + (counts.ContainsKey(reading) ? 0 : 1);
        return inOrder.Max is { } standing && inOrder.Comparer.Compare(standing, reading) >= 0 ? standing.Value : reading.Value;
    }

    /// <summary>Adds one, or one that stands so many times.</summary>
    public void Add(Reading reading, int times = 1)
    {
        counts[reading] = counts.GetValueOrDefault(reading) + times;
        inOrder?.Add(reading);
    }

    /// <summary>Takes one back. Throws on one that does not stand.</summary>
    public void Remove(Reading reading)
    {
        if (!counts.TryGetValue(reading, out var times))
            throw new PackedFormatException("a reading is taken back that does not stand");
        if (times > 1)
        {
            counts[reading] = times - 1;
            return;
        }

        counts.Remove(reading);
        inOrder?.Remove(reading);
    }
}
