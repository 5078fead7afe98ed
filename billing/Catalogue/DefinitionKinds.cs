// The kinds of definitions, as the stores and messages name them.
using System.Collections.Frozen;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Tax;
using OrleansBilling.Billing.Wallets;

namespace OrleansBilling.Billing.Catalogue;

/// <summary>One name per record.</summary>
public static class DefinitionKinds
{
    /// <summary><see cref="Parties.Seller"/>.</summary>
    public const string Seller = "seller";
    /// <summary><see cref="Parties.Partner"/>.</summary>
    public const string Partner = "partner";
    /// <summary><see cref="Parties.ResellerCode"/>; ids: the codes.</summary>
    public const string ResellerCode = "reseller_code";
    /// <summary><see cref="Parties.ResellerTag"/>; ids: the customers.</summary>
    public const string ResellerTag = "reseller_tag";
    /// <summary><see cref="Parties.ResellerTag"/> of customers that name no code; id: <see cref="Default"/>.</summary>
    public const string DefaultReseller = "default_reseller";
    /// <summary>Id of what there is one of.</summary>
    public const string Default = "default";
    /// <summary><see cref="Parties.ResellerTag"/>: a command that changes the code of a customer, never stored by itself.</summary>
    public const string CustomerRetag = "customer_retag";
    /// <summary><see cref="Parties.PartyHistory"/> of a party that was moved; ids: the parties.</summary>
    public const string PartyHistory = "party_history";
    /// <summary><see cref="Parties.PartyMove"/> under the partner that was left; ids: partner, slash, party.</summary>
    public const string Departure = "departure";
    /// <summary><see cref="Parties.PartyMove"/> under the partner that was joined; ids like those of departures.</summary>
    public const string Arrival = "arrival";
    /// <summary><see cref="Parties.PartyMove"/>, the newest of all: its version counts them, so that processes see that the tree has changed.</summary>
    public const string Moves = "moves";
    /// <summary><see cref="Parties.Customer"/>.</summary>
    public const string Customer = "customer";
    /// <summary><see cref="Parties.Provider"/>.</summary>
    public const string Provider = "provider";
    /// <summary><see cref="Catalogue.Calendar"/>.</summary>
    public const string Calendar = "calendar";
    /// <summary><see cref="Catalogue.Meter"/>.</summary>
    public const string Meter = "meter";
    /// <summary><see cref="Catalogue.Plan"/>.</summary>
    public const string Plan = "plan";
    /// <summary><see cref="Catalogue.PlanVersion"/>.</summary>
    public const string PlanVersion = "plan_version";
    /// <summary><see cref="Catalogue.Product"/>.</summary>
    public const string Product = "product";
    /// <summary><see cref="Catalogue.ProductPrice"/>; ids: product, slash, partner.</summary>
    public const string ProductPrice = "product_price";
    /// <summary><see cref="Catalogue.ProductUse"/>; ids like those of prices.</summary>
    public const string ProductUse = "product_use";
    /// <summary><see cref="Catalogue.Agreement"/>.</summary>
    public const string Agreement = "agreement";
    /// <summary><see cref="Subscriptions.SubscriptionContinuation"/>; ids: the subscriptions that ended.</summary>
    public const string Continuation = "continuation";
    /// <summary><see cref="Subscriptions.Subscription"/>.</summary>
    public const string Subscription = "subscription";
    /// <summary><see cref="Subscriptions.SubscriptionChange"/>: a command that changes a subscription, never stored by itself.</summary>
    public const string SubscriptionChange = "subscription_change";
    /// <summary><see cref="Dunning.DunningPolicy"/>.</summary>
    public const string DunningPolicy = "dunning_policy";
    /// <summary><see cref="Wallets.Wallet"/>.</summary>
    public const string Wallet = "wallet";

    /// <summary><see cref="Catalogue.CustomerCatalogue"/>.</summary>
    public const string CustomerCatalogue = "catalogue";
    /// <summary><see cref="Discounts.Coupon"/>.</summary>
    public const string Coupon = "coupon";
    /// <summary><see cref="Tax.TaxRate"/>; ids: country, slash, date.</summary>
    public const string TaxRate = "tax_rate";
    /// <summary><see cref="Money.FxRate"/>; ids: from, slash, to, slash, date.</summary>
    public const string FxRate = "fx_rate";

    private static readonly FrozenDictionary<string, Func<string, object>> Readers = new Dictionary<string, Func<string, object>>
    {
        [Seller] = Definitions.Stored<Seller>,
        [Partner] = Definitions.Stored<Partner>,
        [ResellerCode] = Definitions.Stored<ResellerCode>,
        [ResellerTag] = Definitions.Stored<ResellerTag>,
        [DefaultReseller] = Definitions.Stored<ResellerTag>,
        [PartyHistory] = Definitions.Stored<PartyHistory>,
        [Departure] = Definitions.Stored<PartyMove>,
        [Arrival] = Definitions.Stored<PartyMove>,
        [Moves] = Definitions.Stored<PartyMove>,
        [Customer] = Definitions.Stored<Customer>,
        [Provider] = Definitions.Stored<Provider>,
        [Calendar] = Definitions.Stored<Calendar>,
        [Meter] = Definitions.Stored<Meter>,
        [Plan] = Definitions.Stored<Plan>,
        [PlanVersion] = Definitions.Stored<PlanVersion>,
        [Product] = Definitions.Stored<Product>,
        [ProductPrice] = Definitions.Stored<ProductPrice>,
        [ProductUse] = Definitions.Stored<ProductUse>,
        [Agreement] = Definitions.Stored<Agreement>,
        [Continuation] = Definitions.Stored<SubscriptionContinuation>,
        [Subscription] = Definitions.Stored<Subscription>,
        [Wallet] = Definitions.Stored<Wallet>,
        [DunningPolicy] = Definitions.Stored<Dunning.DunningPolicy>,
        [CustomerCatalogue] = Definitions.Stored<CustomerCatalogue>,
        [Coupon] = Definitions.Stored<Discounts.Coupon>,
        [TaxRate] = Definitions.Stored<TaxRate>,
        [FxRate] = Definitions.Stored<FxRate>,
    }.ToFrozenDictionary();

    /// <summary>Id of what a partner has of a product. Ids have no slash.</summary>
    public static string OfProduct(string product, string partner) => $"{product}/{partner}";

    /// <summary>Id of what says that a party has left or joined a partner.</summary>
    public static string OfPartner(string partner, string party) => $"{partner}/{party}";

    /// <summary>Reads a stored body of a kind.</summary>
    public static object Read(string kind, string body) =>
        Readers.TryGetValue(kind, out var read) ? read(body) : throw new ArgumentException($"\"{kind}\" is no kind of definition.", nameof(kind));
}
