// Fills the reseller report: issued documents say what was sold and paid out, tags say who came with which code.
using System.Globalization;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>
/// Who brought an invoice: whose commission is frozen on it, else whose code the buyer carried when it was issued, else the partner that bought it or stood
/// directly above the customer that did.
/// </summary>
public sealed class ResellerReportReader(IDocumentStore documents, IDefinitionStore definitions)
{
    /// <summary>Fills the table; false: too many rows.</summary>
    public async Task<bool> Fill(ResellerTable table, string seller, IReadOnlyList<string> months, CancellationToken cancel)
    {
        var brought = new BoundedCache<string, Bringer>(Limits.PageMax);
        foreach (var month in months)
        {
            for (string? after = null; ;)
            {
                var page = await documents.List(new DocumentFilter(Party: seller, Month: month), after, Limits.PageMax, cancel);
                foreach (var document in page.Where(one => one.Seller == seller))
                    await Add(table, document, brought, cancel);
                if (table.Count > Limits.ReportRowsMax)
                    return false;
                if (page.Count < Limits.PageMax)
                    break;
                after = page[^1].Number;
            }
        }

        await Acquired(table, seller, months, cancel);
        return table.Count <= Limits.ReportRowsMax;
    }

    private async Task Add(ResellerTable table, DocumentHeader document, BoundedCache<string, Bringer> brought, CancellationToken cancel)
    {
        if (document is { Kind: "payout", Status: not "returned" })
        {
            // A provider is no reseller.
            if (await definitions.Get(DefinitionKinds.Partner, document.Buyer, cancel) is not null)
                table.PaidOut(document.Buyer, document.Currency, document.Total!.Value);
        }
        else if (document.Kind is "invoice" or "credit_note")
        {
            var (sign, body) = (ReportDocuments.SignOf(document), Definitions.Stored<DocumentBody>(document.Body));
            if (body.Commission is { } commission)
            {
                table.Sold(commission.Beneficiary, document.Currency, sign * document.Net!.Value);
                return;
            }

            // A note is of whoever brought its invoice.
            var issued = body.Corrects is { } invoice ? (await documents.Get(invoice, cancel))!.CreatedAt : document.CreatedAt;
            if (!brought.TryGet(document.Buyer, out var bringer))
                brought.Set(document.Buyer, bringer = await Find(document.Buyer, cancel));
            table.Sold(bringer.At(issued), document.Currency, sign * document.Net!.Value);
        }
    }

    private async Task<Bringer> Find(string buyer, CancellationToken cancel)
    {
        if (await definitions.Get(DefinitionKinds.Partner, buyer, cancel) is not null)
            return new Bringer([], buyer);
        var above = (await definitions.Get(DefinitionKinds.Customer, buyer, cancel))?.Parent ?? "";
        return new Bringer(await definitions.History(DefinitionKinds.ResellerTag, buyer, cancel), above);
    }

    // Customers of other sellers came to those; one that has bought of nobody yet came to all.
    private async Task Acquired(ResellerTable table, string seller, IReadOnlyList<string> months, CancellationToken cancel)
    {
        var zone = await Zone(seller, cancel);
        for (string? after = null; ;)
        {
            var page = await definitions.List(DefinitionKinds.ResellerTag, null, after, Limits.PageMax, cancel);
            foreach (var tag in page)
            {
                var versions = tag.Version == 1 ? [tag] : await definitions.History(DefinitionKinds.ResellerTag, tag.Id, cancel);
                var came = versions.Where((one, i) => one.Parent is not null && (i == 0 || versions[i - 1].Parent != one.Parent)
                    && months.Contains(LocalDays.At(one.RecordedAt, zone).ToString("uuuu-MM", CultureInfo.InvariantCulture))).ToList();
                if (came.Count == 0 || !await BuysFrom(tag.Id, seller, cancel)) continue;
                foreach (var one in came) table.Acquired(one.Parent!, await CurrencyOf(one.Parent!, cancel));
            }

            if (page.Count < Limits.PageMax || table.Count > Limits.ReportRowsMax)
                return;
            after = page[^1].Id;
        }
    }

    private async Task<bool> BuysFrom(string customer, string seller, CancellationToken cancel)
    {
        var bought = await definitions.AgreementsBoughtBy(customer, cancel);
        return bought.Count == 0 || bought.Any(one => Definitions.Stored<Agreement>(one.Body).Seller == seller);
    }

    private async Task<string> CurrencyOf(string partner, CancellationToken cancel) =>
        Definitions.Stored<Partner>((await definitions.Get(DefinitionKinds.Partner, partner, cancel))!.Body).Currency;

    private async Task<DateTimeZone> Zone(string seller, CancellationToken cancel) =>
        await definitions.Get(DefinitionKinds.Seller, seller, cancel) is { } stored
            ? DateTimeZoneProviders.Tzdb[Definitions.Stored<Seller>(stored.Body).TimeZone]
            : DateTimeZone.Utc;

    private sealed record Bringer(IReadOnlyList<Definition> Tags, string Above)
    {
        public string At(Instant issued) => Tags.LastOrDefault(tag => tag.RecordedAt <= issued) is { } tag ? tag.Parent ?? Above : Above;
    }
}
