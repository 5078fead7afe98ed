// Charges that were sealed as lines of a document.
using OrleansBilling.Billing.Closing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Shares;

namespace OrleansBilling.Billing.Accounts;

/// <summary>A sealed part of a charge with all that its line says.</summary>
public sealed record SealedCharge(Charged Charged, decimal Amount, OriginalAmount? Original = null)
{
    /// <summary>The parts of a seal with their charges.</summary>
    public static SealedCharge[] Of(AccountState state, ChargesSealed? seal) =>
        [.. (seal?.Parts ?? []).Select(part => new SealedCharge(state.Charges.Find(part.Charge)!.Charged, part.Amount, part.Original))];
}

/// <summary>Rounds each once.</summary>
public static class ChargeLines
{
    /// <summary>Lines, in the order in which charges were taken.</summary>
    public static IReadOnlyList<ComposedLine> Of(IEnumerable<SealedCharge> charges, string agreement, string period, string buyer, DocumentTerms terms) =>
        [.. charges.Select(charge => Line(charge, agreement, period, buyer, terms))];

    private static ComposedLine Line(SealedCharge charge, string agreement, string period, string buyer, DocumentTerms terms)
    {
        var charged = charge.Charged;
        var tax = terms.TaxOn(charged.To);
        var whole = charge.Amount == charged.Amount || charge.Original is not null;
        return new ComposedLine
        {
            Description = charged.Description,
            Customer = charged.Customer ?? buyer,
            Subscription = "",
            // A part of a discount is one of something smaller.
            Quantity = whole ? charged.Quantity : 1,
            UnitPrice = charge.Original is not null ? null : !whole ? charge.Amount
                : charged.UnitPrice is { } price && price * charged.Quantity == charged.Amount ? price : null,
            Amount = Rounding.ToCurrency(charge.Amount, terms.Currency, terms.Rounding),
            From = charged.From,
            To = charged.To,
            TaxCategory = tax.Category,
            TaxRate = tax.Rate,
            Provider = charged.Provider,
            Commissionable = charged.Commissionable,
            Shares = SharesOf(charged, charge.Amount, terms),
            Original = charge.Original,
            Sealed = new SealedLine
            {
                Agreement = agreement, Kind = charged.Kind, Plan = "", PlanVersion = 0, Charge = charged.Id, OriginalPeriod = period,
                From = charged.From, To = charged.To, Quantity = charged.Quantity, Amount = charge.Amount,
            },
        };
    }

    // Frozen with the line, so that the shares are those of the agreement as it stood when the line was made.
    private static Share[]? SharesOf(Charged charged, decimal amount, DocumentTerms terms) => charged.Provider is { } provider && terms.Splits is { } splits
        ? [.. ShareSplit.OfBill(Rounding.ToCurrency(amount, terms.Currency, terms.Rounding), terms.Currency, splits, provider, charged.Commissionable == true)]
        : null;
}
