// The partners, customers and subscriptions that the load runs over: every subscription has a wholesale and a retail leg.
using System.Globalization;

namespace OrleansBilling.Crash.Tests.Client;

/// <summary>Ids tell their place in the tree: partner p-3, customer c-3-1, subscription s-3-1-2.</summary>
/// <param name="since">When everything begins, for servers that go by the machine's clock; null: at <see cref="Start"/> of a sandbox clock.</param>
public sealed class World(int partners, int customersOfEach, int subscriptionsOfEach, string? since = null)
{
    public const string Start = "2025-05-01T00:00:00+03:00";
    public const string Calendar = "monthly";
    const string TaxRate = "25.5";
    static readonly (string Country, decimal Wholesale, decimal Retail)[] Prices = [("FI", 0.0450m, 0.0612m), ("EE", 0.0525m, 0.0799m), ("SE", 0.0333m, 0.0555m)];

    public static IReadOnlyList<string> Countries { get; } = [.. Prices.Select(price => price.Country)];

    public IReadOnlyList<string> Subscriptions { get; } =
        [.. from p in Enumerable.Range(1, partners) from c in Enumerable.Range(1, customersOfEach) from s in Enumerable.Range(1, subscriptionsOfEach) select $"s-{p}-{c}-{s}"];

    /// <summary>Defines everything and writes down what the checker has to know of it.</summary>
    public async Task Define(Api api, ClientLog log, CancellationToken cancel)
    {
        if (since is null) await api.Advance(Start, cancel);
        await api.Put("/v1/sellers/operator", new { name = "Operator Oy", country = "FI", currency = "EUR", time_zone = "Europe/Helsinki",
            vat_id = "FI12345671", iban = "FI2112345600000785" }, cancel);
        await api.Put($"/v1/calendars/{Calendar}", new { anchor_day = 1, time_zone = "Europe/Helsinki", grace = since is null ? "PT0S" : "P10D" }, cancel);
        await api.Put($"/v1/meters/{UsageEvent.SmsMeter}", new { unit = "segment", aggregation = "sum", dimensions = new[] { "country" } }, cancel);
        await Plan(api, log, "wholesale", 9.90m, price => price.Wholesale, cancel);
        await Plan(api, log, "retail", 14.50m, price => price.Retail, cancel);
        await Parallel.ForEachAsync(Enumerable.Range(1, partners), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel },
            async (partner, stop) => await Partner(api, log, partner, stop));
    }

    async Task Partner(Api api, ClientLog log, int partner, CancellationToken cancel)
    {
        await api.Put($"/v1/partners/p-{partner}", new { name = $"Partner {partner}", country = "FI", currency = "EUR", billing_email = "ap@partner.example" }, cancel);
        await Agreement(api, log, $"a-{partner}", "operator", $"p-{partner}", "invoice", cancel);
        for (var customer = 1; customer <= customersOfEach; customer++)
        {
            var id = $"c-{partner}-{customer}";
            await api.Put($"/v1/customers/{id}", new { name = $"Customer {id}", partner = $"p-{partner}", kind = "organization" }, cancel);
            await Agreement(api, log, $"r-{partner}-{customer}", $"p-{partner}", id, "statement", cancel);
            for (var subscription = 1; subscription <= subscriptionsOfEach; subscription++)
                await Subscription(api, log, $"s-{partner}-{customer}-{subscription}", id, $"a-{partner}", $"r-{partner}-{customer}", cancel);
        }
    }

    async Task Subscription(Api api, ClientLog log, string id, string customer, string wholesale, string retail, CancellationToken cancel)
    {
        log.Leg(id, wholesale, "wholesale");
        log.Leg(id, retail, "retail");
        await api.Put($"/v1/subscriptions/{id}", new
        {
            customer,
            starts_at = since ?? Start,
            legs = new[] { new { agreement = wholesale, plan = "wholesale" }, new { agreement = retail, plan = "retail" } },
            funding = new { mode = "postpaid" },
        }, cancel);
    }

    static async Task Agreement(Api api, ClientLog log, string id, string seller, string buyer, string documents, CancellationToken cancel)
    {
        log.Agreement(id, seller, buyer, documents, decimal.Parse(TaxRate, CultureInfo.InvariantCulture));
        await api.Put($"/v1/agreements/{id}", new
        {
            kind = "wholesale", seller, buyer, calendar = Calendar, due_days = 14, documents, tax = new { category = "S", rate = TaxRate }, rounding = "half_away_from_zero",
        }, cancel);
    }

    static async Task Plan(Api api, ClientLog log, string id, decimal fee, Func<(string Country, decimal Wholesale, decimal Retail), decimal> priceOf,
        CancellationToken cancel)
    {
        var charges = new List<object> { new { id = "fee", kind = "recurring", every = "month", price = Text(fee), bill = "arrears", prorate_first = true, prorate_last = false } };
        log.Fee(id, "fee", fee);
        foreach (var price in Prices)
        {
            var charge = $"sms-{price.Country}";
            charges.Add(new
            {
                id = charge, kind = "usage", meter = UsageEvent.SmsMeter, match = new { country = price.Country }, model = "per_unit", unit_price = Text(priceOf(price)),
            });
            log.Price(id, price.Country, charge, priceOf(price));
        }
        await api.Put($"/v1/plans/{id}", new { name = id, currency = "EUR" }, cancel);
        await api.Post($"/v1/plans/{id}/versions", new { effective_from = "2025-01-01", charges }, cancel);
    }

    static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
