// What an account does without being asked: shares of new invoices, bills that come again, requests to charge cards, revenue that is earned, payouts.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Shares;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Grains.Accounts;

/// <summary>
/// Every step looks at the account's state and can be repeated; a crash in between leaves the row of due work behind, and the next one goes on.
/// </summary>
internal static class AccountDuties
{
    /// <summary>Does all that is due now.</summary>
    public static Task Do(AccountLedger ledger, AccountServices services, CancellationToken cancel) =>
        ledger.State.Key.Payable ? PayOut(ledger, services, cancel) : Collect(ledger, services, cancel);

    private static async Task Collect(AccountLedger ledger, AccountServices services, CancellationToken cancel)
    {
        foreach (var document in ledger.State.Documents.Where(document => document.Opened.Kind == "invoice").ToList())
            await Prepare(document, ledger, services, cancel);
        var now = services.Clock.Now;
        while (ledger.State.Bills.NextAt <= now)
            await ledger.Decide(state => RecurringBills.Due(state, now), AccountLedger.System, cancel);
        await ledger.Decide(state => CollectionDuties.Requests(state, now), AccountLedger.System, cancel);
        await ledger.Decide(state => new Decision([.. state.Deferrals.Due(now)]), AccountLedger.System, cancel);
    }

    // What an invoice brings about besides being owed, once.
    private static async Task Prepare(OpenDocument document, AccountLedger ledger, AccountServices services, CancellationToken cancel)
    {
        var (number, state) = (document.Opened.Number, ledger.State);
        var agreement = (await services.Catalogue.Find<Agreement>(DefinitionKinds.Agreement, document.Opened.Agreement, cancel))!;
        var calendar = (await services.Catalogue.Find<Calendar>(DefinitionKinds.Calendar, agreement.Calendar, cancel))!;
        var (shared, charged) = (agreement.Kind != "wholesale", calendar.ChargeDay is not null && document.Outstanding > 0);
        if ((!shared || state.Shares.Of(number) is not null) && (!charged || state.Collections.Of(number) is not null))
            return;
        var header = (await services.Documents.Get(number, cancel))!;
        if (shared)
        {
            var shares = await InvoiceShares.Of(header, services.Documents, cancel);
            await ledger.Decide(now => AccrueShares.Decide(now, shares), AccountLedger.System, cancel);
        }

        if (charged)
        {
            var planned = new CollectionPlanned
            {
                Document = number,
                FirstAt = Instant.Max(CollectionDays.ChargeAt(calendar, header.PeriodTo)!.Value, services.Clock.Now),
                TimeZone = calendar.TimeZone,
            };
            await ledger.Decide(now => now.Collections.Of(number) is null ? Decision.Of(planned) : Decision.Nothing, AccountLedger.System, cancel);
        }
    }

    private static async Task PayOut(AccountLedger ledger, AccountServices services, CancellationToken cancel)
    {
        await ledger.Refresh(cancel);
        var (now, payables) = (services.Clock.Now, ledger.State.Payables);
        foreach (var id in payables.Calendars.Order(StringComparer.Ordinal).ToList())
        {
            var calendar = (await services.Catalogue.Find<Calendar>(DefinitionKinds.Calendar, id, cancel))!;
            while (PayoutDecider.NextAt(ledger.State.Payables, id, calendar) is { } at && at <= now)
                await ledger.Decide(state => PayoutDecider.Decide(state, id, calendar, now), AccountLedger.System, cancel);
            // While something is owed the next payout day is looked at, whether or not anything is payable yet: what became payable in the
            // very moment of this one is found then.
            if (ledger.State.Payables.Owed != 0 || ledger.State.Payables.Payable != 0)
                await services.Due.SetDue(AccountChanges.PayoutDue(ledger.State.Key, id, CollectionDays.NextPayout(calendar, now)), cancel);
        }

        foreach (var payout in ledger.State.Payables.Unnumbered.ToList())
            await services.Payouts.Issue(ledger.State.Key, payout, cancel);
        await ledger.Refresh(cancel);
    }
}
