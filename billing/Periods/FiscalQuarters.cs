// Fiscal quarters, for which buyers withhold tax (domain 1.4).
namespace OrleansBilling.Billing.Periods;

/// <summary>Written like <c>2025-Q2</c>. Which months a quarter has is the buyer's affair.</summary>
public static class FiscalQuarters
{
    /// <summary>What is to be written, for messages.</summary>
    public const string Example = "must be a quarter, like \"2025-Q2\"";

    /// <summary>Whether a text is one.</summary>
    public static bool IsQuarter(string text) => text.Length == "2025-Q2".Length && text.AsSpan(0, 4).IndexOfAnyExceptInRange('0', '9') < 0
        && text.AsSpan(4, 2) is "-Q" && text[6] is >= '1' and <= '4';
}
