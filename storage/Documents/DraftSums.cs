// What the lines of a draft sum to, kept with the draft, so that a document of a million lines is complete without being read again.
using System.Text.Json;

namespace OrleansBilling.Storage.Documents;

/// <summary>The exact sum of a draft's lines of one tax category and rate.</summary>
public sealed record TaxSum(string Category, decimal Rate, decimal Amount);

/// <summary>The exact sum of a draft's lines of what was sold: a meter, or a kind of fee or charge.</summary>
public sealed record RevenueSum(string Of, decimal Amount);

/// <summary>Distinct children that have reported to a draft, their lines, and what these sum to.</summary>
/// <param name="Prepaid">What wallets have paid of the lines.</param>
/// <param name="Beside">Of the children, those that a close does not expect.</param>
/// <param name="Revenue">By what was sold; a draft of an older version does not say it of all lines.</param>
public sealed record DraftSums(int Children, int Lines, decimal Prepaid, IReadOnlyList<TaxSum> Taxes, int Beside = 0,
    IReadOnlyList<RevenueSum>? Revenue = null)
{
    /// <summary>Nobody has reported.</summary>
    public static readonly DraftSums None = new(0, 0, 0, []);

    /// <summary>Without lines that are taken out; the children have reported all the same.</summary>
    public DraftSums Without(IReadOnlyList<ChildLines> taken)
    {
        var gone = taken.SelectMany(child => child.Lines).Select(line => (line.TaxCategory, line.TaxRate)).ToHashSet();
        var revenue = taken.SelectMany(child => child.Revenue ?? []).GroupBy(sum => sum.Of).ToDictionary(sums => sums.Key, sums => sums.Sum(sum => sum.Amount));
        return this with
        {
            Lines = Lines - taken.Sum(child => child.Lines.Count), Prepaid = Prepaid - taken.Sum(child => child.Prepaid),
            Taxes = [.. Taxes.Where(sum => !gone.Contains((sum.Category, sum.Rate)))],
            Revenue = [.. (Revenue ?? []).Select(sum => sum with { Amount = sum.Amount - revenue.GetValueOrDefault(sum.Of) }).Where(sum => sum.Amount != 0)],
        };
    }

    internal static DraftSums Read(string? stored) => stored is null ? None : JsonSerializer.Deserialize<DraftSums>(stored)!;

    internal string ToText() => JsonSerializer.Serialize(this);

    internal DraftSums With(IEnumerable<ChildLines> children)
    {
        var taxes = Taxes.ToDictionary(sum => (sum.Category, sum.Rate), sum => sum.Amount);
        var revenue = (Revenue ?? []).ToDictionary(sum => sum.Of, sum => sum.Amount);
        var (count, lines, prepaid, beside) = (Children, Lines, Prepaid, Beside);
        foreach (var child in children)
        {
            foreach (var line in child.Lines)
                taxes[(line.TaxCategory, line.TaxRate)] = taxes.GetValueOrDefault((line.TaxCategory, line.TaxRate)) + line.Amount;
            foreach (var sum in child.Revenue ?? []) revenue[sum.Of] = revenue.GetValueOrDefault(sum.Of) + sum.Amount;
            beside += child.Beside ? 1 : 0;
            count++;
            lines += child.Lines.Count;
            prepaid += child.Prepaid;
        }
        return new DraftSums(count, lines, prepaid, [.. taxes.Select(sum => new TaxSum(sum.Key.Category, sum.Key.Rate, sum.Value))],
            beside, [.. revenue.Select(sum => new RevenueSum(sum.Key, sum.Value))]);
    }
}
