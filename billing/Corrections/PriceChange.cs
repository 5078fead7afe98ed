// What an event should have cost on one agreement: a vendor's final price, or the price of another version of the plan.
using System.Globalization;
using System.Text;

namespace OrleansBilling.Billing.Usage;

/// <summary>Exactly one of the three prices is given.</summary>
/// <param name="Agreement">The leg that was priced wrongly; the others stay.</param>
/// <param name="UnitPrice">Price of each unit that no package paid for.</param>
/// <param name="Amount">Price of all of these units.</param>
/// <param name="PlanVersion">The version of the leg's own plan that prices them.</param>
public sealed record PriceChange(string Agreement, decimal? UnitPrice = null, decimal? Amount = null, int? PlanVersion = null)
{
    private const string AgreementName = "price_agreement";
    private const string UnitName = "price_unit";
    private const string AmountName = "price_amount";
    private const string VersionName = "price_version";
    private const string AfterName = "price_after";

    /// <summary>Name of the correction that a price correction makes of one event on one agreement. No id that a caller may choose has a slash.</summary>
    public static string IdOf(string priceCorrection, UInt128 eventHash, string agreement) =>
        string.Create(CultureInfo.InvariantCulture, $"{PrefixOf(priceCorrection)}{eventHash:x32}/{agreement}");

    /// <summary>What the names of all corrections of a price correction begin with.</summary>
    public static string PrefixOf(string priceCorrection) => $"price/{priceCorrection}/";

    /// <summary>How many units of the charge came before, for the price of a plan version that goes by tiers or included units.</summary>
    internal static decimal AfterOf(scoped in UsageRecord record) =>
        record.TryGetDimension("price_after"u8, out var after) ? Number(after) : 0;

    /// <summary>The change that a correction's event holds, or null.</summary>
    internal static PriceChange? Of(scoped in UsageRecord record) => !record.TryGetDimension("price_agreement"u8, out var agreement) ? null
        : new PriceChange(Encoding.UTF8.GetString(agreement),
            record.TryGetDimension("price_unit"u8, out var unit) ? Number(unit) : null,
            record.TryGetDimension("price_amount"u8, out var amount) ? Number(amount) : null,
            record.TryGetDimension("price_version"u8, out var version) ? (int)Number(version) : null);

    /// <summary>How many dimensions <see cref="Write"/> writes.</summary>
    internal int Dimensions(decimal after) => after == 0 ? 2 : 3;

    /// <summary>Writes it as dimensions of the correction's event.</summary>
    internal void Write(ref PackedWriter writer, decimal after)
    {
        Pair(ref writer, AgreementName, Agreement);
        if (UnitPrice is { } unit)
            Pair(ref writer, UnitName, Text(unit));
        else if (Amount is { } amount)
            Pair(ref writer, AmountName, Text(amount));
        else
            Pair(ref writer, VersionName, Text(PlanVersion!.Value));
        if (after != 0)
            Pair(ref writer, AfterName, Text(after));
    }

    private static void Pair(ref PackedWriter writer, string name, string value)
    {
        writer.String(name);
        writer.String(value);
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static decimal Number(ReadOnlySpan<byte> text) => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number)
        ? number : throw new PackedFormatException("a price correction has no number as its price");
}
