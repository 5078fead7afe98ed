// A wallet as its owner's operator defines it.
using NodaTime;

namespace OrleansBilling.Billing.Wallets;

/// <summary>Money or units of a party. What was paid in and handed out stands in its journal, not here.</summary>
public sealed record Wallet
{
    /// <summary>Whose it is: a partner or a customer.</summary>
    public required string Owner { get; init; }
    /// <summary>ISO 4217 of a money wallet; null: it holds units.</summary>
    public string? Currency { get; init; }
    /// <summary>What one is in a wallet of units, e.g. message; null: it holds money.</summary>
    public string? Unit { get; init; }
    /// <summary>How far below zero it may go, at least 0.</summary>
    public decimal CreditLimit { get; init; }
    /// <summary>The slice that is handed out when there is plenty; null: as much as the subscription uses asks for.</summary>
    public decimal? SliceMax { get; init; }
    /// <summary>The wallet in whose limit this one lies; null: none.</summary>
    public string? Parent { get; init; }
    /// <summary>
    /// In whose books its money stands; null: of the one that sells to its owner. A wallet of units, or one that lies in another wallet, is in no books.
    /// </summary>
    public string? Seller { get; init; }
    /// <summary>Products that its money is for, at most 20; null: whatever its owner buys.</summary>
    public string[]? Products { get; init; }
    /// <summary>Another limit for a while.</summary>
    public TemporaryLimit? TemporaryLimit { get; init; }
    /// <summary>Money per local day: what is spent today must be below it for the next event; null: no such plan.</summary>
    public decimal? DailyLimit { get; init; }
    /// <summary>
    /// IANA zone whose midnight begins the day of <see cref="DailyLimit"/> and of <see cref="AutoTopUp"/>; null: that of the partner that owns it or
    /// whose customer does, else UTC.
    /// </summary>
    public string? TimeZone { get; init; }
    /// <summary>Amounts below which it tells, ascending, at most 8.</summary>
    public decimal[] LowWater { get; init; } = [];
    /// <summary>Money that it asks for itself; null: it does not. Needs <see cref="Seller"/>, at whose collection port it asks.</summary>
    public AutoTopUp? AutoTopUp { get; init; }
}

/// <summary>A limit that stands instead of the usual one.</summary>
public sealed record TemporaryLimit
{
    /// <summary>The limit meanwhile, at least 0.</summary>
    public required decimal Amount { get; init; }
    /// <summary>When the usual limit is back (exclusive).</summary>
    public required Instant Until { get; init; }
}
