// ISO 11649: the reference a payer quotes, with check digits that catch a mistyped one.
using System.Globalization;
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Documents;

/// <summary><c>RF</c>, two check digits, 1 to 21 letters or digits.</summary>
public static class CreditorReference
{
    private const int ReferenceMax = 21;

    /// <summary>
    /// Of a document: the digits of its number, as many as fit from the end, where year and running number stand. A statement's begins with S and
    /// a payout's with P, because their numbers have the digits of an invoice.
    /// </summary>
    public static string OfDocument(string number, string kind)
    {
        var digits = string.Concat(number.Where(char.IsAsciiDigit));
        var marker = kind switch { "statement" => "S", "payout" => "P", _ => "" };
        var kept = digits.Length > ReferenceMax - marker.Length ? digits[^(ReferenceMax - marker.Length)..] : digits;
        return Of(marker + kept);
    }

    /// <summary>Check digits = 98 − (reference + RF00) mod 97.</summary>
    public static string Of(string reference)
    {
        if (!IsReference(reference)) throw new ArgumentException("A reference has 1 to 21 digits or capital letters.", nameof(reference));
        var digits = 98 - CheckDigits.Remainder(reference + "RF00");
        return string.Create(CultureInfo.InvariantCulture, $"RF{digits:00}{reference}");
    }

    /// <summary>Whether the check digits hold.</summary>
    public static bool IsValid(string text) =>
        text.Length > 4 && text.StartsWith("RF", StringComparison.Ordinal) && char.IsAsciiDigit(text[2]) && char.IsAsciiDigit(text[3])
        && IsReference(text[4..]) && CheckDigits.Remainder(text[4..] + text[..4]) == 1;

    /// <summary>In fours, as printed.</summary>
    public static string Printed(string reference) => string.Join(' ', reference.Chunk(4).Select(four => new string(four)));

    private static bool IsReference(string text) =>
        text.Length is >= 1 and <= ReferenceMax && text.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));
}
