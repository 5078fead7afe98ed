// A recurring fee, or the part of one that a plan version prices, as it falls into one closing period.
using NodaTime;
using OrleansBilling.Billing.Closing;

namespace OrleansBilling.Billing.Fees;

/// <summary>Exact: price × days ÷ whole days, with all the digits of a decimal, rounded nowhere.</summary>
/// <param name="Charge">Charge id.</param>
/// <param name="Every"><c>month</c> or <c>year</c>.</param>
/// <param name="PlanVersion">The version that prices it.</param>
/// <param name="From">First local day paid for.</param>
/// <param name="To">Last local day paid for (inclusive).</param>
/// <param name="Days">Days paid for.</param>
/// <param name="WholeDays">Days of the whole fee period.</param>
/// <param name="FullPrice">Price of the whole fee period.</param>
public sealed record FeeDue(string Charge, string Every, int PlanVersion, LocalDate From, LocalDate To, int Days, int WholeDays, decimal FullPrice)
{
    /// <summary>Exact amount. Multiplied before divided, or thirds would lose digits (domain 0.3, rule 5).</summary>
    public decimal Amount => Days == WholeDays ? FullPrice : FullPrice * Days / WholeDays;

    /// <summary><c>20/31</c>; null when it is whole.</summary>
    public string? Fraction => Days == WholeDays ? null : $"{Days}/{WholeDays}";

    /// <summary>As a seal holds it.</summary>
    public SealedLine ToSealedLine(string agreement, string plan, string period) => new()
    {
        Agreement = agreement,
        Kind = "recurring",
        Plan = plan,
        PlanVersion = PlanVersion,
        Charge = Charge,
        OriginalPeriod = period,
        From = From,
        To = To,
        Quantity = 1,
        Amount = Amount,
    };
}
