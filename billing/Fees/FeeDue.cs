// What is owed for a fee, or for the part of one that a plan version prices, as one close posts it.
using NodaTime;
using OrleansBilling.Billing.Closing;

namespace OrleansBilling.Billing.Fees;

/// <summary>Exact: price × days ÷ whole days, with all the digits of a decimal, rounded nowhere.</summary>
/// <param name="Charge">Charge id.</param>
/// <param name="Every">Length of the fee's period; <c>once</c> for what has none.</param>
/// <param name="PlanVersion">The version that prices it.</param>
/// <param name="From">First local day paid for.</param>
/// <param name="To">Last local day paid for (inclusive).</param>
/// <param name="Days">Days paid for.</param>
/// <param name="WholeDays">Days of the whole fee period.</param>
/// <param name="FullPrice">Price of the whole fee period.</param>
public sealed record FeeDue(string Charge, string Every, int PlanVersion, LocalDate From, LocalDate To, int Days, int WholeDays, decimal FullPrice)
{
    /// <summary>The plan of that version; null: the leg's own.</summary>
    public string? Plan { get; init; }

    /// <summary><c>recurring</c>, <c>prepaid</c> (paid for before: 0), <c>one_time</c> or <c>penalty</c>.</summary>
    public string Kind { get; init; } = "recurring";

    /// <summary>Taken back: days without service, or days that were posted and are not owed any more.</summary>
    public bool IsCredit { get; init; }

    /// <summary>Whether it belongs to a fee in advance that a wallet pays.</summary>
    public bool IsCovered { get; init; }

    /// <summary>How many whole periods of the fee it is.</summary>
    public int Periods { get; init; } = 1;

    /// <summary>Exact amount. Multiplied before divided, or thirds would lose digits (domain 0.3, rule 5).</summary>
    public decimal Amount => (IsCredit ? -1 : 1) * (Days == WholeDays ? FullPrice * Periods : FullPrice * Days / WholeDays);

    /// <summary><c>20/31</c>; null when it is whole.</summary>
    public string? Fraction => Days == WholeDays ? null : $"{Days}/{WholeDays}";

    /// <summary>As a seal holds it. A correction is negative quantity × positive price (domain 0.3, rule 12).</summary>
    public SealedLine ToSealedLine(string agreement, string plan, string period) => new()
    {
        Agreement = agreement,
        Kind = IsCredit && Kind == "recurring" ? "credit" : Kind,
        Plan = Plan ?? plan,
        PlanVersion = PlanVersion,
        Charge = Charge,
        OriginalPeriod = period,
        From = From,
        To = To,
        Quantity = IsCredit ? -Periods : Periods,
        Amount = Amount,
        Prepaid = IsCovered ? Amount : 0,
    };
}
