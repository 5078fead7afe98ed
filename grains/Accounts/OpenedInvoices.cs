// An issued invoice as its account opens it.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Accounts;

/// <summary>In the transaction that gives it its number; those from before there were accounts, afterwards.</summary>
internal static class OpenedInvoices
{
    /// <summary>Of an invoice with its number.</summary>
    public static DocumentOpened Of(DocumentHeader header) => new()
    {
        Number = header.Number!, Kind = header.Kind, Agreement = header.Agreement, Period = header.Period, IssueDate = header.IssueDate!.Value,
        DueDate = header.DueDate!.Value, Net = header.Net!.Value, Tax = header.Tax!.Value, Total = header.Total!.Value,
        Outstanding = header.Outstanding!.Value, Revenue = Billing.Json.Definitions.Stored<DocumentBody>(header.Body).Revenue ?? [],
    };
}
