// Decimals travel as strings, digit for digit: a JSON number would pass through somebody's binary floating point.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansBilling.Billing.Json;

/// <summary><c>"0.0450"</c>: no exponent, no plus sign, no blanks; trailing zeros are kept.</summary>
public sealed class DecimalAsString : JsonConverter<decimal>
{
    private const string Expected = "must be a decimal in a string, like \"0.0450\"";

    /// <inheritdoc/>
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException(Expected);
        return TryParse(reader.GetString()!, out var value, out var fault) ? value : throw new JsonException(fault);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Exact, or not at all.</summary>
    public static bool TryParse(string text, out decimal value, out string fault)
    {
        value = 0;
        fault = Expected;
        if (!IsPlain(text)) return false;
        fault = "must have at most 28 significant digits";
        // decimal.Parse rounds silently what it cannot hold, so what it read must print as what was sent.
        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)) return false;
        return value.ToString(CultureInfo.InvariantCulture).TrimStart('-') == Canonical(text);
    }

    private static bool IsPlain(string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        var point = digits.IndexOf('.');
        if (point < 0) return AllDigits(digits);
        return AllDigits(digits[..point]) && AllDigits(digits[(point + 1)..]);
    }

    private static bool AllDigits(ReadOnlySpan<char> text) => text.Length > 0 && text.IndexOfAnyExceptInRange('0', '9') < 0;

    private static string Canonical(string text)
    {
        var digits = text.TrimStart('-').TrimStart('0');
        return digits.Length == 0 || digits[0] == '.' ? "0" + digits : digits;
    }
}
