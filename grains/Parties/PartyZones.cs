// In which zone the days of a party begin when no dunning case says so.
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Grains.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Parties;

/// <summary>That of the first agreement on which it buys (domain 0.3, rule 6).</summary>
public sealed class PartyZones(IDefinitionStore store, Catalogue catalogue)
{
    /// <summary>The zone; UTC for a party that buys nothing.</summary>
    public async Task<DateTimeZone> Of(string party, CancellationToken cancel)
    {
        foreach (var stored in await store.AgreementsBoughtBy(party, cancel))
        {
            var calendar = Billing.Json.Definitions.Stored<Agreement>(stored.Body).Calendar;
            if (await catalogue.Find<Calendar>(DefinitionKinds.Calendar, calendar, cancel) is { } found)
                return DateTimeZoneProviders.Tzdb[found.TimeZone];
        }

        return DateTimeZone.Utc;
    }
}
