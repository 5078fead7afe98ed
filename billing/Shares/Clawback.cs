// What each party gives back when a customer is refunded: by the shares as posted, the last refund takes the remainder (domain 0.3, rule 22).
using OrleansBilling.Billing.Money;

namespace OrleansBilling.Billing.Shares;

/// <summary>Nobody gives back more than it got; when all is refunded, everybody has given back all of it.</summary>
public static class Clawback
{
    /// <summary>The parts of a refund.</summary>
    /// <param name="posted">What each party got.</param>
    /// <param name="taken">What was taken back before, by party.</param>
    /// <param name="refund">Net, above 0; no more than is left of what was posted.</param>
    /// <param name="currency">ISO 4217.</param>
    public static IReadOnlyList<Share> Of(IReadOnlyList<Share> posted, IReadOnlyDictionary<string, decimal> taken, decimal refund, string currency)
    {
        var left = posted.Select(share => share.Amount - taken.GetValueOrDefault(share.Party)).ToArray();
        if (refund < 0 || refund > left.Sum()) throw new ArgumentOutOfRangeException(nameof(refund), refund, "More is refunded than was shared.");
        var parts = refund == left.Sum() ? left : Parts([.. posted.Select(share => share.Amount)], left, refund, Currencies.ExponentOf(currency));
        return [.. posted.Select((share, i) => new Share(share.Party, parts[i])).Where(share => share.Amount != 0)];
    }

    private static decimal[] Parts(decimal[] posted, decimal[] left, decimal refund, int exponent)
    {
        // A seller that gave a discount has a part below zero; it has nothing to give back until the end.
        var parts = Split.ByWeight(refund, [.. posted.Select((amount, i) => left[i] > 0 ? decimal.Max(0, amount) : 0)], exponent);
        if (!parts.Where((part, i) => part > left[i]).Any()) return parts;
        // Cents of many small refunds may have used up a small part: then what is left decides, which never asks for more than that.
        return Split.ByWeight(refund, [.. left.Select(amount => decimal.Max(0, amount))], exponent);
    }
}
