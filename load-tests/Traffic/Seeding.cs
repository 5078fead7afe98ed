// Sets a platform up through the public API. Everything is put, so that doing it again changes nothing.
using System.Text.Json;

namespace OrleansBilling.LoadTests.Traffic;

sealed class Seeding(PlatformApi api, Platform platform, ProgressLine progress)
{
    const int AtATime = 16;
    int done;

    /// <summary>From an instant on, which has to be the beginning of a month.</summary>
    public async Task Run(string startsAt, CancellationToken cancel)
    {
        var all = platform.Partners.Count + platform.Customers.Count + platform.Senders.Count;
        await Catalogue(cancel);
        // A sub-partner's agreement names its partner.
        foreach (var tier in platform.Partners.GroupBy(partner => partner.Partner is not null).OrderBy(tier => tier.Key))
            await Each(tier, all, partner => Partner(partner, cancel), cancel);
        await Each(platform.Customers, all, customer => Customer(customer, cancel), cancel);
        await Each(platform.Senders, all, sender => Subscription(sender, startsAt, cancel), cancel);
        progress.End();
    }

    async Task Catalogue(CancellationToken cancel)
    {
        foreach (var seller in platform.Sellers)
            await api.Put($"/v1/sellers/{seller.Id}", new { name = seller.Name, country = "FI", currency = "EUR", time_zone = Platform.Zone }, cancel);
        await api.Put($"/v1/calendars/{Platform.Calendar}", new { anchor_day = 1, time_zone = Platform.Zone }, cancel);
        await api.Put("/v1/meters/sms.mt.segment", new { unit = "segment", aggregation = "sum", dimensions = (string[])["country", "network"] }, cancel);
        foreach (var (plan, fee, price) in new (string, string, Func<int, decimal>)[]
            { ("wholesale", "2.00", at => Platform.Countries[at].Wholesale),
                ("partner", "3.50", at => (Platform.Countries[at].Wholesale + Platform.Countries[at].Retail) / 2),
                ("retail", "9.90", at => Platform.Countries[at].Retail) })
        {
            await api.Put($"/v1/plans/{plan}", new { name = char.ToUpperInvariant(plan[0]) + plan[1..], currency = "EUR" }, cancel);
            var (status, known) = await api.Try(HttpMethod.Get, $"/v1/plans/{plan}/versions", null, cancel);
            if (status == 200 && known.TryGetProperty("data", out var versions) && versions.GetArrayLength() > 0)
                continue;
            object[] charges = [new { id = "fee", kind = "recurring", every = "month", price = fee }, .. Platform.Countries.Select((country, at) => new
            {
                id = "sms-" + country.Code.ToLowerInvariant(), kind = "usage", meter = "sms.mt.segment", match = new { country = country.Code },
                unit_price = FormattableString.Invariant($"{price(at)}"),
            })];
            await api.Post($"/v1/plans/{plan}/versions", new { effective_from = "2020-01-01", charges }, cancel);
        }
    }

    async Task Partner(Party partner, CancellationToken cancel)
    {
        var email = $"ap@{partner.Id}.example";
        await api.Put($"/v1/partners/{partner.Id}", new { name = partner.Name, country = "FI", currency = "EUR", billing_email = email }, cancel);
        await Agreement(partner.Partner ?? platform.SellerOf(partner).Id, partner.Id, "invoice", cancel);
    }

    async Task Customer(Party customer, CancellationToken cancel)
    {
        await api.Put($"/v1/customers/{customer.Id}", new { name = customer.Name, partner = customer.Partner, kind = "organization" }, cancel);
        await Agreement(customer.Partner!, customer.Id, "statement", cancel);
        if (!platform.Wallets.TryGetValue(customer.Id, out var paid))
            return;
        await api.Put($"/v1/wallets/cash-{customer.Id}", new { owner = customer.Id, currency = "EUR", low_water = (string[])["2"] }, cancel);
        await api.Post($"/v1/wallets/cash-{customer.Id}/top_up", new { amount = $"{paid}", reference = "first payment" }, cancel);
    }

    Task Agreement(string seller, string buyer, string documents, CancellationToken cancel) => api.Put($"/v1/agreements/{AgreementOf(buyer)}", new
    {
        kind = "wholesale", seller, buyer, calendar = Platform.Calendar, due_days = 14, tax = new { category = "S", rate = "25.5" }, documents,
    }, cancel);

    Task<JsonElement> Subscription(Sender sender, string startsAt, CancellationToken cancel)
    {
        var partner = platform.Partners.First(partner => partner.Id == sender.Customer.Partner);
        List<object> legs = [new { agreement = AgreementOf(sender.Customer.Id), plan = "retail" }];
        if (partner.Partner is { } above)
        {
            legs.Insert(0, new { agreement = AgreementOf(partner.Id), plan = "partner" });
            legs.Insert(0, new { agreement = AgreementOf(above), plan = "wholesale" });
        }
        else
        {
            legs.Insert(0, new { agreement = AgreementOf(partner.Id), plan = "wholesale" });
        }
        object funding = sender.Wallet is { } wallet ? new { mode = "prepaid", wallet } : new { mode = "postpaid" };
        return api.Put($"/v1/subscriptions/{sender.Id}", new { customer = sender.Customer.Id, starts_at = startsAt, legs, funding }, cancel);
    }

    async Task Each<T>(IEnumerable<T> items, int all, Func<T, Task> make, CancellationToken cancel) =>
        await Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (item, _) =>
        {
            await make(item);
            progress.Bar("setting up", Interlocked.Increment(ref done), all);
        });

    static string AgreementOf(string buyer) => "with-" + buyer;
}
