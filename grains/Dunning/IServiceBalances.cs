// Where dunning learns what a debtor may still buy on account.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Dunning;

namespace OrleansBilling.Grains.Dunning;

/// <summary>
/// The host's part, since the API reads balances. Read by previews, so it costs as much as one: only policies that name a balance ask for it.
/// </summary>
public interface IServiceBalances
{
    /// <summary>The balance of an account as of now; null: it is not known, as its preview is too long or in an archive.</summary>
    Task<ServiceFigures?> Of(AccountKey account, CancellationToken cancel);
}
