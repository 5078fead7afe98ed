// What happens to units that are left when their time is over.
using OrleansBilling.Billing.Catalogue;

namespace OrleansBilling.Billing.Allowances;

/// <summary>Of a plan's included units, or of a package (domain 0.3, rule 17). Journaled: never renumber.</summary>
public enum RolloverRule : byte
{
    /// <summary>They are gone.</summary>
    None = 0,
    /// <summary>They last through one billing period more.</summary>
    OnePeriod = 1,
    /// <summary>They last until they are used.</summary>
    Unlimited = 2,
}

/// <summary>Rules in the words of the API, and units of one kind.</summary>
public static class RolloverRules
{
    private static readonly string[] All = ["none", "one_period", "unlimited"];

    /// <summary>By number.</summary>
    public static IReadOnlyList<string> Words => All;

    /// <summary>The rule of a word; none for null and for what is no word.</summary>
    public static RolloverRule Of(string? word) => (RolloverRule)Math.Max(0, Array.IndexOf(All, word ?? All[0]));

    /// <summary>
    /// What a charge prices within its meter: <c>country=FI&amp;net=1</c>, empty for the default. Units that were carried over from one charge cover what is
    /// priced by any charge of the same meter and kind, whatever plan it is of.
    /// </summary>
    public static string KindOf(UsageCharge charge) => charge.Match.Count == 0 ? ""
        : string.Join('&', charge.Match.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
