// A report by columns as answered: JSON, or CSV for a spreadsheet.
using System.Buffers;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>A report.</summary>
/// <param name="Report">Its name.</param>
/// <param name="Party">Whose.</param>
/// <param name="From">First billing period.</param>
/// <param name="To">Last billing period.</param>
/// <param name="GroupBy">Columns of its rows.</param>
/// <param name="Rows">In order of their columns' values.</param>
/// <param name="NextCursor">Where the next page begins; null: this is the last one.</param>
public sealed record ReportView(string Report, string Party, string From, string To, IReadOnlyList<string> GroupBy, IReadOnlyList<ReportRowView> Rows,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? NextCursor);

/// <summary>One row.</summary>
/// <param name="Group">Value by column; null: there is none.</param>
/// <param name="Quantity">Units; absent where none are counted.</param>
/// <param name="Count">Events of usage, or lines of documents.</param>
/// <param name="Amounts">What the party sold and bought, by currency.</param>
public sealed record ReportRowView(IReadOnlyDictionary<string, string?> Group, string? Quantity, long Count, IReadOnlyList<ReportAmountView> Amounts)
{
    /// <summary>Of a row.</summary>
    public static ReportRowView Of(ReportRow row, IReadOnlyList<string> columns, bool counts) =>
        new(columns.Zip(row.Key).ToDictionary(pair => pair.First, pair => pair.Second.Length == 0 ? null : pair.Second),
            counts ? AmountText.Exact(row.Quantity) : null, row.Events,
            [.. row.Amounts.Select(one => new ReportAmountView(one.Currency, AmountText.Exact(one.Revenue, one.Currency),
                AmountText.Exact(one.Cost, one.Currency), AmountText.Exact(one.Revenue - one.Cost, one.Currency)))]);
}

/// <summary>Money of one currency.</summary>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Revenue">What was sold.</param>
/// <param name="Cost">What was bought.</param>
/// <param name="Margin">Revenue less cost.</param>
public sealed record ReportAmountView(string Currency, string Revenue, string Cost, string Margin);

/// <summary>By Accept: <c>text/csv</c>, else JSON. A CSV line is one currency of a row.</summary>
public sealed class ReportAnswer(ReportView view) : TableAnswer<ReportView>(view)
{
    private const int NumbersMax = 5;

    /// <inheritdoc/>
    protected override void Write(ReportView view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, [], [.. view.GroupBy, "currency", "quantity", "count", "revenue", "cost", "margin"]);
        bool[] isNumber = [.. view.GroupBy.Select(_ => false), false, .. Enumerable.Repeat(true, NumbersMax)];
        foreach (var row in view.Rows)
        {
            foreach (var one in row.Amounts.DefaultIfEmpty(new ReportAmountView("", "", "", "")))
            {
                CsvLine.Write(csv, isNumber, [.. view.GroupBy.Select(column => row.Group[column] ?? ""), one.Currency, row.Quantity ?? "",
                    AmountText.Exact(row.Count), one.Revenue, one.Cost, one.Margin]);
            }
        }
    }
}
