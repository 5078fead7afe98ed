// Sums by any columns: quantities, events, and what was sold and bought in each currency.
namespace OrleansBilling.Billing.Reports;

/// <summary>One row of a report.</summary>
/// <param name="Key">Values of the columns, in their order; empty: the column has none here.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Events">Events, or lines of documents.</param>
/// <param name="Amounts">By currency, in its order.</param>
public sealed record ReportRow(IReadOnlyList<string> Key, decimal Quantity, long Events, IReadOnlyList<ReportAmount> Amounts);

/// <summary>What a party sold and bought in one currency.</summary>
public sealed record ReportAmount(string Currency, decimal Revenue, decimal Cost);

/// <summary>Adds facts up by their values; the order in which they come does not matter. Not for several threads.</summary>
public sealed class ReportTable
{
    private readonly SortedDictionary<string[], Sum> rows = new(Comparer<string[]>.Create(Compare));

    /// <summary>Rows so far.</summary>
    public int Count => rows.Count;

    /// <summary>In order of the columns' values.</summary>
    public IEnumerable<ReportRow> Rows => rows.Select(row => new ReportRow(row.Key, row.Value.Quantity, row.Value.Events,
        [.. row.Value.Amounts.Select(one => new ReportAmount(one.Key, one.Value.Revenue, one.Value.Cost))]));

    /// <summary>Adds units.</summary>
    public void Add(string[] key, decimal quantity, long events)
    {
        var sum = SumOf(key);
        (sum.Quantity, sum.Events) = (sum.Quantity + quantity, sum.Events + events);
    }

    /// <summary>Adds money: sold, or bought.</summary>
    public void Add(string[] key, string currency, decimal amount, bool sold)
    {
        var amounts = SumOf(key).Amounts;
        var before = amounts.GetValueOrDefault(currency);
        amounts[currency] = sold ? (before.Revenue + amount, before.Cost) : (before.Revenue, before.Cost + amount);
    }

    private Sum SumOf(string[] key)
    {
        if (!rows.TryGetValue(key, out var sum))
            rows[key] = sum = new Sum();
        return sum;
    }

    private static int Compare(string[] one, string[] other)
    {
        for (var column = 0; column < one.Length && column < other.Length; column++)
        {
            if (string.CompareOrdinal(one[column], other[column]) is not 0 and var by)
                return by;
        }

        return one.Length - other.Length;
    }

    private sealed class Sum
    {
        public decimal Quantity { get; set; }
        public long Events { get; set; }
        public SortedDictionary<string, (decimal Revenue, decimal Cost)> Amounts { get; } = new(StringComparer.Ordinal);
    }
}
