// What the checker knows of one subscription's stream: versions, running totals as the journal implies them, and its digest.
using OrleansBilling.LoadTests.Client;
using OrleansBilling.LoadTests.SetUp;

namespace OrleansBilling.LoadTests.Checking;

struct CellTotal
{
    public bool Retail;
    public bool Surcharge;
    public int Purse;
    public long Count;
    public decimal Quantity;
    public decimal Amount;
}

/// <summary>Totals that the database claims for a version of a stream (a snapshot).</summary>
sealed record ClaimedTotals(long Version, (int Number, long Count, decimal Quantity, decimal Amount)[] Cells);

sealed class StreamAudit(int subscription) : IJournalRowVisitor
{
    readonly List<CellTotal> cells = [];
    // In the place of a purse: packages pay.
    const int Packages = int.MaxValue;
    readonly List<(string Wallet, decimal Left)> purses = [];
    readonly List<decimal> grants = [];
    public UsageDigest Digest;

    public int Subscription => subscription;
    public long Version { get; private set; }

    /// <summary>The snapshot that is compared when the journal reaches its version.</summary>
    public ClaimedTotals? Claim { get; set; }

    /// <summary>Adds the next row; anything that cannot be is thrown.</summary>
    public void Row(long stream, long version, ReadOnlySpan<byte> payload)
    {
        if (version != Version + 1)
            throw new JournalFormatException($"Version {version} follows {Version}.");
        JournalRow.Visit(stream, version, payload, this);
        Version = version;
        if (Claim?.Version == version)
            CompareClaim(Claim);
    }

    public void Cell(int number, string agreement, bool surcharge, int purse)
    {
        if (number != cells.Count)
            throw new JournalFormatException($"Running total {number} is defined after {cells.Count} others.");
        cells.Add(new CellTotal { Retail = agreement.StartsWith(Prices.RetailPrefix, StringComparison.Ordinal), Surcharge = surcharge, Purse = purse });
    }

    public void Received(string wallet, decimal amount)
    {
        var purse = purses.FindIndex(purse => purse.Wallet == wallet);
        if (purse < 0)
            purses.Add((wallet, amount));
        else
            purses[purse] = (wallet, purses[purse].Left + amount);
    }

    public void Returned(int purse, decimal amount) => Take(purse, amount);

    public void Paid(int purse, decimal fee) => Take(purse, fee);

    public void Event(in JournaledEvent one)
    {
        if (!EventTemplate.TryReadId(one.Id, out var high, out var low) || one.TimeMicros % 1000 != 0 || one.Quantity is < 0 or > 255)
            throw new JournalFormatException("An event was not sent by this client.");
        var country = one.Country.SequenceEqual("FI"u8) ? 0 : 1;
        Digest.Count++;
        Digest.HashSum = unchecked(Digest.HashSum + UsageDigest.Hash(high, low, one.TimeMicros / 1000, subscription, (int)one.Quantity, country));
        Digest.Quantity += one.Quantity;
    }

    public void Granted(int number, decimal quantity, decimal price, int cell, string agreement, int purse)
    {
        if (number != grants.Count + 1)
            throw new JournalFormatException($"Grant {number} follows {grants.Count} others.");
        grants.Add(quantity);
        if (price == 0)
            return;
        if (cell == cells.Count)
            Cell(cell, agreement, surcharge: false, purse);
        Count(cell, 1, price, further: false);
    }

    public void Amount(int cell, decimal quantity, decimal amount, int grant, bool further)
    {
        ref var total = ref Count(cell, quantity, amount, further);
        if ((total.Purse == Packages) != (grant != 0) || (grant != 0 && amount != 0))
            throw new JournalFormatException($"Running total {cell} is paid by grant {grant}, at {amount}.");
        if (grant != 0)
            Use(grant, quantity);
        if (total.Retail)
            Digest.Retail += amount;
        else
            Digest.Wholesale += amount;
    }

    ref CellTotal Count(int cell, decimal quantity, decimal amount, bool further)
    {
        if (cell >= cells.Count)
            throw new JournalFormatException($"Running total {cell} is used before it is defined.");
        ref var total = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(cells)[cell];
        total.Count += further && !total.Surcharge ? 0 : 1;
        total.Quantity += quantity;
        total.Amount += amount;
        if (total.Purse is not (0 or Packages))
            Take(total.Purse, amount);
        return ref total;
    }

    // No package gives more than was granted.
    void Use(int grant, decimal quantity)
    {
        if (grant > grants.Count || grants[grant - 1] < quantity)
            throw new JournalFormatException($"{quantity} units are taken from what is left of grant {grant}.");
        grants[grant - 1] -= quantity;
    }

    // No purse is ever below zero: nothing is spent that no wallet has handed out.
    void Take(int purse, decimal amount)
    {
        if (purse > purses.Count)
            throw new JournalFormatException($"Purse {purse} is used before it is opened.");
        var (wallet, left) = purses[purse - 1];
        if (left < amount)
            throw new JournalFormatException($"{amount} is taken from what is left of wallet {wallet}: {left}.");
        purses[purse - 1] = (wallet, left - amount);
    }

    void CompareClaim(ClaimedTotals claim)
    {
        foreach (var (number, count, quantity, amount) in claim.Cells)
        {
            var total = number < cells.Count ? cells[number] : default;
            if (total.Count != count || total.Quantity != quantity || total.Amount != amount)
                throw new JournalFormatException($"The stored total {number} at version {claim.Version} is not the sum of the journal.");
        }
    }
}
