// What a party may still buy: credit limit and payments, less all that is charged, invoiced or not (domain 1.4).
using OrleansBilling.Billing;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Dunning;
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
    // Who asks when nobody does: the operator.
    private static readonly ApiCaller Dunning = new("dunning", null, Scopes.BillingRead);

    /// <summary>One per seller and currency of the agreements that the caller may see and that issue invoices.</summary>
    public async Task<IReadOnlyList<ServiceBalanceView>> Of(ApiCaller caller, string party, CancellationToken cancel) =>
        [.. (await Sums(caller, party, cancel)).Select(View)];

    /// <summary>That of an account, for dunning; null: it is not known, as its preview is too long or in an archive.</summary>
    public async Task<ServiceFigures?> Of(AccountKey account, CancellationToken cancel)
    {
        try
        {
            return (await Sums(Dunning, account.Buyer, cancel)).FirstOrDefault(sum => sum.Account == account) is { } sum
                ? new ServiceFigures(sum.Available, sum.Limit)
                : null;
        }
        catch (Exception unknown) when (unknown is PreviewTooLongException or PreviewArchivedException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<ServiceSum>> Sums(ApiCaller caller, string party, CancellationToken cancel)
    {
        var bought = await agreements.Invoicing(caller, party, cancel);
        if (bought.Count == 0)
            return [];
        var running = await previews.Read(caller, party, null, cancel) ?? [];
        var sums = new List<ServiceSum>();
        foreach (var account in bought.GroupBy(one => one.Account))
        {
            var (figures, _) = await grains.Ask<AccountFigures>(account.Key.Id, new AskFigures(), caller.KeyId, cancel);
            var unbilled = 0m;
            foreach (var preview in running.Where(preview => account.Any(one => one.Id == preview.Header.Agreement)))
                unbilled += Accrued(preview, await Today(preview.Header.Calendar, cancel), account.First(one => one.Id == preview.Header.Agreement).Agreement);
            unbilled += await Estimated(account.Key, cancel);
            sums.Add(new ServiceSum(account.Key, account.Sum(one => one.Agreement.CreditLimit ?? 0), figures!.Unapplied, figures.Owed, unbilled));
        }

        return sums;
    }

    // What is looked at before it is issued is neither invoiced nor in a running period.
    private async Task<decimal> Estimated(AccountKey account, CancellationToken cancel)
    {
        var filter = new EstimateFilter(account.Buyer, EstimateStates.InProgress, VisibleTo: account.Seller);
        var found = await documents.Estimates(filter, null, Limits.StorePageMax, cancel);
        return found.Where(header => header.Seller == account.Seller && header.Currency == account.Currency)
            .Sum(header => header.Total!.Value - (Billing.Json.Definitions.Stored<DocumentBody>(header.Body).Prepaid ?? 0));
    }

    private static ServiceBalanceView View(ServiceSum sum)
    {
        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, sum.Account.Currency);
        return new(sum.Account.Seller, Money(sum.Available), Money(sum.Limit), Money(sum.Unapplied), Money(sum.Owed), Money(sum.Unbilled));
    }

    private sealed record ServiceSum(AccountKey Account, decimal Limit, decimal Unapplied, decimal Owed, decimal Unbilled)
    {
        public decimal Available => Limit + Unapplied - Owed - Unbilled;
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
