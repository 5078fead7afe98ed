// The tree of wallets that prepaid runs play on: a partner's wallets inside one another, a customer's money and units, six subscriptions.
using System.Data.Common;
using System.Globalization;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Simulation.Tests.Log;

namespace OrleansBilling.Crash.Tests.Prepaid;

/// <summary>Defined over HTTP. Limits are low, so that every purse runs dry all the time.</summary>
public static class PrepaidTree
{
    public const string Meter = UsageEvent.SmsMeter;

    /// <summary>Id, owner, parent, whether it holds units.</summary>
    public static readonly (string Id, string Owner, string? Parent, bool Units)[] Wallets =
    [
        ("wp", "p", null, false), ("wa", "p", "wp", false), ("wb", "p", "wp", false), ("cc", "c1", null, false), ("cd", "c2", null, false), ("cu", "c1", null, true),
    ];

    /// <summary>Id, customer, wallet of the wholesale leg, wallet of the retail leg; empty: invoiced.</summary>
    public static readonly (string Id, string Customer, string Wholesale, string Retail)[] Subscriptions =
    [
        ("s1", "c1", "wa", "cc"), ("s2", "c1", "wa", "cu"), ("s3", "c1", "", "cc"), ("s4", "c2", "wb", ""), ("s5", "c2", "wp", "cd"), ("s6", "c2", "wb", "cd"),
    ];

    static readonly Dictionary<string, decimal> Wholesale = new() { ["FI"] = 0.045m, ["EE"] = 0.0525m };
    static readonly Dictionary<string, decimal> Retail = new() { ["FI"] = 0.0612m, ["EE"] = 0.0799m };

    public static string AgreementOf(string customer) => $"r-{customer}";

    public static async Task Define(Api api, PrepaidLog log, PrepaidTime time, CancellationToken cancel)
    {
        await api.Put("/v1/sellers/operator", new { name = "Operator", country = "FI", currency = "EUR", time_zone = "Europe/Helsinki" }, cancel);
        await api.Put("/v1/calendars/monthly", time.Calendar, cancel);
        await api.Put($"/v1/meters/{Meter}", new { unit = "segment", aggregation = "sum", dimensions = new[] { "country" } }, cancel);
        await api.Put("/v1/partners/p", new { name = "P", country = "FI", currency = "EUR" }, cancel);
        await Agreement(api, "a", "operator", "p", "invoice", cancel);
        foreach (var customer in new[] { "c1", "c2" })
        {
            await api.Put($"/v1/customers/{customer}", new { name = customer, partner = "p" }, cancel);
            await Agreement(api, AgreementOf(customer), "p", customer, "statement", cancel);
        }
        await Plan(api, "wholesale", Wholesale, cancel);
        await Plan(api, "retail", Retail, cancel);
        foreach (var wallet in Wallets)
        {
            log.Add(new LimitSent(wallet.Id, 1m));
            await api.Put($"/v1/wallets/{wallet.Id}", Wallet(wallet.Id, 1m), cancel);
        }
        foreach (var one in Subscriptions) await Subscription(api, one, $"{time.FirstDay}T00:00:00+02:00", cancel);
    }

    /// <summary>A wallet's body with another limit.</summary>
    public static object Wallet(string id, decimal limit)
    {
        var (_, owner, parent, units) = Wallets.Single(wallet => wallet.Id == id);
        return new { owner, currency = units ? null : "EUR", unit = units ? "segment" : null, credit_limit = Text(limit), parent };
    }

    /// <summary>What the auditor has to know; numbers of streams from the store.</summary>
    public static async Task<TreeFacts> Facts(DbConnection connection, CancellationToken cancel)
    {
        var streams = new Dictionary<long, string>();
        await using var command = connection.CreateCommand();
        command.CommandText = "select stream, kind, id from definitions where kind in ('subscription', 'wallet')";
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) streams[reader.GetInt64(0)] = $"{reader.GetString(1)}/{reader.GetString(2)}";
        return new TreeFacts(streams, Wallets.ToDictionary(wallet => wallet.Id, wallet => wallet.Parent), Subscriptions.ToDictionary(one => one.Id, Legs));
    }

    static LegFacts[] Legs((string Id, string Customer, string Wholesale, string Retail) of) =>
    [
        new LegFacts("a", of.Wholesale.Length == 0 ? null : of.Wholesale, false, Wholesale),
        new LegFacts(AgreementOf(of.Customer), of.Retail.Length == 0 ? null : of.Retail, of.Retail == "cu", Retail),
    ];

    static Task Subscription(Api api, (string Id, string Customer, string Wholesale, string Retail) one, string starts, CancellationToken cancel)
    {
        var pays = one.Retail.Length > 0 ? one.Retail : one.Wholesale;
        return api.Put($"/v1/subscriptions/{one.Id}", new
        {
            customer = one.Customer,
            starts_at = starts,
            legs = new[] { Leg("a", "wholesale", one.Wholesale), Leg(AgreementOf(one.Customer), "retail", one.Retail) },
            funding = new { mode = "prepaid", wallet = pays },
        }, cancel);
    }

    static object Leg(string agreement, string plan, string wallet) => new { agreement, plan, wallet = wallet.Length == 0 ? null : wallet };

    static Task Agreement(Api api, string id, string seller, string buyer, string documents, CancellationToken cancel) => api.Put($"/v1/agreements/{id}",
        new { kind = "wholesale", seller, buyer, calendar = "monthly", documents, tax = new { category = "S", rate = "25.5" } }, cancel);

    static async Task Plan(Api api, string id, Dictionary<string, decimal> prices, CancellationToken cancel)
    {
        await api.Put($"/v1/plans/{id}", new { name = id, currency = "EUR" }, cancel);
        var charges = prices.Select(price => new { id = $"sms-{price.Key}", kind = "usage", meter = Meter, match = new { country = price.Key }, unit_price = Text(price.Value) });
        await api.Post($"/v1/plans/{id}/versions", new { effective_from = "2025-01-01", charges }, cancel);
    }

    static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
