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

/// <summary>Adds lines up. Not for several threads.</summary>
public sealed class MarginTable
{
    private readonly SortedDictionary<(string Customer, string Subscription, string Currency), (decimal Revenue, decimal Cost)> sums =
        new(Comparer<(string Customer, string Subscription, string Currency)>.Create(Compare));
    private readonly SortedDictionary<string, (decimal Revenue, decimal Cost)> totals = new(StringComparer.Ordinal);

    /// <summary>Rows so far.</summary>
    public int Count => sums.Count;

    /// <summary>Adds the net amount of a line; empty names: the row is of all accounts, or of all subscriptions.</summary>
    public void Add(string customer, string subscription, string currency, decimal net, bool sold)
    {
        var (revenue, cost) = sold ? (net, 0m) : (0m, net);
        var row = sums.GetValueOrDefault((customer, subscription, currency));
        sums[(customer, subscription, currency)] = (row.Revenue + revenue, row.Cost + cost);
        var total = totals.GetValueOrDefault(currency);
        totals[currency] = (total.Revenue + revenue, total.Cost + cost);
    }

    /// <summary>By account, then subscription, then currency.</summary>
    public IEnumerable<MarginRow> Rows => sums.Select(row => new MarginRow(row.Key.Customer.Length == 0 ? null : row.Key.Customer,
        row.Key.Subscription.Length == 0 ? null : row.Key.Subscription, row.Key.Currency, row.Value.Revenue, row.Value.Cost));

    /// <summary>By currency.</summary>
    public IEnumerable<MarginRow> Totals => totals.Select(total => new MarginRow(null, null, total.Key, total.Value.Revenue, total.Value.Cost));

    private static int Compare((string Customer, string Subscription, string Currency) one, (string Customer, string Subscription, string Currency) other)
    {
        var byCustomer = string.CompareOrdinal(one.Customer, other.Customer);
        var bySubscription = byCustomer != 0 ? byCustomer : string.CompareOrdinal(one.Subscription, other.Subscription);
        return bySubscription != 0 ? bySubscription : string.CompareOrdinal(one.Currency, other.Currency);
    }
}
