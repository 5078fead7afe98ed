// What a party may still buy: credit limit and payments, less all that is charged, invoiced or not (domain 1.4).
using OrleansBilling.Billing;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Periods;
using OrleansBilling.Billing.Tax;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>The balance with one seller in one currency. Available = credit_limit + unapplied − invoiced − unbilled; it may be below zero.</summary>
/// <param name="Seller">Who bills.</param>
/// <param name="Available">What may still be bought.</param>
/// <param name="CreditLimit">Of all agreements with the seller.</param>
/// <param name="Unapplied">Received or credited, and not used.</param>
/// <param name="Invoiced">Outstanding of issued documents.</param>
/// <param name="Unbilled">What the running periods come to so far, with tax: usage and charges as they are, fees by days.</param>
public sealed record ServiceBalanceView(string Seller, ExactMoney Available, ExactMoney CreditLimit, ExactMoney Unapplied, ExactMoney Invoiced,
    ExactMoney Unbilled);

/// <summary>Reads accounts and previews; nothing is kept for it.</summary>
public sealed class ServiceBalance(IDefinitionStore definitions, IDocumentStore documents, PreviewReader previews, BuyingAgreements agreements,
    IGrainFactory grains, BillingClock clock)
{
    /// <summary>One per seller and currency of the agreements that the caller may see and that issue invoices.</summary>
    public async Task<IReadOnlyList<ServiceBalanceView>> Of(ApiCaller caller, string party, CancellationToken cancel)
    {
        var bought = await agreements.Invoicing(caller, party, cancel);
        if (bought.Count == 0)
            return [];
        var running = await previews.Read(caller, party, null, cancel) ?? [];
        var views = new List<ServiceBalanceView>();
        foreach (var account in bought.GroupBy(one => one.Account))
        {
            var (figures, _) = await grains.Ask<AccountFigures>(account.Key.Id, new AskFigures(), caller.KeyId, cancel);
            var unbilled = 0m;
            foreach (var preview in running.Where(preview => account.Any(one => one.Id == preview.Header.Agreement)))
                unbilled += Accrued(preview, await Today(preview.Header.Calendar, cancel), account.First(one => one.Id == preview.Header.Agreement).Agreement);
            unbilled += await Estimated(account.Key, cancel);
            views.Add(View(account.Key, figures!, account.Sum(one => one.Agreement.CreditLimit ?? 0), unbilled));
        }

        return views;
    }

    // What is looked at before it is issued is neither invoiced nor in a running period.
    private async Task<decimal> Estimated(AccountKey account, CancellationToken cancel)
    {
        var filter = new EstimateFilter(account.Buyer, EstimateStates.InProgress, VisibleTo: account.Seller);
        var found = await documents.Estimates(filter, null, Limits.StorePageMax, cancel);
        return found.Where(header => header.Seller == account.Seller && header.Currency == account.Currency)
            .Sum(header => header.Total!.Value - (Billing.Json.Definitions.Stored<DocumentBody>(header.Body).Prepaid ?? 0));
    }

    private static ServiceBalanceView View(AccountKey account, AccountFigures figures, decimal limit, decimal unbilled)
    {
        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, account.Currency);
        return new(account.Seller, Money(limit + figures.Unapplied - figures.Owed - unbilled), Money(limit), Money(figures.Unapplied), Money(figures.Owed),
            Money(unbilled));
    }

    // Fees that are not over yet count by the days that have begun (domain 0.3, rule 11).
    private static decimal Accrued(Preview preview, LocalDate today, Agreement agreement)
    {
        var terms = DocumentTerms.Of(agreement, preview.Header.Currency);
        var totals = new TotalsBuilder(terms.Currency, terms.Rounding);
        foreach (var line in preview.Lines)
        {
            var body = Billing.Json.Definitions.Stored<DocumentLineBody>(line.Body);
            var amount = body.Kind == "recurring" && line.PeriodTo > today && line.PeriodFrom <= today
                ? Rounding.ToCurrency(line.Amount * LocalDays.Count(line.PeriodFrom, today) / LocalDays.Count(line.PeriodFrom, line.PeriodTo), terms.Currency,
                    terms.Rounding)
                : line.Amount;
            totals.Add(amount, line.TaxCategory, line.TaxRate, terms.ReasonOf(line.TaxCategory), body.Prepaid ?? 0);
        }

        var sums = totals.Build();
        return sums.Total - sums.Prepaid;
    }

    private async Task<LocalDate> Today(string calendar, CancellationToken cancel) => new BillingCalendar(
        Billing.Json.Definitions.Stored<Calendar>((await definitions.Get(DefinitionKinds.Calendar, calendar, cancel))!.Body)).DateOf(clock.Now);
}
