// The union's members and what their VAT identifiers look like (Directive 2006/112/EC, article 215, and the members' own formats).
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace OrleansBilling.Billing.Tax;

/// <summary>By ISO 3166-1. Shape only: whether anybody holds an identifier is not asked of anybody here.</summary>
public static class EuropeanUnion
{
    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    // Behind the prefix, which is the country but for Greece.
    private static readonly FrozenDictionary<string, Regex> Formats = new Dictionary<string, string>
    {
        ["AT"] = "U[0-9]{8}", ["BE"] = "[01][0-9]{9}", ["BG"] = "[0-9]{9,10}", ["CY"] = "[0-9]{8}[A-Z]", ["CZ"] = "[0-9]{8,10}", ["DE"] = "[0-9]{9}",
        ["DK"] = "[0-9]{8}", ["EE"] = "[0-9]{9}", ["GR"] = "[0-9]{9}", ["ES"] = "[A-Z0-9][0-9]{7}[A-Z0-9]", ["FI"] = "[0-9]{8}", ["FR"] = "[A-Z0-9]{2}[0-9]{9}",
        ["HR"] = "[0-9]{11}", ["HU"] = "[0-9]{8}", ["IE"] = "[0-9][A-Z0-9][0-9]{5}[A-Z]{1,2}", ["IT"] = "[0-9]{11}", ["LT"] = "[0-9]{9}([0-9]{3})?",
        ["LU"] = "[0-9]{8}", ["LV"] = "[0-9]{11}", ["MT"] = "[0-9]{8}", ["NL"] = "[A-Z0-9]{9}B[0-9]{2}", ["PL"] = "[0-9]{10}", ["PT"] = "[0-9]{9}",
        ["RO"] = "[0-9]{2,10}", ["SE"] = "[0-9]{12}", ["SI"] = "[0-9]{8}", ["SK"] = "[0-9]{10}",
    }.ToFrozenDictionary(format => format.Key, format => new Regex($"^{Prefix(format.Key)}{format.Value}$", Plain));

    /// <summary>Whether a country is a member.</summary>
    public static bool Has(string country) => Formats.ContainsKey(country);

    /// <summary>Whether a text is a VAT identifier as that member gives them.</summary>
    public static bool IsVatId(string country, string? text) => text is not null && Formats.TryGetValue(country, out var format) && format.IsMatch(text);

    private static string Prefix(string country) => country == "GR" ? "EL" : country;
}
