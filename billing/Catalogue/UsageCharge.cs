// Prices of usage: which events a charge prices, and by which model.
namespace OrleansBilling.Billing.Catalogue;

/// <summary>A price of what a meter counts. Every model is a total over the units of a period; an event costs what it adds to it.</summary>
public sealed record UsageCharge : Charge
{
    /// <summary>The meter that it prices.</summary>
    public required string Meter { get; init; }
    /// <summary>Dimension values that must be equal; none: the default. More dimensions win, then the meter's order.</summary>
    public Dictionary<string, string> Match { get; init; } = [];
    /// <summary>
    /// <c>per_unit</c>; <c>graduated</c> (each unit at the price of its tier); <c>volume</c> (all units at the price of the tier that the total is in);
    /// <c>package</c> (begun packages); <c>flat</c> (once in a period with usage); <c>percentage</c> (of each event's quantity, which is money);
    /// <c>cost_plus</c> (what the seller itself pays for the event on its own leg of the subscription, and a percentage on top).
    /// </summary>
    public string Model { get; init; } = "per_unit";
    /// <summary>
    /// Price of a unit or of <see cref="Per"/> units, of a package, or once. Absent when the units are included and <see cref="Overage"/> prices the rest.
    /// </summary>
    public decimal? UnitPrice { get; init; }
    /// <summary>How many units the price is for, e.g. 1000.</summary>
    public decimal Per { get; init; } = 1;
    /// <summary>Per unit: units of each period that cost nothing.</summary>
    public decimal Included { get; init; }
    /// <summary>
    /// What happens to included units that a period leaves unused: <c>none</c> (null: the same); <c>one_period</c>, they last through the next one;
    /// <c>unlimited</c>, they are carried on until they are used.
    /// </summary>
    public string? Rollover { get; init; }
    /// <summary>With rollover: at most so many units are carried into a period.</summary>
    public decimal? RolloverMax { get; init; }
    /// <summary>Whether a prepayment of several months gives their included units as one pool; null or false: one allowance per month.</summary>
    public bool? PrepaidPool { get; init; }
    /// <summary>Price of a unit beyond the included ones; the unit price by default.</summary>
    public decimal? Overage { get; init; }
    /// <summary>Graduated and volume: in order of their ends, the last without one.</summary>
    public PriceTier[]? Tiers { get; init; }
    /// <summary>Package: units in one.</summary>
    public decimal? PackageSize { get; init; }
    /// <summary>Graduated, volume and package: units of each period that come before the first tier or package, free of charge.</summary>
    public decimal? FreeUnits { get; init; }
    /// <summary>Percentage: of the quantity. Cost-plus: on top of the cost.</summary>
    public decimal? Percent { get; init; }
    /// <summary>Percentage and cost-plus: for each event besides.</summary>
    public decimal? FixedFee { get; init; }
    /// <summary>Percentage and cost-plus: an event costs at least this.</summary>
    public decimal? MinimumPerEvent { get; init; }
    /// <summary>Percentage and cost-plus: an event costs at most this.</summary>
    public decimal? MaximumPerEvent { get; init; }
    /// <summary>A period costs at least this: the close adds a line of its own for what usage leaves open.</summary>
    public decimal? Minimum { get; init; }
    /// <summary>A period costs at most this.</summary>
    public decimal? Maximum { get; init; }
    /// <summary>
    /// Names what it is (carrier, unregistered traffic): it is added to the price of the event, as a line of its own. Of one name the most specific match
    /// is added, of different names each. Null: it is the price.
    /// </summary>
    public string? Surcharge { get; init; }
    /// <summary>The default of a country: prices networks that have no price of their own. Lines and price enquiries say so (domain 4.3).</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public bool Fallback { get; init; }

    /// <summary>What happens to unused included units.</summary>
    internal Allowances.RolloverRule RolloverRule => Allowances.RolloverRules.Of(Rollover);

    /// <summary>Whether units that were priced by another version in the same period count before an event's own.</summary>
    internal bool CountsWholePeriod => Included != 0 || Maximum is not null || Model != "per_unit";
}

/// <summary>Units up to an end, and what they cost.</summary>
public sealed record PriceTier
{
    /// <summary>Last unit of the tier (inclusive); a fraction above it falls into the next one. Null: no end.</summary>
    public decimal? UpTo { get; init; }
    /// <summary>Price of a unit, or of <see cref="UsageCharge.Per"/> units.</summary>
    public decimal UnitPrice { get; init; }
    /// <summary>Due once when the tier is reached; that of the first tier in any case.</summary>
    public decimal? FlatPrice { get; init; }
}
