// Names of the rounding modes as agreements spell them.
using System.Diagnostics.CodeAnalysis;

namespace OrleansBilling.Billing.Money;

/// <summary>Name ↔ mode.</summary>
public static class RoundingModes
{
    /// <summary>All names, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["half_away_from_zero", "half_even", "toward_zero", "away_from_zero"];

    /// <summary>The mode of a name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out RoundingMode mode)
    {
        var index = name is null ? -1 : Names.ToList().IndexOf(name);
        mode = index < 0 ? default : (RoundingMode)index;
        return index >= 0;
    }

    /// <summary>The mode of a validated name.</summary>
    public static RoundingMode Parse(string name) =>
        TryParse(name, out var mode) ? mode : throw new ArgumentException($"\"{name}\" is no rounding mode.", nameof(name));
}
