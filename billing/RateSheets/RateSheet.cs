// A price list by network as carriers send it: what it says, and what it changes.
using NodaTime;
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.RateSheets;

/// <summary>What one network costs from a day on (domain 4.2).</summary>
/// <param name="Line">Line of the sheet, from 1: faults name it.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Network">MCC and MNC, 5 or 6 digits; null: the default of the country, for networks that are not on the sheet.</param>
/// <param name="Price">Of one unit, in the plan's currency.</param>
/// <param name="Effective">First day.</param>
/// <param name="Cease">First day on which it holds no more; null: open.</param>
public sealed record RateRow(int Line, string Country, string? Network, decimal Price, LocalDate Effective, LocalDate? Cease)
{
    /// <summary>Which price it is.</summary>
    public RateKey Key => new(Country, Network);
}

/// <summary>A country and a network of it, or its default.</summary>
public readonly record struct RateKey(string Country, string? Network) : IComparable<RateKey>
{
    /// <inheritdoc/>
    public int CompareTo(RateKey other) =>
        string.CompareOrdinal(Country, other.Country) is not 0 and var order ? order : string.CompareOrdinal(Network, other.Network);

    /// <summary><c>FI 24491</c>, <c>FI default</c>.</summary>
    public override string ToString() => $"{Country} {Network ?? "default"}";
}

/// <summary>A sheet that could be read.</summary>
/// <param name="Meter">What its prices are for; it has the dimensions country and mccmnc.</param>
/// <param name="From">Its first day: what is not said of a row, and when networks that are missing go.</param>
/// <param name="IsWhole">Networks that are not on it are withdrawn; else they keep their prices.</param>
/// <param name="Rows">In the order of the sheet.</param>
public sealed record RateSheet(string Meter, LocalDate From, bool IsWhole, IReadOnlyList<RateRow> Rows);

/// <summary>What a sheet changes of one network, for notices.</summary>
/// <param name="Line">Of the sheet; null: it says so by saying nothing.</param>
/// <param name="Kind"><c>new</c>, <c>increase</c>, <c>decrease</c>, <c>same</c> or <c>withdrawn</c>.</param>
/// <param name="Previous">Price until then; null: there was none.</param>
/// <param name="Price">Price from then on; null: there is none.</param>
/// <param name="On">The first day of the change.</param>
public sealed record RateChange(int? Line, RateKey Key, string Kind, decimal? Previous, decimal? Price, LocalDate On);

/// <summary>What importing a sheet does: versions to add, in order of time; no day without a change has one.</summary>
public sealed record RateSheetPlan(IReadOnlyList<PlanVersion> Versions, IReadOnlyList<RateChange> Changes);
