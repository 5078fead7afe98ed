// What the subscriptions of a set-up buy beside usage at a price: the set-up sells it, and the checker computes with it.
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.SetUp;

/// <summary>Plain: usage and nothing else.</summary>
sealed record Tariff
{
    public static readonly Tariff Plain = new();
    const int PackageEvery = 5;

    /// <summary>
    /// Also: a surcharge on one country, a fee in advance, which the wallet pays where there is one, a coupon for every customer, and for every fifth
    /// subscription a package larger than what it will use. A smaller one would make an amount depend on the order in which requests arrive.
    /// </summary>
    public bool IsRich { get; init; }

    /// <summary>Subscriptions from this number on have wallets near their limit, and neither packages nor fees that those would pay.</summary>
    public int Ordinary { get; init; } = int.MaxValue;

    public bool HasPackage(int subscription) => IsRich && subscription < Ordinary && subscription % PackageEvery == 0;

    public bool PaysFees(int subscription) => IsRich && subscription < Ordinary;

    /// <summary>What the customer owes for an event.</summary>
    public decimal Retail(in SentEvent one) => one.Quantity
        * ((HasPackage(one.Subscription) ? 0 : Prices.Retail[one.Country]) + (IsRich ? Prices.Surcharge[one.Country] : 0));

    /// <summary>
    /// Lines that a month has for a subscription that has used every country once, but for the fees that the set-up was asked for: usage on both legs;
    /// surcharges, the fee, the discount, and the price of a package.
    /// </summary>
    public int LinesOf(int subscription) => (2 * Prices.Countries.Length)
        + (IsRich ? Prices.Surcharge.Count(price => price > 0) + 2 : 0) + (HasPackage(subscription) ? 1 : 0);
}
