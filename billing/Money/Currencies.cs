// The active currencies of ISO 4217 and how many digits each has after the point.
using System.Collections.Frozen;

namespace OrleansBilling.Billing.Money;

/// <summary>Known codes. Funds codes (CLF, UYI …) and metals are left out: nobody is invoiced in them.</summary>
public static class Currencies
{
    private const string NoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";

    private const string ThreeDigits = "BHD IQD JOD KWD LYD OMR TND";

    // ANG (until 2025) and BGN (until 2026) stay for corrections of what was billed in them.
    private const string TwoDigits =
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK " +
        "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT " +
        "LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN " +
        "QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS " +
        "VED VES WST XAD XCD XCG YER ZAR ZMW ZWG";

    private static readonly FrozenDictionary<string, int> Exponents = Table();

    /// <summary>Whether the code is one of them (upper case).</summary>
    public static bool IsKnown(string code) => Exponents.ContainsKey(code);

    /// <summary>Digits after the point: 0, 2 or 3. Unknown codes throw: validation has refused them.</summary>
    public static int ExponentOf(string code) =>
        Exponents.TryGetValue(code, out var exponent) ? exponent : throw new ArgumentException($"\"{code}\" is no ISO 4217 currency.", nameof(code));

    /// <summary>All codes, in order.</summary>
    public static IEnumerable<string> All => Exponents.Keys.Order(StringComparer.Ordinal);

    private static FrozenDictionary<string, int> Table()
    {
        var table = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (codes, exponent) in new[] { (NoDigits, 0), (TwoDigits, 2), (ThreeDigits, 3) })
            foreach (var code in codes.Split(' ')) table.Add(code, exponent);
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
