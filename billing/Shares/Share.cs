// Shares: what each party gets of a bill, and how a refund takes it back (domain 0.2, rule 4; 0.3, rule 22).
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Shares;

/// <summary>A party's part of an amount, with the currency's digits.</summary>
public sealed record Share(string Party, decimal Amount);

/// <summary>The parts always add up to the whole.</summary>
public static class ShareSplit
{
    /// <summary>
    /// The parts of one rounded bill, per bill and not in aggregate; a cent that is left goes to the largest remainder, of equal ones to the party listed
    /// first. What is not commissionable is the provider's alone. Parties that get nothing are left out.
    /// </summary>
    public static IReadOnlyList<Share> OfBill(decimal amount, string currency, IReadOnlyList<AgreementSplit> splits, string provider, bool commissionable)
    {
        if (!commissionable) return [new Share(provider, amount)];
        var parts = Split.ByWeight(amount, [.. splits.Select(split => split.Percent)], Currencies.ExponentOf(currency));
        return Merge(splits.Select((split, i) => new Share(split.Party == AgreementSplit.OfProvider ? provider : split.Party, parts[i])));
    }

    /// <summary>The commission on an invoice's net, rounded once, and what the seller keeps.</summary>
    public static IReadOnlyList<Share> OfCommission(decimal net, string currency, RoundingMode rounding, CommissionTerms terms, string beneficiary,
        string seller)
    {
        var commission = Commission(net, currency, rounding, terms);
        return Merge([new Share(beneficiary, commission), new Share(seller, net - commission)]);
    }

    /// <summary>The commission alone.</summary>
    public static decimal Commission(decimal net, string currency, RoundingMode rounding, CommissionTerms terms) =>
        Rounding.ToCurrency(net * terms.Rate / 100, currency, rounding);

    /// <summary>One part for each party, in the order in which they come first; without parties that get nothing.</summary>
    public static IReadOnlyList<Share> Merge(IEnumerable<Share> shares) =>
        [.. shares.GroupBy(share => share.Party, StringComparer.Ordinal)
            .Select(party => new Share(party.Key, party.Sum(share => share.Amount))).Where(share => share.Amount != 0)];
}
