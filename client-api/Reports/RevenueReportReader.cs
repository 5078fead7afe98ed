// The revenue report: net of what a party has billed, from the rounded lines of its issued documents, fees included.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>Rows add up to the documents.</summary>
public sealed class RevenueReportReader(IDocumentStore documents, IDefinitionStore definitions)
{
    /// <summary>Its columns. partner: who was billed.</summary>
    public static readonly IReadOnlyList<string> Columns = ["month", "partner", "customer", "subscription", "meter", "plan", "charge", "kind"];

    private readonly BoundedCache<string, PlanVersion> versions = new(Limits.PageMax);

    /// <summary>Fills the table; false: too many rows.</summary>
    public async Task<bool> Fill(ReportTable table, string party, ReportQuery query, CancellationToken cancel)
    {
        foreach (var month in ReportMonths.Labels(query.From!, query.To))
        {
            for (string? after = null; ;)
            {
                var page = await documents.List(new DocumentFilter(Party: party, Month: month), after, Limits.PageMax, cancel);
                foreach (var document in page.Where(one => one.Seller == party && ReportDocuments.SignOf(one) != 0))
                {
                    if (!await Add(table, document, query.Columns, cancel))
                        return false;
                }

                if (page.Count < Limits.PageMax)
                    break;
                after = page[^1].Number;
            }
        }

        return true;
    }

    private async Task<bool> Add(ReportTable table, DocumentHeader document, IReadOnlyList<string> columns, CancellationToken cancel)
    {
        await foreach (var line in documents.Lines(document.Key, cancel))
        {
            var body = Definitions.Stored<DocumentLineBody>(line.Body);
            var key = new string[columns.Count];
            for (var column = 0; column < key.Length; column++)
                key[column] = await Value(columns[column], document, line, body, cancel);
            var sign = ReportDocuments.SignOf(document);
            table.Add(key, sign * line.Quantity, 1);
            table.Add(key, document.Currency, sign * line.Amount, sold: true);
            if (table.Count > Limits.ReportRowsMax)
                return false;
        }

        return true;
    }

    private async ValueTask<string> Value(string column, DocumentHeader document, DocumentLine line, DocumentLineBody body, CancellationToken cancel) =>
        column switch
    {
        "month" => document.Period,
        "partner" => document.Buyer,
        "customer" => line.Customer,
        "subscription" => Identifiers.IsAccountLine(line.Child) ? "" : Identifiers.SubscriptionOfLine(line.Child),
        "plan" => Identifiers.IsAccountLine(line.Child) ? "" : body.Plan,
        "charge" => body.Charge,
        "kind" => body.Kind,
        _ => await MeterOf(body, cancel),
    };

    // A fee has none; what other facts have made has no plan.
    private async ValueTask<string> MeterOf(DocumentLineBody body, CancellationToken cancel)
    {
        var id = FormattableString.Invariant($"{body.Plan}/{body.PlanVersion:00000}");
        if (!versions.TryGet(id, out var version))
        {
            if (await definitions.Get(DefinitionKinds.PlanVersion, id, cancel) is not { } stored)
                return "";
            versions.Set(id, version = Definitions.Stored<PlanVersion>(stored.Body));
        }

        return version.Charges.OfType<UsageCharge>().FirstOrDefault(charge => charge.Id == body.Charge)?.Meter ?? "";
    }
}
