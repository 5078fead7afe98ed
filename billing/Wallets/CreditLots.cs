// Which credit pays for what: soonest to expire first, and what comes back goes to where it was taken from.
using OrleansBilling.Billing.Usage;

namespace OrleansBilling.Billing.Wallets;

/// <summary>What is left of one credit. Number 0 is all that never expires.</summary>
internal sealed record CreditLot(long Number, long ExpiresMicros)
{
    public decimal Left { get; set; }
}

/// <summary>
/// Credits with what is left of them, and what was taken from which, newest last. What is taken beyond all credits is the limit's and is repaid by
/// the next credit. Its size follows the number of credits that expire and have not expired yet.
/// </summary>
internal sealed class CreditLots
{
    /// <summary>Names the limit in <see cref="Taken"/>.</summary>
    public const long Limit = -1;

    private readonly List<CreditLot> lots = [new CreditLot(0, long.MaxValue)];
    private readonly List<(long Lot, decimal Amount)> taken = [];

    /// <summary>Credits that may expire, soonest first; last what never expires.</summary>
    public IReadOnlyList<CreditLot> Lots => lots;

    /// <summary>What was taken, oldest first, neighbours of one credit added up.</summary>
    public IReadOnlyList<(long Lot, decimal Amount)> Taken => taken;

    /// <summary>What is left of all credits minus what the limit has paid.</summary>
    public decimal Balance => lots.Sum(lot => lot.Left) - taken.Where(entry => entry.Lot == Limit).Sum(entry => entry.Amount);

    /// <summary>Adds a credit; what the limit has paid is its first use.</summary>
    public void Add(long number, decimal amount, long? expiresMicros)
    {
        var lot = lots[^1];
        if (expiresMicros is { } expires)
        {
            lot = new CreditLot(number, expires);
            lots.Insert(lots.FindIndex(other => other.ExpiresMicros > expires), lot);
        }

        for (var i = 0; i < taken.Count && amount > 0; i++)
        {
            if (taken[i].Lot != Limit) continue;
            var repaid = Math.Min(amount, taken[i].Amount);
            amount -= repaid;
            var rest = taken[i].Amount - repaid;
            taken[i] = (lot.Number, repaid);
            if (rest > 0) taken.Insert(i + 1, (Limit, rest));
        }

        lot.Left += amount;
        Join();
    }

    /// <summary>Takes an amount.</summary>
    public void Take(decimal amount)
    {
        foreach (var lot in lots)
        {
            var part = Math.Min(amount, lot.Left);
            lot.Left -= part;
            amount -= part;
            Push(lot.Number, part);
        }

        Push(Limit, amount);
    }

    /// <summary>Puts back what was taken last; of a credit that has expired meanwhile it never expires again.</summary>
    public void PutBack(decimal amount)
    {
        while (amount > 0 && taken.Count > 0)
        {
            var (number, size) = taken[^1];
            var part = Math.Min(amount, size);
            amount -= part;
            if (part == size) taken.RemoveAt(taken.Count - 1);
            else taken[^1] = (number, size - part);
            if (number != Limit) (lots.Find(lot => lot.Number == number) ?? lots[^1]).Left += part;
        }

        lots[^1].Left += amount;
    }

    /// <summary>Ends a credit and answers what was left of it.</summary>
    public decimal Expire(long number)
    {
        var index = lots.FindIndex(lot => lot.Number == number);
        if (number == 0 || index < 0)
            throw new PackedFormatException($"credit {number} cannot expire");
        var left = lots[index].Left;
        lots.RemoveAt(index);
        for (var i = 0; i < taken.Count; i++)
            if (taken[i].Lot == number) taken[i] = (0, taken[i].Amount);
        Join();
        return left;
    }

    /// <summary>Puts back what a snapshot has.</summary>
    public void Restore(IEnumerable<CreditLot> restored, IEnumerable<(long Lot, decimal Amount)> entries)
    {
        lots.Clear();
        lots.AddRange(restored);
        taken.Clear();
        taken.AddRange(entries);
        for (var i = 0; i < lots.Count; i++)
        {
            var last = i == lots.Count - 1;
            var inOrder = last ? lots[i].ExpiresMicros == long.MaxValue : lots[i].ExpiresMicros <= lots[i + 1].ExpiresMicros;
            if (lots[i].Left < 0 || (lots[i].Number == 0) != last || !inOrder)
                throw new PackedFormatException("credits are out of order");
        }

        if (lots.Count == 0 || taken.Exists(entry => entry.Amount <= 0 || (entry.Lot != Limit && !lots.Exists(lot => lot.Number == entry.Lot))))
            throw new PackedFormatException("what was taken has no credit");
    }

    private void Push(long lot, decimal amount)
    {
        if (amount <= 0) return;
        if (taken.Count > 0 && taken[^1].Lot == lot) taken[^1] = (lot, taken[^1].Amount + amount);
        else taken.Add((lot, amount));
    }

    private void Join()
    {
        for (var i = taken.Count - 1; i > 0; i--)
        {
            if (taken[i].Lot != taken[i - 1].Lot) continue;
            taken[i - 1] = (taken[i].Lot, taken[i - 1].Amount + taken[i].Amount);
            taken.RemoveAt(i);
        }
    }
}
