// Exact amounts and quantities as text: every digit that counts, none that does not.
using System.Globalization;
using System.Text.Json;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Stores differ in the zeros that they keep behind a decimal; answers do not.</summary>
public static class AmountText
{
    /// <summary>Without trailing zeros: 12340, 0.045.</summary>
    public static string Exact(decimal value) => value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>At least the currency's digits, and all others that count: 555.30, 4.4982.</summary>
    public static string Exact(decimal value, string currency)
    {
        var text = Exact(value);
        var point = text.IndexOf('.');
        var missing = Currencies.ExponentOf(currency) - (point < 0 ? 0 : text.Length - point - 1);
        return missing <= 0 ? text : text + (point < 0 ? "." : "") + new string('0', missing);
    }

    /// <summary>Writes money; the amount is text already.</summary>
    public static void WriteMoney(this Utf8JsonWriter writer, string name, string amount, string currency)
    {
        writer.WriteStartObject(name);
        writer.WriteString("amount", amount);
        writer.WriteString("currency", currency);
        writer.WriteEndObject();
    }
}
