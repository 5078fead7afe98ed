// ISO 13616: bank account numbers that carry their own check digits.
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Parties;

/// <summary>IBAN.</summary>
public static class BankAccounts
{
    /// <summary>Country, check digits, 11 to 30 letters or digits; remainder 1 modulo 97. No blanks, capitals only.</summary>
    public static bool IsIban(string text)
    {
        if (text.Length is < 15 or > 34) return false;
        if (!char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1]) || !char.IsAsciiDigit(text[2]) || !char.IsAsciiDigit(text[3])) return false;
        return text.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)) && CheckDigits.Remainder(text[4..] + text[..4]) == 1;
    }
}
