// Whom a provider may bill, and in whose account its bills stand.
using OrleansBilling.Billing.Periods;
using NodaTime.Text;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Parties;

namespace OrleansBilling.ClientApi.Bills;

/// <summary>The agreement by which a customer is invoiced what providers bill it.</summary>
/// <param name="Account">The customer's account.</param>
/// <param name="Id">Agreement.</param>
/// <param name="Agreement">Its terms.</param>
/// <param name="Zone">Of its calendar.</param>
public sealed record BilledCustomer(AccountKey Account, string Id, Agreement Agreement, DateTimeZone Zone)
{
    /// <summary>A currency that has to be converted; null: it is the account's own.</summary>
    public string? Foreign(string currency) => currency == Account.Currency ? null : currency;

    /// <summary>What becomes of bills before the trial is over.</summary>
    public string TrialPolicy => Agreement.TrialPolicy ?? "reject";
}

/// <summary>A customer of another marketplace is as good as missing (MAES-07, MAES-13).</summary>
public sealed class BilledCustomers(IDefinitionStore definitions, IPartyTree tree, IPartyStateStore states)
{
    /// <summary>Whether the customer, or a partner above it, is terminated: read from the store, so that every process says the same.</summary>
    public async Task<bool> HaveEnded(string customer, CancellationToken cancel)
    {
        foreach (var party in (await tree.Above(customer, cancel)).Prepend(customer))
            if ((await states.Get(party, cancel))?.Status == PartyStatus.Terminated.Word())
                return true;
        return false;
    }

    /// <summary>Whether bills of a currency can stand on the customer's invoices: in its own, or when a rate holds today.</summary>
    public async Task<bool> CanBillIn(string currency, BilledCustomer customer, Instant now, CancellationToken cancel)
    {
        if (currency == customer.Account.Currency)
            return true;
        // Ids end in their first day, so the first one holds longest.
        var first = await definitions.List(DefinitionKinds.FxRate, $"{currency}/{customer.Account.Currency}", null, 1, cancel);
        return first is [var rate] && LocalDatePattern.Iso.Parse(rate.Id[(rate.Id.LastIndexOf('/') + 1)..]).Value <= LocalDays.At(now, customer.Zone);
    }

    /// <summary>The provider, if the caller is it or the operator.</summary>
    public async Task<(Provider? Provider, Problem? Problem)> Provider(ApiCaller caller, string id, CancellationToken cancel) =>
        (caller.Party is null || caller.Party == id) && await definitions.Get(DefinitionKinds.Provider, id, cancel) is { } stored
            ? (Billing.Json.Definitions.Stored<Provider>(stored.Body), null)
            : (null, Problems.NotFound("provider", id));

    /// <summary>The customer, if the provider may bill it.</summary>
    public async Task<(BilledCustomer? Customer, Problem? Problem)> Find(Provider provider, string customer, CancellationToken cancel)
    {
        if (await definitions.Get(DefinitionKinds.Customer, customer, cancel) is not { } stored)
            return (null, Foreign(customer));
        var buyer = Billing.Json.Definitions.Stored<Customer>(stored.Body);
        if (provider.Partner is { } tenant && !await IsBelow(buyer, tenant, cancel))
            return (null, Foreign(customer));
        var shared = (await definitions.AgreementsBoughtBy(customer, cancel))
            .Select(one => (one.Id, Agreement: Billing.Json.Definitions.Stored<Agreement>(one.Body)))
            .Where(one => one.Agreement.Kind == "revenue_share").ToList();
        return shared switch
        {
            [var one] => (await Customer(one.Id, one.Agreement, buyer, cancel), null),
            [] => (null, Foreign(customer)),
            _ => (null, Problems.Invalid("customer", $"\"{customer}\" is billed by several agreements: {string.Join(", ", shared.Select(one => one.Id))}")),
        };
    }

    private async Task<bool> IsBelow(Customer customer, string tenant, CancellationToken cancel) =>
        customer.Partner is { } partner && (await tree.PartnerAndAbove(partner, cancel)).Contains(tenant);

    private async Task<BilledCustomer> Customer(string id, Agreement agreement, Customer buyer, CancellationToken cancel)
    {
        var seller = await definitions.Get(DefinitionKinds.Seller, agreement.Seller, cancel)
            ?? await definitions.Get(DefinitionKinds.Partner, agreement.Seller, cancel);
        var calendar = await definitions.Get(DefinitionKinds.Calendar, agreement.Calendar, cancel);
        var currency = References.CurrencyOf(DefinitionKinds.Read(seller!.Kind, seller.Body), buyer);
        return new BilledCustomer(new AccountKey(agreement.Seller, agreement.Buyer, currency), id, agreement,
            DateTimeZoneProviders.Tzdb[Billing.Json.Definitions.Stored<Calendar>(calendar!.Body).TimeZone]);
    }

    private static Problem Foreign(string customer) =>
        Problems.Invalid("customer", $"\"{customer}\" does not exist, or this provider may not bill it");
}
