// Sellers, plans, agreements, customers and subscriptions, made through the public API.
using System.Diagnostics;
using System.Globalization;
using OrleansBilling.LoadTests.Client;

namespace OrleansBilling.LoadTests.SetUp;

/// <summary>
/// Every subscription has two legs: operator to partner (wholesale) and partner to customer (retail). Every second one is prepaid, each leg from its
/// buyer's wallet.
/// </summary>
sealed record Population(int Partners, int Customers, int Subscriptions)
{
    const int ConnectionCount = 64;
    const string Coupon = "ten";

    /// <summary>What subscriptions buy.</summary>
    public Tariff Tariff { get; init; } = Tariff.Plain;

    public static readonly Population Full = new(100, 2_000, 100_000);
    public static readonly Population Quick = new(20, 100, 2_000);

    /// <summary>Customers are dealt out to partners, and subscriptions to customers, by number.</summary>
    public int PartnerOf(int subscription) => subscription % Customers % Partners;

    /// <summary>Answers how long the subscriptions took. Monthly fees are charges beside usage
    /// on the partner's leg; a sandbox clock says from when they count.</summary>
    public async Task<TimeSpan> Create(LoadTarget target, CancellationToken cancel, int fees = 0, DateTimeOffset? clock = null)
    {
        var now = clock ?? TimeProvider.System.GetUtcNow();
        var connections = new List<RawConnection>();
        try
        {
            for (var number = 0; number < ConnectionCount; number++)
                connections.Add(await RawConnection.Open(target.Port, cancel));
            await CreateCatalogue(connections[0], target.Key, fees, Tariff, cancel);
            await InParallel(connections, Partners, partner => CreatePartner(connections[partner.Connection], target.Key, partner.Number, now, cancel));
            await InParallel(connections, Customers, customer => CreateCustomer(connections[customer.Connection], target.Key, customer.Number, cancel));
            var began = Stopwatch.GetTimestamp();
            await InParallel(connections, Subscriptions, one => CreateSubscription(connections[one.Connection], target.Key, one.Number, now, cancel));
            return Stopwatch.GetElapsedTime(began);
        }
        finally
        {
            connections.ForEach(connection => connection.Dispose());
        }
    }

    static async Task CreateCatalogue(RawConnection connection, string key, int fees, Tariff tariff, CancellationToken cancel)
    {
        Task Put(string path, string body) => Send(connection, key, "PUT", path, body, cancel);
        await Put("/v1/sellers/operator", """
            {"name":"Operator Oy","country":"FI","currency":"EUR","time_zone":"Europe/Helsinki","vat_id":"FI12345671","iban":"FI2112345600000785"}
            """);
        await Put("/v1/calendars/monthly", """{"anchor_day":1,"time_zone":"Europe/Helsinki","grace":"PT0S"}""");
        await Put("/v1/meters/sms.mt.segment", """{"unit":"segment","aggregation":"sum","dimensions":["country","mccmnc","sender_type"]}""");
        if (tariff.IsRich)
            await Put($"/v1/coupons/{Coupon}", """{"percent":"10","description":"Ten per cent"}""");
        foreach (var (plan, prices, more) in new[] { ("wholesale", Prices.Wholesale, Enumerable.Range(1, fees).Select(Fee)), ("retail", Prices.Retail, Extras(tariff)) })
        {
            var charges = Prices.Countries.Zip(prices, Charge).Concat(more);
            await Put($"/v1/plans/{plan}", $$"""{"name":"{{plan}}","currency":"EUR"}""");
            var version = $$"""{"effective_from":"2025-01-01","charges":[{{string.Join(',', charges)}}]}""";
            await Send(connection, key, "POST", $"/v1/plans/{plan}/versions", version, cancel);
        }
    }

    static string Charge(string country, decimal price) => FormattableString.Invariant($$"""
        {"id":"sms-{{country.ToLowerInvariant()}}","kind":"usage","meter":"sms.mt.segment","match":{"country":"{{country}}"},
         "model":"per_unit","unit_price":"{{price}}"}
        """);

    static IEnumerable<string> Extras(Tariff tariff)
    {
        if (!tariff.IsRich)
            return [];
        var surcharges = Prices.Countries.Zip(Prices.Surcharge).Where(one => one.Second > 0).Select(one => FormattableString.Invariant($$"""
            {"id":"carrier-{{one.First.ToLowerInvariant()}}","kind":"usage","meter":"sms.mt.segment","match":{"country":"{{one.First}}"},
             "unit_price":"{{one.Second}}","surcharge":"carrier"}
            """));
        return surcharges.Append("""{"id":"seat","kind":"recurring","every":"month","price":"1.00","bill":"advance"}""");
    }

    static string Fee(int number) => $$"""{"id":"fee-{{number}}","kind":"recurring","every":"month","price":"1.00","bill":"arrears"}""";

    static string Agreement(string seller, string buyer, string documents, string more = "") => $$"""
        {"kind":"wholesale","seller":"{{seller}}","buyer":"{{buyer}}","calendar":"monthly","due_days":14,"tax":{"category":"S","rate":"25.5"},
         "rounding":"half_away_from_zero","documents":"{{documents}}"{{more}}}
        """;

    static string Wallet(string owner, int limit) => $$"""{"owner":"{{owner}}","currency":"EUR","credit_limit":"{{limit}}"}""";

    async Task CreatePartner(RawConnection connection, string key, int partner, DateTimeOffset now, CancellationToken cancel)
    {
        var id = Partner(partner);
        var coupon = Tariff.IsRich ? $$""","coupons":[{"coupon":"{{Coupon}}","from":"{{Day(now)}}"}]""" : "";
        await Send(connection, key, "PUT", $"/v1/partners/{id}",
            $$"""{"name":"Partner {{partner}}","country":"FI","currency":"EUR","billing_email":"ap@{{id}}.example"}""", cancel);
        await Send(connection, key, "PUT", $"/v1/agreements/{Prices.WholesalePrefix}{id}", Agreement("operator", id, "invoice", coupon), cancel);
        await Send(connection, key, "PUT", $"/v1/wallets/{Prices.WalletPrefix}{id}", Wallet(id, 10_000_000), cancel);
    }

    Task CreateCustomer(RawConnection connection, string key, int customer, CancellationToken cancel) =>
        PutCustomer(connection, key, Customer(customer), Partner(customer % Partners), 1_000_000, cancel);

    public static async Task PutCustomer(RawConnection connection, string key, string id, string partner, int limit, CancellationToken cancel)
    {
        await Send(connection, key, "PUT", $"/v1/customers/{id}", $$"""{"name":"Customer {{id}}","partner":"{{partner}}","kind":"organization"}""", cancel);
        await Send(connection, key, "PUT", $"/v1/agreements/{Prices.RetailPrefix}{id}", Agreement(partner, id, "statement"), cancel);
        await Send(connection, key, "PUT", $"/v1/wallets/{Prices.WalletPrefix}{id}", Wallet(id, limit), cancel);
    }

    Task CreateSubscription(RawConnection connection, string key, int subscription, DateTimeOffset now, CancellationToken cancel)
    {
        var customer = subscription % Customers;
        // Customers are dealt out by number as well: halves are told apart by the round of dealing.
        var prepaid = subscription / Customers % 2 == 1;
        return PutSubscription(connection, key, subscription, Partner(customer % Partners), Customer(customer), prepaid, now, Tariff, cancel);
    }

    public static async Task PutSubscription(RawConnection connection, string key, int subscription, string partnerId, string customerId, bool prepaid,
        DateTimeOffset now, Tariff tariff, CancellationToken cancel)
    {
        var startsAt = $"{Day(now.AddDays(-1))}T00:00:00Z";
        var wallet = prepaid ? $",\"wallet\":\"{Prices.WalletPrefix}{partnerId}\"" : "";
        var fees = tariff.PaysFees(subscription) ? ",\"fees\":\"wallet\"" : "";
        var funding = prepaid ? $$"""{"mode":"prepaid","wallet":"{{Prices.WalletPrefix}}{{customerId}}"{{fees}}}""" : """{"mode":"postpaid"}""";
        var legs = $$"""{"agreement":"{{Prices.WholesalePrefix}}{{partnerId}}","plan":"wholesale"{{wallet}}},"""
            + $$"""{"agreement":"{{Prices.RetailPrefix}}{{customerId}}","plan":"retail"}""";
        var body = $$$"""{"customer":"{{{customerId}}}","starts_at":"{{{startsAt}}}","legs":[{{{legs}}}],"funding":{{{funding}}}}""";
        var path = $"/v1/subscriptions/s-{subscription:000000}";
        await Send(connection, key, "PUT", path, body, cancel);
        if (!tariff.HasPackage(subscription))
            return;
        var package = $$"""{"id":"p","agreement":"{{Prices.RetailPrefix}}{{customerId}}","meter":"sms.mt.segment","quantity":"1000000000","price":"1"}""";
        await Send(connection, key, "POST", $"{path}/grants", package, cancel);
    }

    static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static async Task InParallel(List<RawConnection> connections, int count, Func<(int Connection, int Number), Task> create)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, connections.Count).Select(async connection =>
        {
            for (var number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
                await create((connection, number));
        }));
    }

    public static async Task Send(RawConnection connection, string key, string method, string path, string body, CancellationToken cancel)
    {
        var answer = await connection.Send(ApiRequest.Bytes(key, method, path, body), cancel);
        if (answer.Status is not (200 or 201 or 204))
            throw new InvalidOperationException($"{method} {path} was answered with {answer}");
    }

    public static string Partner(int number) => $"p-{number:000}";

    public static string Customer(int number) => $"c-{number:0000}";
}
