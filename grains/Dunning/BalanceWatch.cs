// Has dunning look at a service balance on the next full hour after something has changed that counts against it.
using System.Collections.Concurrent;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Dunning;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Dunning;

/// <summary>
/// One per process. An account that is watched gets a row of due work per hour in which something was used, and none in an hour of rest; accounts that no
/// policy watches cost nothing.
/// </summary>
public sealed class BalanceWatch(IDueWorkStore due, IDefinitionStore store, Catalogue catalogue, BillingClock clock)
{
    // Whose row stands, and until when: it is not written a second time.
    private readonly ConcurrentDictionary<string, Instant> standing = new(StringComparer.Ordinal);

    /// <summary>The account between a seller and a buyer if a policy goes by its balance; one or none.</summary>
    public async ValueTask<IReadOnlyList<string>> Of(string seller, string buyer, string currency, CancellationToken cancel)
    {
        var policies = await catalogue.Derived<IReadOnlySet<string>>("balance-policies", () => Policies(cancel));
        if (policies.Count == 0)
            return [];
        var account = new AccountKey(seller, buyer, currency);
        return await catalogue.Derived<IReadOnlyList<string>>($"watched|{account.Id}", () => Watched(policies, account, cancel));
    }

    /// <summary>Something was used, bought or corrected, and is durable.</summary>
    public async ValueTask Changed(IReadOnlyList<string> accounts)
    {
        foreach (var account in accounts)
        {
            var at = NextLook(clock.Now);
            if (standing.TryGetValue(account, out var known) && known == at)
                continue;
            // A kind for each hour: the row of the next one must not take the place of this one's, which may be late.
            var kind = $"{DunningDueKinds.Used}/{at.ToUnixTimeTicks() / Limits.DunningBalanceLook.Ticks}";
            await due.SetDue(new DueWork(at, Identifiers.Dunning(account), kind), CancellationToken.None);
            if (standing.Count >= Limits.WatchedAccountsKept)
                standing.Clear();
            standing[account] = at;
        }
    }

    private static Instant NextLook(Instant now)
    {
        var look = Limits.DunningBalanceLook.Ticks;
        return Instant.FromUnixTimeTicks((now.ToUnixTimeTicks() / look * look) + look);
    }

    private async Task<IReadOnlyList<string>> Watched(IReadOnlySet<string> policies, AccountKey account, CancellationToken cancel) =>
        (await store.AgreementsBoughtBy(account.Buyer, cancel)).Select(stored => Billing.Json.Definitions.Stored<Agreement>(stored.Body))
            .Any(agreement => agreement.Seller == account.Seller && agreement.DunningPolicy is { } policy && policies.Contains(policy)) ? [account.Id] : [];

    private async Task<IReadOnlySet<string>> Policies(CancellationToken cancel)
    {
        var found = new HashSet<string>();
        for (string? after = null; ;)
        {
            var page = await store.List(DefinitionKinds.DunningPolicy, null, after, Limits.PageMax, cancel);
            found.UnionWith(page.Where(stored => BalanceSteps.Any(Billing.Json.Definitions.Stored<DunningPolicy>(stored.Body))).Select(stored => stored.Id));
            if (page.Count < Limits.PageMax)
                return found;
            after = page[^1].Id;
        }
    }
}
