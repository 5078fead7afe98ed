// Whether wallets would pay for usage that may happen: each of them, and each that it lies in.
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Wallets;
using OrleansBilling.GrainInterfaces.Usage;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Enquiries;

/// <summary>
/// By exact balances, in which what others have drawn and not spent is available, as it is when a wallet recalls it. Nothing is drawn; another may spend it
/// before the usage comes.
/// </summary>
public sealed class FundsCheck(IDefinitionStore store, ExactBalance exact)
{
    /// <summary>The first that has too little, from the first leg's wallet upwards; null: all have enough.</summary>
    public async Task<(UsageOutcome Outcome, string Level)?> Refusal(IReadOnlyList<EnquiryFund> funds, CancellationToken cancel)
    {
        foreach (var fund in funds)
        {
            var upstream = fund.IsUpstream;
            string? id = fund.Wallet;
            for (var depth = 0; depth < WalletRules.DepthMax && id is not null; depth++, upstream = true)
            {
                if (await store.Get(DefinitionKinds.Wallet, id, cancel) is not { } stored)
                    break;
                var wallet = Billing.Json.Definitions.Stored<Wallet>(stored.Body);
                if (!await Covers(id, fund.Required, cancel))
                    return (upstream ? UsageOutcome.UpstreamCredit : UsageOutcome.InsufficientFunds, await LevelOf(wallet.Owner, cancel));
                id = wallet.Parent;
            }
        }

        return null;
    }

    // A daily plan admits while less than its limit is spent, so the last event may cross it (domain 0.3, rule 28).
    private async Task<bool> Covers(string wallet, decimal required, CancellationToken cancel) =>
        await exact.Of(wallet, cancel) is { } balance && balance.Available >= required && (balance.Daily is not { } daily || daily.Spent < daily.Limit);

    private async Task<string> LevelOf(string owner, CancellationToken cancel) =>
        await store.Get(DefinitionKinds.Partner, owner, cancel) is null ? $"{DefinitionKinds.Customer}:{owner}" : $"{DefinitionKinds.Partner}:{owner}";
}
