// What dunning must know of balances, from the API that reads them.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.Grains.Dunning;

namespace OrleansBilling.Silo;

/// <summary>Neither side knows the other.</summary>
internal sealed class ServiceBalances(ServiceBalance balances) : IServiceBalances
{
    /// <inheritdoc/>
    public Task<ServiceFigures?> Of(AccountKey account, CancellationToken cancel) => balances.Of(account, cancel);
}
