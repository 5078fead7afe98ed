// Sums a document line by line and rounds its tax once per category and rate.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Tax;

/// <summary>One (category, rate) of a document.</summary>
public sealed record TaxSubtotal(string Category, decimal Rate, string? Reason, decimal Net, decimal Tax);

/// <summary>The sums of a document, all with the currency's digits.</summary>
public sealed record Totals(decimal Net, decimal Tax, decimal Total, IReadOnlyList<TaxSubtotal> TaxBreakdown, int Lines, decimal Prepaid = 0)
{
    /// <summary>No lines: no document and no number. Lines that sum to zero are a document.</summary>
    public bool IsEmpty => Lines == 0;

    /// <summary>
    /// Categories and rates below zero on a document that has others too: their lines wait, and the rest is issued (domain 0.3, rule 12). Empty: all are
    /// issued, or all wait.
    /// </summary>
    public static IReadOnlyList<(string Category, decimal Rate)> Aside(IEnumerable<(string Category, decimal Rate, decimal Net)> taxes)
    {
        var (below, others) = (new List<(string, decimal)>(), false);
        foreach (var (category, rate, net) in taxes)
        {
            if (net < 0) below.Add((category, rate));
            else others = true;
        }

        return others ? below : [];
    }

    /// <summary>A category below zero must not be issued: its lines wait for the next document, or become a credit note (domain 0.3, rule 12).</summary>
    public bool HasNegativeCategory => TaxBreakdown.Any(subtotal => subtotal.Net < 0);
}

/// <summary>Takes lines one by one and keeps only sums. Order does not matter: the amounts are exact.</summary>
public sealed class TotalsBuilder(string currency, RoundingMode mode)
{
    private readonly int exponent = Currencies.ExponentOf(currency);
    private readonly SortedDictionary<(string Category, decimal Rate), (decimal Net, string? Reason)> nets =
        new(Comparer<(string Category, decimal Rate)>.Create((left, right) =>
            string.CompareOrdinal(left.Category, right.Category) is not 0 and var order ? order : left.Rate.CompareTo(right.Rate)));
    private int lines;
    private decimal prepaid;

    /// <summary>Adds a rounded line, of which wallets have paid a part: that lowers what is outstanding, never the tax (domain 0.3, rule 3).</summary>
    public void Add(decimal amount, string category, decimal rate, string? reason = null, decimal prepaidOfIt = 0)
    {
        if (Rounding.PlacesOf(amount) > exponent) throw new ArgumentException($"{MoneyText.Exact(amount)} is not rounded to {currency}.", nameof(amount));
        var sum = nets.GetValueOrDefault((category, rate));
        nets[(category, rate)] = (sum.Net + amount, sum.Reason ?? reason);
        prepaid += prepaidOfIt;
        lines++;
    }

    /// <summary>Adds a rounded line with its terms.</summary>
    public void Add(decimal amount, TaxTerms tax) => Add(amount, tax.Category, tax.Rate, tax.Reason);

    /// <summary>The sums so far.</summary>
    public Totals Build()
    {
        var breakdown = nets.Select(entry => new TaxSubtotal(entry.Key.Category, entry.Key.Rate, entry.Value.Reason,
            Rounding.ToCurrency(entry.Value.Net, exponent, mode), Rounding.ToCurrency(entry.Value.Net * entry.Key.Rate / 100, exponent, mode))).ToList();
        var zero = Rounding.ToCurrency(0, exponent, mode);
        var net = breakdown.Aggregate(zero, (sum, subtotal) => sum + subtotal.Net);
        var tax = breakdown.Aggregate(zero, (sum, subtotal) => sum + subtotal.Tax);
        return new Totals(net, tax, net + tax, breakdown, lines, prepaid);
    }
}
