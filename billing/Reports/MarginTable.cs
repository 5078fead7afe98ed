// What a party earns: what it bills less what it is billed, added up by account from the lines of its documents.

using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Reports;

/// <summary>One row: rounded amounts of document lines, so that rows add up to the documents. Revenue and cost of one currency only.</summary>
/// <param name="Customer">Account; null: all of them.</param>
/// <param name="Subscription">Subscription of the account; null: all of them.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Revenue">Net of the lines on which the party sells.</param>
/// <param name="Cost">Net of the lines on which it buys.</param>
public sealed record MarginRow(string? Customer, string? Subscription, string Currency, decimal Revenue, decimal Cost)
{
    /// <summary>Revenue less cost.</summary>
    public decimal Margin => Revenue - Cost;

    /// <summary>Of the revenue, two places; null without revenue.</summary>
    public decimal? Percent => Revenue == 0 ? null : Rounding.ToCurrency(Margin * 100 / Revenue, 2, RoundingMode.HalfAwayFromZero);

    /// <summary>Sold for less than it costs.</summary>
    public bool IsBelowCost => Margin < 0;
}

/// <summary>Adds lines up by account and subscription. Not for several threads.</summary>
public sealed class MarginTable
{
    private readonly ReportTable sums = new();
    private readonly ReportTable totals = new();

    /// <summary>Rows so far.</summary>
    public int Count => sums.Count;

    /// <summary>Adds the net amount of a line; empty names: the row is of all accounts, or of all subscriptions.</summary>
    public void Add(string customer, string subscription, string currency, decimal net, bool sold)
    {
        sums.Add([customer, subscription, currency], currency, net, sold);
        totals.Add([], currency, net, sold);
    }

    /// <summary>By account, then subscription, then currency.</summary>
    public IEnumerable<MarginRow> Rows => sums.Rows.SelectMany(row => row.Amounts.Select(one =>
        new MarginRow(NameOf(row.Key[0]), NameOf(row.Key[1]), one.Currency, one.Revenue, one.Cost)));

    /// <summary>By currency.</summary>
    public IEnumerable<MarginRow> Totals => totals.Rows.SelectMany(row => row.Amounts.Select(one =>
        new MarginRow(null, null, one.Currency, one.Revenue, one.Cost)));

    private static string? NameOf(string name) => name.Length == 0 ? null : name;
}
