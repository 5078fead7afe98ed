// Prepayments of an account and how much of each is earned.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Changes by facts alone. A fact that does not fit throws: the account is then not to be used.</summary>
public sealed class DeferredBook(string currency)
{
    private readonly Dictionary<string, (PrepaymentSold Sold, int Released)> sold = new(StringComparer.Ordinal);

    /// <summary>Invoiced and not yet earned.</summary>
    public decimal Deferred { get; private set; }

    /// <summary>When the next part of any is earned; null: all is.</summary>
    public Instant? NextAt => Waiting().Select(one => (Instant?)one.Sold.ReleasedAt[one.Released]).Min();

    /// <summary>What has been earned by an instant and was not yet released.</summary>
    public IEnumerable<RevenueReleased> Due(Instant now)
    {
        foreach (var (prepayment, released) in Waiting().OrderBy(one => one.Sold.Id, StringComparer.Ordinal))
        {
            for (var number = released; number < prepayment.ReleasedAt.Length && prepayment.ReleasedAt[number] <= now; number++)
                yield return new RevenueReleased { Prepayment = prepayment.Id, Number = number, Amount = prepayment.PartOf(number, currency) };
        }
    }

    /// <summary>Takes one up.</summary>
    public void Apply(PrepaymentSold prepayment)
    {
        sold.Add(prepayment.Id, (prepayment, 0));
        Deferred += prepayment.Amount;
    }

    /// <summary>Releases the next part.</summary>
    public void Apply(RevenueReleased part)
    {
        var (prepayment, released) = sold[part.Prepayment];
        if (part.Number != released || part.Amount != prepayment.PartOf(released, currency))
            throw new InvalidOperationException($"Part {part.Number + 1} over {part.Amount} of prepayment {part.Prepayment} does not follow {released} parts.");
        sold[part.Prepayment] = (prepayment, released + 1);
        Deferred -= part.Amount;
    }

    private IEnumerable<(PrepaymentSold Sold, int Released)> Waiting() => sold.Values.Where(one => one.Released < one.Sold.ReleasedAt.Length);
}
