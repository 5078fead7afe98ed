// The last close of an agreement: what is below zero has no later document to wait for and goes back by credit notes (domain 0.3, rule 12).
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Periods;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Accounts;
using OrleansBilling.Grains.Accounts;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.Grains.Closing;

/// <summary>
/// Notes first, then the draft is marked: who dies in between does both again, and an account credits a draft once. What the invoices of the agreement
/// cannot take waits on, as before its end.
/// </summary>
public sealed class EndingCredits(IDocumentStore documents, BillingClock clock, CrashPoints crash)
{
    /// <summary>After the totals of a period's drafts are written.</summary>
    public async Task Credit(Draft draft, BillingPeriod period, BillingCalendar calendar, IGrainFactory grains, CancellationToken cancel)
    {
        if (draft.Header.Kind != "invoice" || !AgreementValidity.HasEnded(draft.Agreement, period.To))
            return;
        foreach (var key in (string[])[draft.Key, Identifiers.SetAside(draft.Key)])
        {
            if (await documents.GetByKey(key, cancel) is { } header && WaitingLines.IsBelowZero(header))
                await Credit(draft, header, DocumentDates.Issue(period, calendar, clock.Now), grains, cancel);
        }
    }

    private async Task Credit(Draft draft, DocumentHeader below, NodaTime.LocalDate on, IGrainFactory grains, CancellationToken cancel)
    {
        var rest = Body(below).TaxBreakdown.Where(part => part.Net < 0).Select(part => part with { Net = -part.Net, Tax = -part.Tax }).ToArray();
        var command = new CreditEnding(below.Key, $"Balance in your favour at the end of the agreement, {below.Period}", on, draft.Agreement.Rounding, rest,
            await Newest(draft, cancel));
        var answer = await grains.GetGrain<IAccountGrain>(draft.Account.Id)
            .Execute(new AccountMessage { Command = command.ToText(), Actor = AccountLedger.System }, cancel);
        crash.Reach(CrashPoints.CloseCredited);
        if (answer.Refusal is null)
            await documents.Review(below.Key, EstimateStates.Draft, EstimateStates.Credited, cancel);
    }

    private async Task<InvoiceTaxes[]> Newest(Draft draft, CancellationToken cancel)
    {
        var filter = new DocumentFilter(draft.Header.Buyer, "invoice", Agreement: draft.Header.Agreement);
        return [.. (await documents.List(filter, null, Limits.EndingInvoicesMax, cancel)).Where(invoice => invoice.Currency == draft.Header.Currency)
            .Select(invoice => new InvoiceTaxes(invoice.Number!, Body(invoice).TaxBreakdown))];
    }

    private static DocumentBody Body(DocumentHeader header) => Billing.Json.Definitions.Stored<DocumentBody>(header.Body);
}
