// The prices of the set-up by country, once: the plans are made from them and the checker computes with them.
namespace OrleansBilling.LoadTests.SetUp;

static class Prices
{
    public static readonly string[] Countries = ["FI", "EE"];
    public static readonly decimal[] Wholesale = [0.0450m, 0.0525m];
    public static readonly decimal[] Retail = [0.0600m, 0.0700m];
    /// <summary>Added to the retail price by a <see cref="Tariff"/> that is rich; 0: nothing is.</summary>
    public static readonly decimal[] Surcharge = [0, 0.0100m];
    public const string WholesalePrefix = "w-";
    public const string WalletPrefix = "wallet-";
    public const string RetailPrefix = "r-";
}
