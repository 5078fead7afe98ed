// Exchange rates of a pair of currencies, as the store has them.
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Money;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that <see cref="FxConversion"/> must not do.</summary>
public sealed class FxBook(Catalogue catalogue, IDefinitionStore store)
{
    /// <summary>All rates of a pair, by their first day.</summary>
    public ValueTask<IReadOnlyList<DatedFxRate>> Rates(string from, string to, CancellationToken cancel) =>
        catalogue.Derived<IReadOnlyList<DatedFxRate>>($"fx|{from}|{to}", async () =>
        {
            var rates = new List<DatedFxRate>();
            for (string? after = null; ;)
            {
                var page = await store.List(DefinitionKinds.FxRate, $"{from}/{to}", after, Limits.PageMax, cancel);
                rates.AddRange(page.Select(stored => new DatedFxRate(LocalDatePattern.Iso.Parse(stored.Id[(stored.Id.LastIndexOf('/') + 1)..]).Value,
                    Billing.Json.Definitions.Stored<FxRate>(stored.Body).Rate)));
                if (page.Count < Limits.PageMax)
                    return rates;
                after = page[^1].Id;
            }
        });
}
