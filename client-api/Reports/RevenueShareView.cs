// A tenant's statement as answered: JSON, or CSV for a spreadsheet.
using System.Buffers;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Events;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>A tenant's statement.</summary>
/// <param name="Report">Name of the report.</param>
/// <param name="Party">Whose statement.</param>
/// <param name="From">First billing period.</param>
/// <param name="To">Last billing period.</param>
/// <param name="Totals">One per currency.</param>
/// <param name="Bills">With <c>group_by=bill</c>: each bill, and how it was shared.</param>
public sealed record RevenueShareView(string Report, string Party, string From, string To, IReadOnlyList<RevenueShareRow> Totals,
    IReadOnlyList<SharedBillView>? Bills = null);

/// <summary>Sums of one currency.</summary>
/// <param name="Portfolio">Net of all bills.</param>
/// <param name="NonCommissionable">Of that, what is not shared.</param>
/// <param name="Commission">The party's own shares.</param>
/// <param name="Platform">The shares of who issues the invoices.</param>
/// <param name="Others">The shares of everybody else: providers, mostly.</param>
public sealed record RevenueShareRow(MoneyShape Portfolio, MoneyShape NonCommissionable, MoneyShape Commission, MoneyShape Platform, MoneyShape Others)
{
    /// <summary>Of sums.</summary>
    public static RevenueShareRow Of(RevenueShareSums sums, string currency) => new(Money(sums.Portfolio, currency), Money(sums.NonCommissionable, currency),
        Money(sums.Commission, currency), Money(sums.Platform, currency), Money(sums.Others, currency));

    // Rounded lines add up to rounded sums: this only pads a zero.
    internal static MoneyShape Money(decimal amount, string currency) => new(Rounding.ToCurrency(amount, currency, RoundingMode.HalfAwayFromZero), currency);
}

/// <summary>A bill, and how it was shared when it was invoiced.</summary>
/// <param name="Document">The invoice.</param>
/// <param name="Bill">The bill, as the invoice's line names it.</param>
/// <param name="Provider">Whose bill it is.</param>
/// <param name="Customer">Who was billed.</param>
/// <param name="Commissionable">Whether it is shared.</param>
/// <param name="Amount">Net.</param>
/// <param name="Commission">The party's own share.</param>
/// <param name="Platform">The share of who issues the invoice.</param>
/// <param name="Others">The shares of everybody else: the provider, mostly.</param>
public sealed record SharedBillView(string Document, string Bill, string Provider, string Customer, bool Commissionable, MoneyShape Amount,
    MoneyShape Commission, MoneyShape Platform, MoneyShape Others)
{
    /// <summary>Of a bill.</summary>
    public static SharedBillView Of(SharedBill bill) => new(bill.Document, bill.Bill, bill.Provider, bill.Customer, bill.Shared.NonCommissionable == 0,
        RevenueShareRow.Money(bill.Shared.Portfolio, bill.Currency), RevenueShareRow.Money(bill.Shared.Commission, bill.Currency),
        RevenueShareRow.Money(bill.Shared.Platform, bill.Currency), RevenueShareRow.Money(bill.Shared.Others, bill.Currency));
}

/// <summary>By Accept: <c>text/csv</c>, a line for each bill if these are asked for, else for each currency; else JSON.</summary>
public sealed class RevenueShareAnswer(RevenueShareView view) : TableAnswer<RevenueShareView>(view)
{
    private static readonly string[] OfBills =
        ["document", "bill", "provider", "customer", "commissionable", "currency", "amount", "commission", "platform", "others"];
    private static readonly string[] OfTotals = ["currency", "portfolio", "non_commissionable", "commission", "platform", "others"];

    /// <inheritdoc/>
    protected override void Write(RevenueShareView view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, 0..0, view.Bills is null ? OfTotals : OfBills);
        foreach (var bill in view.Bills ?? [])
            CsvLine.Write(csv, 6..10, bill.Document, bill.Bill, bill.Provider, bill.Customer, bill.Commissionable ? "true" : "false", bill.Amount.Currency,
                Text(bill.Amount), Text(bill.Commission), Text(bill.Platform), Text(bill.Others));
        foreach (var sum in view.Bills is null ? view.Totals : [])
            CsvLine.Write(csv, 1..6, sum.Portfolio.Currency, Text(sum.Portfolio), Text(sum.NonCommissionable), Text(sum.Commission), Text(sum.Platform),
                Text(sum.Others));
    }

    private static string Text(MoneyShape money) => MoneyText.Print(money.Amount, money.Currency);
}
