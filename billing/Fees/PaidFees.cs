// Fees in advance that a subscription has paid from its purses.
using NodaTime;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Fees;

/// <summary>One fee and what was paid for it so far.</summary>
/// <param name="Agreement">Of the leg.</param>
/// <param name="Charge">The charge.</param>
/// <param name="From">First day that it pays for.</param>
/// <param name="To">Last day that it pays for (inclusive).</param>
/// <param name="Purse">The purse, by number.</param>
/// <param name="Amount">Paid and not given back.</param>
/// <param name="AtMicros">When it was paid first, µs.</param>
public sealed record PaidFee(string Agreement, string Charge, LocalDate From, LocalDate To, int Purse, decimal Amount, long AtMicros);

/// <summary>Changed only by fee frames. Fees that are long over are forgotten.</summary>
public sealed class PaidFees
{
    private readonly List<PaidFee> all = [];

    /// <summary>In the order in which they were paid.</summary>
    public IReadOnlyList<PaidFee> All => all;

    /// <summary>Those of a leg, as fees go by them.</summary>
    public IReadOnlyList<CoveredFee> On(string agreement) =>
        [.. all.Where(fee => fee.Agreement == agreement).Select(fee => new CoveredFee(fee.Charge, fee.From, Micros.Instant(fee.AtMicros)))];

    /// <summary>More, or below 0 less, was paid for a fee.</summary>
    internal void Pay(PaidFee paid)
    {
        var at = all.FindIndex(fee => (fee.Agreement, fee.Charge, fee.From) == (paid.Agreement, paid.Charge, paid.From));
        if (at >= 0)
            all[at] = all[at] with { Amount = all[at].Amount + paid.Amount, To = paid.To };
        else
            all.Add(paid);
        all.RemoveAll(fee => fee.To < paid.To.PlusDays(-Limits.PaidFeeDays));
    }

    internal void Write(ref PackedWriter writer)
    {
        writer.Count(all.Count);
        foreach (var fee in all)
            FeeFrame.Write(ref writer, fee);
    }

    internal void Read(ref PackedReader reader)
    {
        for (var left = reader.Count(); left > 0; left--)
            all.Add(FeeFrame.ReadFee(ref reader));
    }
}
