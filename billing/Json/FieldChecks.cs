// Checks that many definitions share: ids, names, currencies, zones, choices.
using NodaTime;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Json;

/// <summary>Each adds its message to the field when the value is wrong, and nothing when it is fine.</summary>
public static class FieldChecks
{
    /// <summary>Characters an id may have.</summary>
    public const int IdLengthMax = 64;

    /// <summary>Characters a printed name or text may have.</summary>
    public const int TextLengthMax = 200;

    /// <summary>Digits after the point of a price or quantity; the stores keep NUMERIC(28,10).</summary>
    public const int PlacesMax = 10;

    /// <summary>Largest price or quantity: 12 digits, so that price × quantity stays within a decimal.</summary>
    public const decimal NumberMax = 999_999_999_999.9999999999m;

    /// <summary>Letters, digits, <c>-_.:</c>, 1 to 64.</summary>
    public static bool IsId(string? id) =>
        id is { Length: >= 1 and <= IdLengthMax } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');

    /// <summary>An id of our own pattern.</summary>
    public static void Id(this FieldErrors errors, string field, string? id)
    {
        if (!IsId(id)) errors.Add(field, "must be 1 to 64 letters, digits, \"-\", \"_\", \".\" or \":\"");
    }

    /// <summary>A printed text of one line.</summary>
    public static void Text(this FieldErrors errors, string field, string? text, int lengthMax = TextLengthMax)
    {
        if (string.IsNullOrWhiteSpace(text)) errors.Add(field, "must not be blank");
        else if (text.Length > lengthMax) errors.Add(field, $"must have at most {lengthMax} characters");
        else if (text.Any(char.IsControl)) errors.Add(field, "must not contain control characters");
    }

    /// <summary>ISO 4217.</summary>
    public static void Currency(this FieldErrors errors, string field, string currency)
    {
        if (!Currencies.IsKnown(currency)) errors.Add(field, "must be an active ISO 4217 currency, like \"EUR\"");
    }

    /// <summary>IANA zone.</summary>
    public static void Zone(this FieldErrors errors, string field, string zone)
    {
        // The provider also answers "UTC+03", which is no IANA id; its list of ids holds only those.
        var known = DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null && !zone.StartsWith("UTC+", StringComparison.Ordinal)
            && !zone.StartsWith("UTC-", StringComparison.Ordinal);
        if (!known) errors.Add(field, "must be an IANA time zone, like \"Europe/Helsinki\"");
    }

    /// <summary>A closed choice.</summary>
    public static void OneOf(this FieldErrors errors, string field, string value, params IReadOnlyList<string> choices)
    {
        if (!choices.Contains(value)) errors.Add(field, "must be one of " + string.Join(", ", choices));
    }

    /// <summary>A whole number in a range.</summary>
    public static void Range(this FieldErrors errors, string field, int value, int least, int most)
    {
        if (value < least || value > most) errors.Add(field, $"must be {least} to {most}");
    }

    /// <summary>A price or quantity: not negative, at most 10 digits after the point and 12 before it.</summary>
    public static void Number(this FieldErrors errors, string field, decimal value)
    {
        if (value < 0) errors.Add(field, "must not be negative");
        else if (value > NumberMax) errors.Add(field, "must have at most 12 digits before the point");
        if (Rounding.PlacesOf(value) > PlacesMax) errors.Add(field, $"must have at most {PlacesMax} digits after the point");
    }
}
