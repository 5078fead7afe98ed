// A document's lines in printed groups: by customer, by charge or by purchase order. Groups add rounded lines and round nothing (domain 0.3, rule 4).
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>Sums of a document's lines by one member.</summary>
public sealed class DocumentGroups(string by)
{
    /// <summary>What <c>group_by</c> may say.</summary>
    public static readonly IReadOnlyList<string> Names = ["customer", "charge", PurchaseOrder];

    private const string PurchaseOrder = "purchase_order";

    private readonly SortedDictionary<string, Group> groups = new(StringComparer.Ordinal);

    /// <summary>Adds all lines; false: there would be more groups than an answer may have.</summary>
    public async Task<bool> Read(IAsyncEnumerable<DocumentLine> lines, CancellationToken cancel)
    {
        await foreach (var line in lines.WithCancellation(cancel))
        {
            var body = Definitions.Stored<DocumentLineBody>(line.Body);
            // What was bought by no order is together.
            var key = by == "customer" ? line.Customer : by == PurchaseOrder ? body.PurchaseOrder ?? "" : $"{body.Plan}/{body.Charge}";
            var group = groups.GetValueOrDefault(key);
            groups[key] = new Group(line.Customer, body.PurchaseOrder, body.Plan, body.Charge, group.Quantity + line.Quantity, group.Amount + line.Amount,
                group.Lines + 1);
            if (groups.Count > Limits.ReportRowsMax)
                return false;
        }

        return true;
    }

    /// <summary>Writes them in the place of the lines.</summary>
    public void Write(Utf8JsonWriter writer, string currency)
    {
        writer.WriteStartArray("groups");
        foreach (var group in groups.Values)
        {
            writer.WriteStartObject();
            if (by == "customer")
                writer.WriteString("customer", group.Customer);
            else if (by == PurchaseOrder)
                writer.WriteString("purchase_order", group.Order);
            else
            {
                writer.WriteString("plan", group.Plan);
                writer.WriteString("charge", group.Charge);
                writer.WriteString("quantity", AmountText.Exact(group.Quantity));
            }

            writer.WriteMoney("amount", MoneyText.Print(Rounding.ToCurrency(group.Amount, currency, RoundingMode.HalfAwayFromZero), currency), currency);
            writer.WriteNumber("lines", group.Lines);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>409: too many groups.</summary>
    public static Problem TooMany() => Problems.Conflict($"There would be more than {Limits.ReportRowsMax} groups.", "too_many_groups");

    private readonly record struct Group(string Customer, string? Order, string Plan, string Charge, decimal Quantity, decimal Amount, int Lines);
}
