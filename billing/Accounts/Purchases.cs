// What is bought on account, and whether the service balance bears it (domain 0.3, rule 26; 1.4).
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Rating;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Usage;
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>A purchase as an account will be asked for it.</summary>
/// <param name="Account">Id of the account.</param>
/// <param name="Amount">With tax, in the account's currency.</param>
public sealed record PricedPurchase(string Account, decimal Amount);

/// <summary>Pure. What wallets pay is bought with their money and not counted here.</summary>
public static class Purchases
{
    /// <summary>The service balance is what may be bought for: what is above it is refused.</summary>
    public static bool Fits(ServiceFigures balance, decimal amount) => amount <= balance.Available;

    /// <summary>Whether purchases under an agreement go by the service balance: it says how far its buyer may owe.</summary>
    public static bool IsLimited(Agreement agreement) => agreement is { CreditLimit: not null, Documents: "invoice" };

    /// <summary>
    /// What a subscription costs on one leg before anything is used of it, with tax: all that closes post up to the end of the period in which it begins, or of
    /// now if that is later.
    /// </summary>
    /// <param name="terms">As they would stand.</param>
    /// <param name="leg">The leg.</param>
    /// <param name="tax">Terms of its documents.</param>
    /// <param name="from">When it is bought, or takes effect.</param>
    public static decimal Of(SubscriptionTerms terms, LegRater leg, DocumentTerms tax, Instant from)
    {
        var used = AsUsed(terms, from);
        var begins = ServiceLife.Of(used.Definition, null)!.Start;
        var period = leg.Calendar.PeriodAt(begins > from ? begins : from);
        var seal = SealDecider.Decide(new SubscriptionState(), used, leg.Agreement.Calendar, period, 0, Micros.Of(from));
        return WithTax(seal.Lines.Where(line => line.Agreement == leg.AgreementId).Select(line => (line.Amount - line.Prepaid, line.To)), tax);
    }

    /// <summary>An amount that stands on one line, with its tax.</summary>
    public static decimal WithTax(decimal net, LocalDate lastDay, DocumentTerms tax) => WithTax([(net, lastDay)], tax);

    private static decimal WithTax(IEnumerable<(decimal Net, LocalDate LastDay)> lines, DocumentTerms tax)
    {
        var totals = new TotalsBuilder(tax.Currency, tax.Rounding);
        foreach (var (net, lastDay) in lines)
            totals.Add(Rounding.ToCurrency(net, tax.Currency, tax.Rounding), tax.TaxOn(lastDay));
        return totals.Build().Total;
    }

    // What waits for its first use costs what it would if that came now.
    private static SubscriptionTerms AsUsed(SubscriptionTerms terms, Instant now) => terms.Definition is not { Activation: "first_use" } waiting ? terms
        : terms with { Definition = waiting with { Activation = null, StartsAt = Instant.Max(now, waiting.StartsAt) } };
}
