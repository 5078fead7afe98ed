// A document against its lines: net, tax by category and rate, total, prepaid, outstanding.
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Tax;

namespace OrleansBilling.Billing.Proving;

/// <summary>What a document says of itself; totals are null while lines are missing.</summary>
/// <param name="Owed">What its account says of it; null: it is in no account, and owes what wallets have not paid.</param>
public sealed record DocumentFacts(string Key, string? Number, string Agreement, string Period, string Currency, decimal? Net, decimal? Tax, decimal? Total,
    decimal? Outstanding, DocumentBody? Body, string Kind = "invoice", string Status = "issued", (decimal Outstanding, string Status)? Owed = null);

/// <summary>Takes the lines one by one and keeps only sums.</summary>
public sealed class DocumentProof(DocumentFacts document, AgreementTerms terms, ProofFindings found)
{
    private readonly string where = document.Number ?? $"draft {document.Key}";
    private readonly TotalsBuilder[] builders = [.. terms.Modes.Select(mode => new TotalsBuilder(document.Currency, mode))];
    private bool readable = true;

    /// <summary>Lines that were carried from a period before, by that period.</summary>
    public Dictionary<string, int> Carried { get; } = [];

    /// <summary>Lines.</summary>
    public int Lines { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Line(string child, decimal amount, string category, decimal rate, decimal prepaid)
    {
        found.Lines++;
        Lines++;
        if (child.LastIndexOf('|') is > 0 and var at)
            Carried[child[(at + 1)..]] = Carried.GetValueOrDefault(child[(at + 1)..]) + 1;
        if (Rounding.PlacesOf(amount) > Currencies.ExponentOf(document.Currency))
        {
            readable = false;
            found.Add($"{where}, line of {child}", ProofRules.Line, $"{MoneyText.Exact(amount)} has more digits than {document.Currency}");
            return;
        }

        foreach (var builder in builders)
            builder.Add(amount, category, rate, null, prepaid);
    }

    /// <summary>After the last line.</summary>
    public void End()
    {
        if (document.Net is null || !readable)
            return;
        if (document.Kind == "credit_note")
        {
            Credit();
            return;
        }

        var sums = builders.Select(builder => builder.Build()).ToList();
        var fitting = sums.Find(sum => (sum.Net, sum.Tax, sum.Total) == (document.Net.Value, document.Tax, document.Total));
        if (fitting is null)
        {
            found.Add(where, ProofRules.Total, $"says {Text(document.Net, document.Tax, document.Total)}; its {Lines} lines come to "
                + string.Join(" or ", sums.Select(sum => Text(sum.Net, sum.Tax, sum.Total))));
            return;
        }

        if (document.Body is not { } body)
        {
            found.Add(where, ProofRules.Total, "has totals and no frozen facts");
            return;
        }

        var parts = fitting.TaxBreakdown.Select(part => (part.Category, part.Rate, part.Net, part.Tax));
        if (!parts.SequenceEqual(body.TaxBreakdown.Select(part => (part.Category, part.Rate, part.Net, part.Tax))))
            found.Add(where, ProofRules.Total, "tax by category and rate is not that of its lines");
        if ((body.Prepaid ?? 0) != fitting.Prepaid)
            found.Add(where, ProofRules.Total, $"says {MoneyText.Exact(body.Prepaid ?? 0)} prepaid; its lines come to {MoneyText.Exact(fitting.Prepaid)}");
        else if (document.Number is not null)
            Outstanding(fitting.Total - fitting.Prepaid);
    }

    private void Outstanding(decimal unpaid)
    {
        if (document.Owed is null && document.Outstanding != unpaid)
            found.Add(where, ProofRules.Total,
                $"says {MoneyText.Exact(document.Outstanding ?? 0)} outstanding; total less prepaid is {MoneyText.Exact(unpaid)}");
        if (document.Owed is { } owed && (owed.Outstanding, owed.Status) != (document.Outstanding, document.Status))
            found.Add(where, ProofRules.Total, $"says {document.Status}, {MoneyText.Exact(document.Outstanding ?? 0)} outstanding; its account has "
                + $"{owed.Status}, {MoneyText.Exact(owed.Outstanding)}");
    }

    // Its tax may be the remainder of an invoice's: what it says by category is what it is.
    private void Credit()
    {
        var (net, tax) = (document.Body?.TaxBreakdown.Sum(part => part.Net), document.Body?.TaxBreakdown.Sum(part => part.Tax));
        var lines = builders[0].Build().Net;
        if ((document.Net, document.Tax, document.Total) != (net, tax, net + tax) || document.Net != lines)
            found.Add(where, ProofRules.Total, $"says {Text(document.Net, document.Tax, document.Total)}; its lines come to {MoneyText.Exact(lines)}, "
                + $"its categories to {Text(net, tax, net + tax)}");
    }

    private static string Text(decimal? net, decimal? tax, decimal? total) =>
        $"net {MoneyText.Exact(net ?? 0)}, tax {MoneyText.Exact(tax ?? 0)}, total {MoneyText.Exact(total ?? 0)}";
}

/// <summary>The numbers of all series; they must come in order of their length, then of their text.</summary>
public sealed class NumberProof(ProofFindings found)
{
    private const int NamedMax = 10;
    private readonly Dictionary<string, long> last = [];

    /// <summary>The next number.</summary>
    public void Add(string number)
    {
        var at = number.LastIndexOf('-');
        if (at < 0 || !long.TryParse(number.AsSpan(at + 1), out var running))
        {
            found.Add(number, ProofRules.Number, "is no number of a series");
            return;
        }

        var series = number[..at];
        Missing(series, last.GetValueOrDefault(series) + 1, running);
        last[series] = running;
    }

    /// <summary>A series with the last number that it gave.</summary>
    public void Series(string name, long given)
    {
        var seen = last.GetValueOrDefault(name);
        Missing(name, seen + 1, given + 1);
        if (given < seen)
            found.Add($"series {name}", ProofRules.Number, $"has given {given} numbers; {name}-{seen:000000} is in use");
        last.Remove(name);
    }

    /// <summary>After the last series.</summary>
    public void End()
    {
        foreach (var name in last.Keys)
            found.Add($"series {name}", ProofRules.Number, "numbers are in use of a series that is not there");
    }

    private void Missing(string series, long from, long to)
    {
        for (var number = from; number < to && number < from + NamedMax; number++)
            found.Add($"series {series}", ProofRules.Number, $"{series}-{number:000000} is missing");
        if (to - from > NamedMax)
            found.Add($"series {series}", ProofRules.Number, $"and so are {to - from - NamedMax} more up to {series}-{to - 1:000000}");
    }
}
