// What one child holds of one wallet: slices received, spent, held, given back. The child's side of the transfer.
namespace OrleansBilling.Billing.Wallets;

/// <summary>
/// Totals since ever, changed only by the facts in the child's journal stream. Nothing here looks at a clock: a slice ends when it is spent or
/// given back (architecture 4).
/// </summary>
public sealed class Purse(string wallet, int number, bool countsUnits)
{
    /// <summary>The wallet.</summary>
    public string Wallet { get; } = wallet;
    /// <summary>How the child's journal names it, from 1; 0 is "not funded".</summary>
    public int Number { get; } = number;
    /// <summary>Whether quantities are taken from it instead of amounts.</summary>
    public bool CountsUnits { get; } = countsUnits;
    /// <summary>Number of the newest slice received.</summary>
    public long Slice { get; private set; }
    /// <summary>Sum of all slices.</summary>
    public decimal Received { get; private set; }
    /// <summary>Given back.</summary>
    public decimal Returned { get; private set; }
    /// <summary>Spent and not refunded.</summary>
    public decimal Spent { get; private set; }
    /// <summary>Reserved by live holds.</summary>
    public decimal Held { get; private set; }
    /// <summary>Spent without cover: late captures and corrections. Counted apart (domain 0.3, 33).</summary>
    public decimal Forced { get; private set; }

    /// <summary>What was spent and came back: corrections of usage. A total like the others, so that the wallet can tell newer from older.</summary>
    public decimal Refunded { get; private set; }

    /// <summary>What can be spent without asking. Never negative: what is spent without cover is <see cref="Forced"/>.</summary>
    public decimal Available => Received + Forced - Returned - Spent - Held;

    /// <summary>A slice arrived; its number must be the next one.</summary>
    public void Receive(long slice, decimal amount)
    {
        if (slice != Slice + 1 || amount <= 0)
            throw new ArgumentException($"Slice {slice} of {amount} does not follow slice {Slice}.", nameof(slice));
        Slice = slice;
        Received += amount;
    }

    /// <summary>Spends what is available.</summary>
    public void Spend(decimal amount) => Spent += Covered(amount);

    /// <summary>What was spent comes back: it can be spent again at once.</summary>
    public void Refund(decimal amount) => (Spent, Refunded) = (Spent - amount, Refunded + amount);

    /// <summary>Spends, or below 0 refunds.</summary>
    public void Take(decimal amount)
    {
        if (amount >= 0)
            Spend(amount);
        else if (-amount <= Spent)
            Refund(-amount);
        else
            throw new InvalidOperationException($"{-amount} of wallet {Wallet} was not spent: {Spent} was.");
    }

    /// <summary>Takes from the wallet by force what is about to be spent without cover.</summary>
    public void Force(decimal uncovered) => Forced += uncovered;

    /// <summary>Gives back.</summary>
    public void Return(decimal amount) => Returned += Covered(amount);

    /// <summary>Reserves.</summary>
    public void Hold(decimal amount) => Held += Covered(amount);

    /// <summary>Frees what was reserved.</summary>
    public void Release(decimal amount)
    {
        if (amount > Held)
            throw new InvalidOperationException($"{amount} is not held: {Held} is.");
        Held -= amount;
    }

    /// <summary>Puts totals back as a snapshot has them.</summary>
    internal void Restore(long slice, decimal received, decimal returned, decimal spent, decimal held, decimal forced, decimal refunded) =>
        (Slice, Received, Returned, Spent, Held, Forced, Refunded) = (slice, received, returned, spent, held, forced, refunded);

    // An invariant, asserted in release builds: it broken means that the stream is parked, not that money is lost without a word.
    private decimal Covered(decimal amount) => amount <= Available ? amount
        : throw new InvalidOperationException($"{amount} is more than what is left of wallet {Wallet}: {Available}.");
}
