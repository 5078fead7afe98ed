// Reads all issued documents of some months once, for the margin of everybody who sells.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>A document is revenue of its seller, and cost of its buyer where that is a partner: a customer resells nothing.</summary>
public sealed class PartnerMarginReader(IDocumentStore documents, IPartyTree tree)
{
    /// <summary>Fills the table; false: too many rows.</summary>
    public async Task<bool> Fill(PartnerMarginTable table, string from, string? to, CancellationToken cancel)
    {
        var known = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var month in ReportMonths.MonthsOf(from, to))
        {
            for (string? after = null; ;)
            {
                var page = await documents.List(new DocumentFilter(Month: month), after, Limits.PageMax, cancel);
                foreach (var document in page.Where(one => ReportMonths.Holds(from, to, one.PeriodFrom)))
                {
                    if (ReportDocuments.SignOf(document) is not (not 0 and var sign))
                        continue;
                    var net = sign * document.Net!.Value;
                    table.Add(document.Seller, await PartnersFrom(document.Seller), document.Currency, net, sold: true);
                    if (await PartnersFrom(document.Buyer) is { Count: > 0 } above)
                        table.Add(document.Buyer, above, document.Currency, net, sold: false);
                    if (table.Count > Limits.ReportRowsMax)
                        return false;
                }

                if (page.Count < Limits.PageMax)
                    break;
                after = page[^1].Number;
            }
        }

        return true;

        async ValueTask<IReadOnlyList<string>> PartnersFrom(string party) =>
            known.TryGetValue(party, out var partners) ? partners : known[party] = await tree.PartnerAndAbove(party, cancel);
    }
}
