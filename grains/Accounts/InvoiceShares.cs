// Who shares in an issued invoice: read from what was frozen on it.
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Shares;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Accounts;

/// <summary>Bills carry their shares on their lines, a commission stands on the invoice itself. What is left is the seller's.</summary>
internal static class InvoiceShares
{
    /// <summary>The shares of an invoice.</summary>
    public static async Task<SharesAccrued> Of(DocumentHeader header, IDocumentStore documents, CancellationToken cancel)
    {
        var commission = Billing.Json.Definitions.Stored<DocumentBody>(header.Body).Commission;
        var shares = new List<Share>();
        if (commission is not null)
            shares.Add(new Share(commission.Beneficiary, commission.Amount));
        else
            await foreach (var line in documents.Lines(header.Key, cancel)) shares.AddRange(OfLine(line));
        shares.Add(new Share(header.Seller, header.Net!.Value - shares.Sum(share => share.Amount)));
        return new SharesAccrued
        {
            Document = header.Number!, Calendar = header.Calendar, AtIssue = commission?.Basis == "invoiced", Shares = [.. ShareSplit.Merge(shares)],
        };
    }

    // Few lines of a mixed invoice are bills.
    private static Share[] OfLine(DocumentLine line) => line.Body.Contains("\"shares\"", StringComparison.Ordinal)
        ? Billing.Json.Definitions.Stored<DocumentLineBody>(line.Body).Shares ?? []
        : [];
}
