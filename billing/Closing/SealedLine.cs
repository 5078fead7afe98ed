// What a seal fixes for one leg: the exact amounts that a document line is rounded from.
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Billing.Closing;

/// <summary>
/// One leg, charge, price version and original period of one subscription: the unit that is rounded (domain 0.3, rule 4).
/// Amount and quantity are exact. Late: journaled after the seal of its original period.
/// </summary>
public sealed record SealedLine
{
    /// <summary>The leg's agreement.</summary>
    public required string Agreement { get; init; }
    /// <summary>
    /// <c>usage</c>, <c>package</c> (the price of packages), <c>allowance</c> (units that packages paid for), <c>rollover</c> (units carried over from the
    /// period before), <c>pool</c> (units of months that were paid ahead together), <c>surcharge</c> (added to the price of the same usage);
    /// <c>recurring</c>, <c>prepaid</c> (a fee that was paid for before: 0), <c>credit</c> (days of a fee given back), <c>one_time</c>, <c>penalty</c>;
    /// <c>discount</c> (what a coupon takes off the others).
    /// </summary>
    public required string Kind { get; init; }
    /// <summary>Whether events stand behind it, which prove it.</summary>
    [JsonIgnore]
    public bool IsProved => Kind is "usage" or "package" or "allowance" or "rollover" or "pool" or "surcharge";
    /// <summary>Plan of the leg.</summary>
    public required string Plan { get; init; }
    /// <summary>Number of the plan version that priced it.</summary>
    public required int PlanVersion { get; init; }
    /// <summary>Charge id within the plan.</summary>
    public required string Charge { get; init; }
    /// <summary>Label of the period that it belongs to by its own time.</summary>
    public required string OriginalPeriod { get; init; }
    /// <summary>First local day covered.</summary>
    public required LocalDate From { get; init; }
    /// <summary>Last local day covered (inclusive).</summary>
    public required LocalDate To { get; init; }
    /// <summary>Units; 1 for a fee.</summary>
    public required decimal Quantity { get; init; }
    /// <summary>Exact, unrounded.</summary>
    public required decimal Amount { get; init; }
    /// <summary>How much of the amount a wallet has paid; exact.</summary>
    public decimal Prepaid { get; init; }
    /// <summary>Events; 0 for a fee.</summary>
    public long Count { get; init; }
    /// <summary>True for usage that came after its period was sealed.</summary>
    public bool Late { get; init; }
    /// <summary>First journal version that may hold its events: late usage stands after the calendar's seal before (0 for a fee).</summary>
    public long FromVersion { get; init; }
    /// <summary>Last journal version that may hold its events (0 for a fee).</summary>
    public long ToVersion { get; init; }
    /// <summary>Lower-case hex of the stream's row chain at <see cref="ToVersion"/> (Usage.RowChain).</summary>
    public string? ProofHash { get; init; }

    /// <summary>The kind of what a total holds.</summary>
    public static string KindOf(Usage.CellIdentity identity, int coveredBy) => coveredBy == Usage.UsageCell.CoveredPurse ? "allowance"
        : coveredBy == Usage.UsageCell.RolledPurse ? "rollover" : coveredBy == Usage.UsageCell.PooledPurse ? "pool"
        : Allowances.PackageCharge.Is(identity.Charge) ? "package" : Rating.Surcharge.Is(identity.Charge) ? "surcharge" : "usage";
}
