// VAT identifiers: their shape, not whether anybody holds them.
namespace OrleansBilling.Billing.Parties;

/// <summary>VAT ids.</summary>
public static class TaxIdentifiers
{
    /// <summary>Two capitals (EL for Greece, XI for Northern Ireland) and 2 to 13 capitals or digits.</summary>
    public static bool IsVatIdShape(string text) =>
        text.Length is >= 4 and <= 15 && char.IsAsciiLetterUpper(text[0]) && char.IsAsciiLetterUpper(text[1])
        && text.AsSpan(2).IndexOfAnyExcept(LettersAndDigits) < 0;

    private static readonly System.Buffers.SearchValues<char> LettersAndDigits = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
}
