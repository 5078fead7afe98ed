// How documents count in reports of what was sold and bought.
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>Invoices and statements bill, credit notes take back; payouts and balances taken over bill nothing.</summary>
internal static class ReportDocuments
{
    /// <summary>1, −1 or 0 times the lines.</summary>
    public static int SignOf(DocumentHeader document) => document.Kind switch
    {
        "invoice" or "statement" => 1,
        "credit_note" => -1,
        _ => 0,
    };
}
