// Tax rates by country, as the store has them; and which of them an agreement's lines bear.
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.Grains.Definitions;

/// <summary>Does the reading that <see cref="TaxDecider"/> must not do. By the parties as they are now, like what is printed of them.</summary>
public sealed class TaxBook(Catalogue catalogue, IDefinitionStore store)
{
    /// <summary>What an agreement without tax terms goes by; null: it has some, or issues nothing.</summary>
    public async Task<TaxSchedule?> Of(Agreement agreement, object seller, object buyer, CancellationToken cancel)
    {
        if (agreement.Tax is not null || agreement.Documents == "none")
            return null;
        var country = CountryOf(seller)!;
        return new TaxSchedule(TreatmentOf(seller, buyer), country, await Rates(country, cancel));
    }

    /// <summary>What is wrong with an agreement that does not say its tax; nothing: rates and parties say it.</summary>
    public async Task<FieldErrors> Faults(Agreement agreement, KnownDefinitions known, CancellationToken cancel)
    {
        if (agreement.Tax is not null || agreement.Documents == "none"
            || known.FindAny([DefinitionKinds.Seller, DefinitionKinds.Partner], agreement.Seller) is not { } seller
            || known.FindAny([DefinitionKinds.Partner, DefinitionKinds.Customer], agreement.Buyer) is not { } buyer)
            return new FieldErrors();
        var (country, treatment) = (CountryOf(seller)!, TreatmentOf(seller, buyer));
        if (treatment == TaxTreatment.AsAgreed)
            return FieldErrors.Of("tax", $"is required: {country} and {CountryOf(buyer)} are not both in the European Union");
        return treatment == TaxTreatment.Standard && (await Rates(country, cancel)).Count == 0
            ? FieldErrors.Of("tax", $"is required: no standard rate of {country} is known (PUT /v1/tax_rates/{country}/{{date}})")
            : new FieldErrors();
    }

    private ValueTask<IReadOnlyList<DatedTaxRate>> Rates(string country, CancellationToken cancel) =>
        catalogue.Derived<IReadOnlyList<DatedTaxRate>>($"tax|{country}", async () =>
        {
            var rates = new List<DatedTaxRate>();
            for (string? after = null; ;)
            {
                var page = await store.List(DefinitionKinds.TaxRate, country, after, Limits.PageMax, cancel);
                rates.AddRange(page.Select(stored => new DatedTaxRate(LocalDatePattern.Iso.Parse(stored.Id[(stored.Id.LastIndexOf('/') + 1)..]).Value,
                    Billing.Json.Definitions.Stored<TaxRate>(stored.Body).Rate)));
                if (page.Count < Limits.PageMax)
                    return rates;
                after = page[^1].Id;
            }
        });

    private static TaxTreatment TreatmentOf(object seller, object buyer) => TaxDecider.Of(CountryOf(seller)!, CountryOf(buyer), buyer switch
    {
        Partner partner => partner.VatId,
        Customer customer => customer.VatId,
        _ => null,
    });

    private static string? CountryOf(object party) => party switch
    {
        Seller seller => seller.Country,
        Partner partner => partner.Country,
        Customer customer => customer.Country,
        _ => null,
    };
}
