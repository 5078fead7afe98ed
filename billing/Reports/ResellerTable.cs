// What resellers brought: sales through each and without any, what was paid out to them, and the customers that came with their codes (domain 1.4, reports).
namespace OrleansBilling.Billing.Reports;

/// <summary>One reseller in one currency.</summary>
/// <param name="Reseller">Partner; empty: sales that no reseller brought.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Sales">Net of what its customers were invoiced, less what was credited.</param>
/// <param name="Payouts">Paid out to it; what came back is not.</param>
/// <param name="Customers">Customers that came with its code.</param>
public sealed record ResellerRow(string Reseller, string Currency, decimal Sales = 0, decimal Payouts = 0, int Customers = 0);

/// <summary>All of one currency.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="ResellerSales">Sales that resellers brought.</param>
/// <param name="OtherSales">All other sales.</param>
/// <param name="Payouts">Paid out to resellers.</param>
/// <param name="Customers">Customers that came with a code.</param>
public sealed record ResellerTotals(string Currency, decimal ResellerSales, decimal OtherSales, decimal Payouts, int Customers);

/// <summary>Adds documents and customers up. Not for several threads.</summary>
public sealed class ResellerTable
{
    private readonly SortedDictionary<(string Reseller, string Currency), ResellerRow> rows = [];

    /// <summary>Rows so far.</summary>
    public int Count => rows.Count;

    /// <summary>By reseller and currency; first the sales of none.</summary>
    public IEnumerable<ResellerRow> Rows => rows.Values;

    /// <summary>By currency.</summary>
    public IEnumerable<ResellerTotals> Totals => rows.Values.GroupBy(row => row.Currency).OrderBy(group => group.Key, StringComparer.Ordinal)
        .Select(group => new ResellerTotals(group.Key, group.Where(row => row.Reseller.Length > 0).Sum(row => row.Sales),
            group.Where(row => row.Reseller.Length == 0).Sum(row => row.Sales), group.Sum(row => row.Payouts), group.Sum(row => row.Customers)));

    /// <summary>Net of a document; below zero: it was credited. Empty: no reseller brought it.</summary>
    public void Sold(string reseller, string currency, decimal net) => Change(reseller, currency, row => row with { Sales = row.Sales + net });

    /// <summary>A payout.</summary>
    public void PaidOut(string reseller, string currency, decimal amount) => Change(reseller, currency, row => row with { Payouts = row.Payouts + amount });

    /// <summary>A customer came with its code.</summary>
    public void Acquired(string reseller, string currency) => Change(reseller, currency, row => row with { Customers = row.Customers + 1 });

    private void Change(string reseller, string currency, Func<ResellerRow, ResellerRow> change) =>
        rows[(reseller, currency)] = change(rows.GetValueOrDefault((reseller, currency)) ?? new ResellerRow(reseller, currency));
}
