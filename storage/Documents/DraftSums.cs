// What the lines of a draft sum to, kept with the draft, so that a document of a million lines is complete without being read again.
using System.Text.Json;

namespace OrleansBilling.Storage.Documents;

/// <summary>The exact sum of a draft's lines of one tax category and rate.</summary>
public sealed record TaxSum(string Category, decimal Rate, decimal Amount);

/// <summary>Distinct children that have reported to a draft, their lines, and what these sum to.</summary>
/// <param name="Prepaid">What wallets have paid of the lines.</param>
public sealed record DraftSums(int Children, int Lines, decimal Prepaid, IReadOnlyList<TaxSum> Taxes)
{
    /// <summary>Nobody has reported.</summary>
    public static readonly DraftSums None = new(0, 0, 0, []);

    /// <summary>Without lines that are taken out; the children have reported all the same.</summary>
    public DraftSums Without(IReadOnlyList<ChildLines> taken)
    {
        var gone = taken.SelectMany(child => child.Lines).Select(line => (line.TaxCategory, line.TaxRate)).ToHashSet();
        return this with
        {
            Lines = Lines - taken.Sum(child => child.Lines.Count), Prepaid = Prepaid - taken.Sum(child => child.Prepaid),
            Taxes = [.. Taxes.Where(sum => !gone.Contains((sum.Category, sum.Rate)))],
        };
    }

    internal static DraftSums Read(string? stored) => stored is null ? None : JsonSerializer.Deserialize<DraftSums>(stored)!;

    internal string ToText() => JsonSerializer.Serialize(this);

    internal DraftSums With(IEnumerable<ChildLines> children)
    {
        var taxes = Taxes.ToDictionary(sum => (sum.Category, sum.Rate), sum => sum.Amount);
        var (count, lines, prepaid) = (Children, Lines, Prepaid);
        foreach (var child in children)
        {
            foreach (var line in child.Lines)
                taxes[(line.TaxCategory, line.TaxRate)] = taxes.GetValueOrDefault((line.TaxCategory, line.TaxRate)) + line.Amount;
            count++;
            lines += child.Lines.Count;
            prepaid += child.Prepaid;
        }
        return new DraftSums(count, lines, prepaid, [.. taxes.Select(sum => new TaxSum(sum.Key.Category, sum.Key.Rate, sum.Value))]);
    }
}
