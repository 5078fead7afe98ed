// Customers whose wallets are always nearly empty, each shared by a few subscriptions; numbered after the population's.
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.SetUp;

sealed record HotWallets(int First, Tariff Tariff)
{
    public const int Customers = 20;
    public const int Subscriptions = 100;
    const int CreditLimit = 5;

    public async Task Create(LoadTarget target, CancellationToken cancel)
    {
        using var connection = await RawConnection.Open(target.Port, cancel);
        var now = TimeProvider.System.GetUtcNow();
        for (var customer = 0; customer < Customers; customer++)
            await Population.PutCustomer(connection, target.Key, Customer(customer), Population.Partner(0), CreditLimit, cancel);
        for (var one = 0; one < Subscriptions; one++)
            await Population.PutSubscription(connection, target.Key, First + one, Population.Partner(0), Customer(one % Customers), prepaid: true, now,
                Tariff with { Ordinary = First }, cancel);
    }

    /// <summary>The wallet that pays for a subscription.</summary>
    public string WalletOf(int subscription) => Prices.WalletPrefix + Customer((subscription - First) % Customers);

    static string Customer(int number) => $"c-hot-{number:00}";
}
