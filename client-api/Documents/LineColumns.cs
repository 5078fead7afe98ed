// The columns of a document's lines: their names, which of them are numbers, and how each cell reads as text.
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>Columns of one reader: all of them, or what the seller's template shows.</summary>
public sealed class LineColumns
{
    private static readonly (string Name, bool IsNumber)[] Known =
    [
        ("description", false), ("customer", false), ("subscription", false), ("quantity", true), ("unit_price", true), ("amount", true), ("period", false),
        ("tax_category", false), ("tax_rate", true), ("kind", false), ("plan", false), ("plan_version", true), ("charge", false), ("original_period", false),
        ("late", false), ("prepaid", true), ("purchase_order", false), ("proof", false),
    ];

    private readonly HashSet<string>? shown;

    private LineColumns(IEnumerable<string>? shown) => this.shown = shown?.ToHashSet(StringComparer.Ordinal);

    /// <summary>Everything.</summary>
    public static LineColumns All { get; } = new(null);

    /// <summary>Names that a template may show.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(column => column.Name)];

    /// <summary>Only these.</summary>
    public static LineColumns Of(IEnumerable<string> names) => new(names);

    /// <summary>All of them but some.</summary>
    public LineColumns Without(IReadOnlyList<string> names) => Of(Shown().Select(column => column.Name).Except(names));

    /// <summary>Whether a column is shown.</summary>
    public bool Shows(string name) => shown?.Contains(name) ?? true;

    /// <summary>Names of the CSV's columns; a period is two.</summary>
    public string[] Header() => [.. Shown().SelectMany(column => column.Name switch
    {
        "period" => ["from", "to"],
        "proof" => ["proof_count", "proof_sum", "proof_hash"],
        "amount" => ["amount", "currency"],
        _ => new[] { column.Name },
    })];

    /// <summary>Which of them are numbers of ours, which no spreadsheet takes for a formula.</summary>
    public bool[] Numbers() => [.. Shown().SelectMany(column => column.Name switch
    {
        "period" => [false, false],
        "proof" => [true, true, false],
        "amount" => [true, false],
        _ => new[] { column.IsNumber },
    })];

    /// <summary>The cells of a line, in the order of <see cref="Header"/>.</summary>
    public string[] Cells(DocumentLine line, string currency)
    {
        var body = Definitions.Stored<DocumentLineBody>(line.Body);
        return [.. Shown().SelectMany(column => Cells(column.Name, line, body, currency))];
    }

    private IEnumerable<(string Name, bool IsNumber)> Shown() => Known.Where(column => Shows(column.Name));

    private static string[] Cells(string column, DocumentLine line, DocumentLineBody body, string currency) => column switch
    {
        "description" => [line.Description],
        "customer" => [line.Customer],
        // A charge of the account is of no subscription and no plan.
        "subscription" => [Identifiers.IsAccountLine(line.Child) ? "" : Identifiers.SubscriptionOfLine(line.Child)],
        "quantity" => [AmountText.Exact(line.Quantity)],
        "unit_price" => [line.UnitPrice is { } price ? AmountText.Exact(price, currency) : ""],
        "amount" => [MoneyText.Print(line.Amount, currency), currency],
        "period" => [Text(line.PeriodFrom), Text(line.PeriodTo)],
        "tax_category" => [line.TaxCategory],
        "tax_rate" => [AmountText.Exact(line.TaxRate)],
        "kind" => [body.Kind],
        "plan" => [Identifiers.IsAccountLine(line.Child) ? "" : body.Plan],
        "plan_version" => [Identifiers.IsAccountLine(line.Child) ? "" : AmountText.Exact(body.PlanVersion)],
        "charge" => [body.Charge],
        "original_period" => [body.OriginalPeriod],
        "late" => [body.Late ? "true" : "false"],
        "prepaid" => [body.Prepaid is { } prepaid ? MoneyText.Print(prepaid, currency) : ""],
        "purchase_order" => [body.PurchaseOrder ?? ""],
        _ => body.Proof is { } proof ? [AmountText.Exact(proof.Count), AmountText.Exact(proof.Sum), proof.Hash] : ["", "", ""],
    };

    private static string Text(LocalDate date) => LocalDatePattern.Iso.Format(date);
}
