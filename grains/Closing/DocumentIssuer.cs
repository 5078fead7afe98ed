// Gives complete drafts their numbers, many in one transaction.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Parties;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Grains.Accounts;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Documents;
using OrleansBilling.Storage;

namespace OrleansBilling.Grains.Closing;

/// <summary>Repeating it changes nothing: a draft that has its number keeps it.</summary>
public sealed class DocumentIssuer(IDocumentStore documents, IClosingStore closing, Catalogue catalogue, TermsResolver resolver, BillingClock clock,
    CrashPoints crash)
{
    /// <summary>Issues the drafts of composed items and marks the items done.</summary>
    /// <param name="kept">The items stand in the store; false: they were made for this call.</param>
    public async Task Issue(CloseRun run, IReadOnlyList<CloseItem> composed, CancellationToken cancel, bool kept = true)
    {
        if (composed.Count == 0)
            return;
        var calendar = await resolver.Calendar(run.Calendar, cancel);
        var issueDate = DocumentDates.Issue(calendar.PeriodAt(run.PeriodStart), calendar, clock.Now);
        var headers = await documents.GetByKeys([.. composed.Select(item => item.DocumentKey!)], cancel);
        var chargeDay = (await catalogue.Find<Calendar>(DefinitionKinds.Calendar, run.Calendar, cancel))!.ChargeDay;
        var orders = new List<IssueOrder>();
        foreach (var item in composed)
        {
            var header = headers.GetValueOrDefault(item.DocumentKey!) ?? throw new InvalidOperationException($"Draft {item.DocumentKey} is gone.");
            var agreement = await catalogue.Find<Agreement>(DefinitionKinds.Agreement, item.Agreement, cancel);
            var always = agreement!.Kind != "wholesale" || chargeDay is not null;
            var series = await Series(header, cancel);
            var outstanding = header.Total!.Value - (Billing.Json.Definitions.Stored<DocumentBody>(header.Body).Prepaid ?? 0);
            orders.Add(new IssueOrder(header.Key, series.Name, series.NumberFormat, issueDate,
                DocumentDates.Due(issueDate, DatedTerms.On(agreement, header.PeriodTo).DueDays),
                outstanding == 0 ? "paid" : "issued", outstanding,
                header.Kind == "invoice" ? issued => Opening(issued, always, agreement.DunningPolicy is not null) : null));
        }

        await documents.Issue(orders, cancel);
        crash.Reach(CrashPoints.CloseIssued);
        if (kept)
            await Task.WhenAll(composed.Select(item => closing.Update(item with { State = CloseItemState.Done, Reason = null }, cancel)));
    }

    /// <summary>Issues one complete draft at once, outside of any close; sold: what the account is told besides.</summary>
    public async Task IssueNow(Draft draft, LocalDate issueDate, Func<string, PrepaymentSold> sold, CancellationToken cancel)
    {
        var header = (await documents.GetByKey(draft.Key, cancel))!;
        var series = await Series(header, cancel);
        var charged = (await catalogue.Find<Calendar>(DefinitionKinds.Calendar, draft.Agreement.Calendar, cancel))!.ChargeDay is not null;
        var outstanding = header.Total!.Value;
        await documents.Issue([new IssueOrder(header.Key, series.Name, series.NumberFormat, issueDate, DocumentDates.Due(issueDate, draft.Agreement.DueDays),
            outstanding == 0 ? "paid" : "issued", outstanding, header.Kind != "invoice" ? null : issued => AccountChanges.Sold(
                Opening(issued, charged || draft.Agreement.Kind != "wholesale", draft.Agreement.DunningPolicy is not null), sold(issued.Number!), draft.Account,
                clock.Now))], cancel);
    }

    // Statements open nothing: what they show is owed by other documents, or by none.
    private AccountEntry Opening(DocumentHeader header, bool always, bool dunned) => AccountChanges.Open(OpenedInvoices.Of(header),
        new AccountKey(header.Seller, header.Buyer, header.Currency), clock.Now, always, dunned);

    // A partner that sells under its own name has no zone of its own for numbers: UTC dates its series unless it says otherwise.
    private async Task<DocumentSeries> Series(DocumentHeader header, CancellationToken cancel)
    {
        var seller = await catalogue.Find<object>(DefinitionKinds.Seller, header.Seller, cancel) as Seller;
        var partner = seller is null ? await catalogue.Find<Partner>(DefinitionKinds.Partner, header.Seller, cancel) : null;
        var zone = NodaTime.DateTimeZoneProviders.Tzdb[seller?.TimeZone ?? partner?.TimeZone ?? "Etc/UTC"];
        return DocumentNumbers.Series(DocumentNumbers.Prefix(header.Seller, seller?.NumberPrefix), header.Kind, DocumentNumbers.YearOf(clock.Now, zone));
    }
}
