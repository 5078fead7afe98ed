// Which agreements of an account are dunned, and by what.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Money;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Dunning;

namespace OrleansBilling.Grains.Dunning;

/// <summary>Does the reading that deciding must not do.</summary>
public sealed class DunnedAgreements(IDefinitionStore store, IDunningStore cases, Catalogue catalogue)
{
    /// <summary>Those that name a policy, and those with a case: a policy that was taken away must end what it had begun.</summary>
    public async Task<IReadOnlyList<string>> Of(AccountKey account, CancellationToken cancel)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var stored in await store.AgreementsBoughtBy(account.Buyer, cancel))
        {
            var agreement = Billing.Json.Definitions.Stored<Agreement>(stored.Body);
            if (agreement.Seller == account.Seller && (agreement.DunningPolicy is not null || await cases.Get(stored.Id, cancel) is not null))
                found.Add(stored.Id);
        }

        return [.. found];
    }

    /// <summary>By what the case of an agreement goes now.</summary>
    public async Task<DunningTerms> Terms(string id, string currency, CancellationToken cancel)
    {
        var agreement = await catalogue.Find<Agreement>(DefinitionKinds.Agreement, id, cancel)
            ?? throw new InvalidOperationException($"The store has no agreement \"{id}\", but dunning goes by it.");
        var calendar = await catalogue.Find<Calendar>(DefinitionKinds.Calendar, agreement.Calendar, cancel)
            ?? throw new InvalidOperationException($"The store has no calendar \"{agreement.Calendar}\", but agreement \"{id}\" names it.");
        var policy = agreement.DunningPolicy is { } name ? await catalogue.Find<DunningPolicy>(DefinitionKinds.DunningPolicy, name, cancel) : null;
        return new DunningTerms(policy, agreement.LateInterest, DateTimeZoneProviders.Tzdb[calendar.TimeZone], currency,
            RoundingModes.Parse(agreement.Rounding));
    }
}
