// Exchange rates as stored facts, and what an amount comes to in another currency.
using NodaTime;
using OrleansBilling.Billing.Json;

namespace OrleansBilling.Billing.Money;

/// <summary>What one unit of a currency is worth in another from a day on, until the next rate of the pair.</summary>
public sealed record FxRate
{
    /// <summary>Units of the target for one of the source, above 0, at most 10 digits after the point.</summary>
    public required decimal Rate { get; init; }
}

/// <summary>A rate and its first day.</summary>
public sealed record DatedFxRate(LocalDate From, decimal Rate);

/// <summary>What makes a rate acceptable.</summary>
public static class FxRules
{
    private const decimal RateMax = 1_000_000_000m;

    /// <summary>A rate.</summary>
    public static FieldErrors Check(FxRate rate)
    {
        var errors = new FieldErrors();
        errors.Number("rate", rate.Rate);
        if (rate.Rate is <= 0 or > RateMax) errors.Add("rate", $"must be above 0 and at most {RateMax:0}");
        return errors;
    }
}

/// <summary>A converted amount, with what a line shows of how it came about.</summary>
/// <param name="Amount">In the target currency, rounded to its digits.</param>
/// <param name="Currency">Target, ISO 4217.</param>
/// <param name="Original">As the fact had it.</param>
/// <param name="OriginalCurrency">Its currency.</param>
/// <param name="Rate">Target for one of the original.</param>
/// <param name="RateDate">First day of the rate.</param>
public sealed record Converted(decimal Amount, string Currency, decimal Original, string OriginalCurrency, decimal Rate, LocalDate RateDate);

/// <summary>What a line shows of a converted amount.</summary>
/// <param name="Amount">As it was charged.</param>
/// <param name="Currency">Its currency, ISO 4217.</param>
/// <param name="Rate">Units of the document's currency for one of it.</param>
/// <param name="RateDate">First day of the rate.</param>
public sealed record OriginalAmount(decimal Amount, string Currency, decimal Rate, LocalDate RateDate);

/// <summary>Pure: the caller brings the stored rates of the pair. Rounded once, so shares split the converted amount (domain 0.3, rule 22).</summary>
public static class FxConversion
{
    /// <summary>Converts at the rate in force on the invoicing date; null: none is known for it.</summary>
    public static Converted? Convert(decimal amount, string from, string to, IReadOnlyList<DatedFxRate> rates, LocalDate invoicingDate, RoundingMode mode)
    {
        if (from == to)
            return new Converted(Rounding.ToCurrency(amount, to, mode), to, amount, from, 1, invoicingDate);
        return rates.Where(rate => rate.From <= invoicingDate).MaxBy(rate => rate.From) is { } known
            ? new Converted(Rounding.ToCurrency(amount * known.Rate, to, mode), to, amount, from, known.Rate, known.From)
            : null;
    }
}
