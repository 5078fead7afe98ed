// ISO 7064 modulo 97, as bank accounts and creditor references use it.
namespace OrleansBilling.Billing.Money;

/// <summary>Letters count as 10 to 35, each as two digits.</summary>
public static class CheckDigits
{
    /// <summary>The remainder of a text of digits and capital letters.</summary>
    public static int Remainder(ReadOnlySpan<char> text)
    {
        var remainder = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c)) remainder = (remainder * 10 + (c - '0')) % 97;
            else if (char.IsAsciiLetterUpper(c)) remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
            else throw new ArgumentException("Only digits and capital letters have check digits.", nameof(text));
        }
        return remainder;
    }
}
