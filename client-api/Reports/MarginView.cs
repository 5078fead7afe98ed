// A margin report as answered: JSON, or CSV for a spreadsheet.
using System.Buffers;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>What a party earns.</summary>
/// <param name="Report">Name of the report.</param>
/// <param name="Party">Whose margin.</param>
/// <param name="From">First billing period.</param>
/// <param name="To">Last billing period.</param>
/// <param name="GroupBy">How rows are cut.</param>
/// <param name="Rows">By account, then subscription.</param>
/// <param name="Totals">One per currency.</param>
public sealed record MarginView(string Report, string Party, string From, string To, string GroupBy, IReadOnlyList<MarginRowView> Rows,
    IReadOnlyList<MarginRowView> Totals);

/// <summary>One row.</summary>
/// <param name="Customer">Account.</param>
/// <param name="Subscription">Subscription.</param>
/// <param name="Revenue">Net of what the party billed.</param>
/// <param name="Cost">Net of what it was billed.</param>
/// <param name="Margin">Revenue less cost.</param>
/// <param name="MarginPercent">Of the revenue; absent without revenue.</param>
/// <param name="BelowCost">The margin is negative.</param>
public sealed record MarginRowView(string? Customer, string? Subscription, MoneyShape Revenue, MoneyShape Cost, MoneyShape Margin, decimal? MarginPercent,
    bool BelowCost)
{
    /// <summary>Of a row.</summary>
    public static MarginRowView Of(MarginRow row) => new(row.Customer, row.Subscription, Money(row.Revenue, row), Money(row.Cost, row),
        Money(row.Margin, row), row.Percent, row.IsBelowCost);

    /// <summary>The cells of a CSV line.</summary>
    internal string[] Cells => [Customer ?? "", Subscription ?? "", Revenue.Currency, Text(Revenue), Text(Cost), Text(Margin),
        MarginPercent is { } percent ? AmountText.Exact(percent) : "", BelowCost ? "true" : "false"];

    // Rounded lines add up to rounded sums: this only pads a zero.
    private static MoneyShape Money(decimal amount, MarginRow row) =>
        new(Rounding.ToCurrency(amount, row.Currency, RoundingMode.HalfAwayFromZero), row.Currency);

    internal static string Text(MoneyShape money) => MoneyText.Print(money.Amount, money.Currency);
}

/// <summary>By Accept: <c>text/csv</c>, else JSON.</summary>
public sealed class MarginAnswer(MarginView view) : TableAnswer<MarginView>(view)
{
    private static readonly string[] Header = ["customer", "subscription", "currency", "revenue", "cost", "margin", "margin_percent", "below_cost"];

    /// <inheritdoc/>
    protected override void Write(MarginView view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, 0..0, Header);
        foreach (var row in view.Rows) CsvLine.Write(csv, 3..7, row.Cells);
    }
}
