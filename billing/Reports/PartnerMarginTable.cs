// What everybody who sells earns, level by level, added up from issued documents.
namespace OrleansBilling.Billing.Reports;

/// <summary>One row.</summary>
/// <param name="Party">Seller or partner; null: all of a level, or everybody.</param>
/// <param name="Level">Partners from the top down to it, itself included; a seller's is 0. Null: everybody.</param>
/// <param name="Parent">The partner above it.</param>
/// <param name="Sums">Revenue and cost of one currency.</param>
public sealed record PartnerMarginRow(string? Party, int? Level, string? Parent, MarginRow Sums);

/// <summary>Adds documents up. Not for several threads.</summary>
public sealed class PartnerMarginTable
{
    private readonly Dictionary<string, string> parents = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, ReportTable> levels = [];
    private readonly ReportTable totals = new();

    /// <summary>Rows so far.</summary>
    public int Count => levels.Values.Sum(level => level.Count);

    /// <summary>Adds the net amount of a document to a party.</summary>
    /// <param name="partners">The party and the partners above it, from below; empty: it is a seller.</param>
    public void Add(string party, IReadOnlyList<string> partners, string currency, decimal net, bool sold)
    {
        if (!levels.TryGetValue(partners.Count, out var level))
            levels[partners.Count] = level = new ReportTable();
        if (partners.Count > 1)
            parents[party] = partners[1];
        level.Add([party], currency, net, sold);
        totals.Add([], currency, net, sold);
    }

    /// <summary>By level, then party, then currency.</summary>
    public IEnumerable<PartnerMarginRow> Rows => levels.SelectMany(level => level.Value.Rows.SelectMany(row =>
        row.Amounts.Select(one => new PartnerMarginRow(row.Key[0], level.Key, parents.GetValueOrDefault(row.Key[0]), Of(one)))));

    /// <summary>By level, then currency.</summary>
    public IEnumerable<PartnerMarginRow> Levels => levels.SelectMany(level => level.Value.Rows.SelectMany(row => row.Amounts)
        .GroupBy(one => one.Currency).OrderBy(same => same.Key, StringComparer.Ordinal)
        .Select(same => new PartnerMarginRow(null, level.Key, null, Of(new ReportAmount(same.Key, same.Sum(one => one.Revenue), same.Sum(one => one.Cost))))));

    /// <summary>By currency.</summary>
    public IEnumerable<PartnerMarginRow> Totals => totals.Rows.SelectMany(row => row.Amounts.Select(one => new PartnerMarginRow(null, null, null, Of(one))));

    private static MarginRow Of(ReportAmount amount) => new(null, null, amount.Currency, amount.Revenue, amount.Cost);
}
