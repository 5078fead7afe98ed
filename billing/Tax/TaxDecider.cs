// Which tax an agreement's lines bear when it does not say: domain 0.3, rule 9.
using NodaTime;
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.Tax;

/// <summary>How a sale between two parties is taxed.</summary>
public enum TaxTreatment
{
    /// <summary>The seller's standard rate.</summary>
    Standard,
    /// <summary>The buyer accounts for it.</summary>
    ReverseCharge,
    /// <summary>Outside the union: the agreement must say.</summary>
    AsAgreed,
}

/// <summary>Pure; a buyer without a country is taken for one of the seller's own.</summary>
public static class TaxDecider
{
    /// <summary>Why reverse-charged lines bear no tax, as printed.</summary>
    public const string ReverseChargeReason = "Reverse charge";

    /// <summary>Same country: standard. Another member of the union: reverse charge with a valid VAT identifier, else standard. Outside: as agreed.</summary>
    public static TaxTreatment Of(string sellerCountry, string? buyerCountry, string? buyerVatId)
    {
        if (buyerCountry is null || buyerCountry == sellerCountry)
            return TaxTreatment.Standard;
        if (!EuropeanUnion.Has(sellerCountry) || !EuropeanUnion.Has(buyerCountry))
            return TaxTreatment.AsAgreed;
        return EuropeanUnion.IsVatId(buyerCountry, buyerVatId) ? TaxTreatment.ReverseCharge : TaxTreatment.Standard;
    }
}

/// <summary>The standard rate of a country from a day on. A fact: the next change is another one.</summary>
public sealed record TaxRate
{
    /// <summary>Percent, e.g. 25.5.</summary>
    public required decimal Rate { get; init; }
}

/// <summary>A rate and its first day.</summary>
public sealed record DatedTaxRate(LocalDate From, decimal Rate);

/// <summary>The tax of an agreement's lines by the last day of their period.</summary>
/// <param name="Treatment">How the sale is taxed.</param>
/// <param name="Country">Whose rates they are.</param>
/// <param name="Rates">In order of time.</param>
public sealed record TaxSchedule(TaxTreatment Treatment, string Country, IReadOnlyList<DatedTaxRate> Rates)
{
    /// <summary>The tax on a day. Throws where no rate is known: a document with a guessed tax is worse than none.</summary>
    public TaxTerms On(LocalDate day)
    {
        if (Treatment == TaxTreatment.ReverseCharge)
            return new TaxTerms { Category = "AE", Reason = TaxDecider.ReverseChargeReason };
        var rate = Rates.LastOrDefault(rate => rate.From <= day)
            ?? throw new TaxRateUnknownException($"No standard tax rate of {Country} is known for {day:uuuu-MM-dd}: PUT /v1/tax_rates/{Country}/{{date}}.");
        return rate.Rate == 0 ? new TaxTerms { Category = "Z" } : new TaxTerms { Category = "S", Rate = rate.Rate };
    }
}

/// <summary>Nobody has said which rate held on a day.</summary>
public sealed class TaxRateUnknownException(string message) : Exception(message);
