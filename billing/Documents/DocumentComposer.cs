// Turns sealed amounts into the lines of a document: rounds once, and says in words what was sold.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Allowances;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Subscriptions;

namespace OrleansBilling.Billing.Documents;

/// <summary>Pure and line by line, so that a partner with 100,000 subscriptions is never held in memory. Totals: <see cref="TotalsBuilder"/>.</summary>
public static class DocumentComposer
{
    /// <summary>One line.</summary>
    public static ComposedLine Line(SealedLine sealedLine, LineSource source, DocumentTerms terms) =>
        Line(sealedLine, source, terms, terms.TaxOn(sealedLine.To));

    /// <summary>The line of a prepayment: all periods that were bought, for what they come to.</summary>
    public static ComposedLine Prepayment(SubscriptionChange bought, LineSource source, string period, DocumentTerms terms) => Line(new SealedLine
    {
        Agreement = bought.Agreement!, Kind = Ledgers.Prepayment, Plan = "", PlanVersion = 0, Charge = bought.Charge!, OriginalPeriod = period,
        From = bought.Prepaid!.From, To = bought.Prepaid.To, Quantity = bought.Periods!.Value, Amount = bought.Prepaid.Amount,
    }, source, terms);

    private static ComposedLine Line(SealedLine sealedLine, LineSource source, DocumentTerms terms, TaxTerms tax) => new()
    {
        Description = LineDescription.Of(sealedLine, source),
        Customer = source.Customer,
        Subscription = source.Subscription,
        Quantity = sealedLine.Quantity,
        UnitPrice = UnitPriceOf(sealedLine, source.Charge),
        Amount = Rounding.ToCurrency(sealedLine.Amount, terms.Currency, terms.Rounding),
        // Paid to the last digit means the whole line, whichever way it was rounded.
        Prepaid = Rounding.ToCurrency(sealedLine.Prepaid, terms.Currency, terms.Rounding),
        From = sealedLine.From,
        To = sealedLine.To,
        TaxCategory = tax.Category,
        TaxRate = tax.Rate,
        Meter = source.Charge switch
        {
            UsageCharge usage => usage.Meter,
            PackageCharge package => package.Meter,
            _ => null,
        },
        Sealed = sealedLine,
    };

    /// <summary>The lines of one subscription in reading order: fees, usage, late usage; within these by charge, then in order of time.</summary>
    public static IReadOnlyList<ComposedLine> Lines(IEnumerable<(SealedLine Line, LineSource Source)> lines, DocumentTerms terms) =>
        [.. lines.OrderBy(one => PlaceOf(one.Line))
            .ThenBy(one => one.Line.Plan, StringComparer.Ordinal).ThenBy(one => one.Line.Charge, StringComparer.Ordinal)
            .ThenBy(one => one.Line.OriginalPeriod, StringComparer.Ordinal).ThenBy(one => one.Line.From).ThenBy(one => one.Line.PlanVersion)
            .ThenBy(one => one.Line.Kind, StringComparer.Ordinal)
            .Select(one => Line(one.Line, one.Source, terms))];

    private static int PlaceOf(SealedLine line) =>
        line.Late ? 3 : line.Kind == "discount" ? 2 : line.Kind is "usage" or "allowance" or "rollover" or "pool" or "surcharge" ? 1 : 0;

    /// <summary>Shown only when quantity × price is the exact amount, so that nobody checks a line and finds it wrong.</summary>
    private static decimal? UnitPriceOf(SealedLine line, Charge charge)
    {
        if (line.Kind is "allowance" or "rollover" or "pool" or "prepaid")
            return 0;
        var candidate = charge switch
        {
            PackageCharge package => package.Price,
            DiscountCharge => line.Amount,
            RecurringCharge fee => line.Kind == "penalty" ? fee.Penalty : fee.Price,
            OneTimeCharge once => once.Price,
            UsageCharge when line.Kind == "recurring" => null,
            UsageCharge { UnitPrice: { } price, Per: > 0 } usage => price / usage.Per,
            _ => (decimal?)null,
        };
        return candidate is { } unit && unit * line.Quantity == line.Amount ? unit : null;
    }
}
