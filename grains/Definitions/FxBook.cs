// Exchange rates of a pair, as the store has them.
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Money;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that <see cref="FxConversion"/> must not do.</summary>
public sealed class FxBook(Catalogue catalogue, IDefinitionStore store)
{
    /// <summary>An amount in another currency at the stored rate of the invoicing date; null: no rate is known for it.</summary>
    public async Task<Converted?> Convert(decimal amount, string from, string to, LocalDate invoicingDate, RoundingMode mode, CancellationToken cancel) =>
        FxConversion.Convert(amount, from, to, from == to ? [] : await Rates(from, to, cancel), invoicingDate, mode);

    /// <summary>The rates of a pair, in order of time.</summary>
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
