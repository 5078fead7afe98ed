// Tenants side by side, each with its own seller, calendar, zone, currency and series: every GET of the API, asked by everybody (MAES-13, ANTX-12, domain 3.8).
using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Parties;

public sealed class IsolationOnSqlite(OnSqlite place) : Isolation(place), IClassFixture<OnSqlite>;

public sealed class IsolationOnPostgres(OnPostgres place) : Isolation(place), IClassFixture<OnPostgres>;

public abstract partial class Isolation(ServerPlace place) : Scenario(place)
{
    static readonly string[] Everything = ["usage:read", "usage:write", "billing:read", "billing:write"];

    protected override string Zone => "Etc/UTC";

    [Fact]
    public async Task MAES_13_whatever_is_read_a_tenant_finds_nothing_of_another_one()
    {
        await Tenants();
        var (sibling, below) = (await KeyOf("t2-p", Everything), await KeyOf("t1-sub", Everything));
        foreach (var path in await Paths())
        {
            var resource = path.Split('/')[2];
            await Finds(sibling, path, "t1", mayBeOpen: resource is "calendars" or "meters" or "tax_rates" or "fx_rates");
            // What lies beside and above a sub-partner is no more its own.
            await Finds(below, path, "t1-c-p", mayBeOpen: resource is "calendars" or "meters" or "tax_rates" or "fx_rates" or "products" or "plans");
            (await Admin.As(null).TryGet(Of(path, "t1", "p"))).Refused(401, "unauthenticated");
        }

        async Task Finds(Api key, string path, string marker, bool mayBeOpen)
        {
            var asked = path.Contains('{', StringComparison.Ordinal) ? Of(path, "t1", "p") : path;
            var answer = await key.TryGet(asked);
            if (answer.Status == 200 && !mayBeOpen) answer.Body.ShouldNotContain(Scene.Id(marker), customMessage: asked);
            if (asked.Contains(Scene.Id("t1"), StringComparison.Ordinal) && !mayBeOpen) new[] { 403, 404 }.ShouldContain(answer.Status, $"{asked}: {answer.Body}");
        }
    }

    [Fact]
    public async Task Each_sees_its_own_and_what_lies_below_it_and_no_key_does_what_its_scopes_do_not_say()
    {
        await Tenants();
        var (own, useless) = (await KeyOf("t1-p", Everything), await KeyOf("t1-p", "usage:write"));
        foreach (var path in (await Paths()).Where(path => !path.Contains("/holds/", StringComparison.Ordinal))) (await useless.TryGet(Of(path, "t1", "p"))).Refused(403, "insufficient_scope");
        string[] readable =
        [
            "partners/{id}", "customers/{id}", "subscriptions/{id}", "subscriptions/{id}/usage", "subscriptions/{id}/events", "subscriptions/{id}/balance", "partners/{id}/usage",
            "customers/{id}/usage", "wallets/{id}", "wallets/{id}/balance", "wallets/{id}/history", "agreements/{id}", "documents/{number}",
        ];
        foreach (var path in readable)
        {
            (await own.TryGet(Of("/v1/" + path, "t1", "p"))).Expect(200);
            if (path is not ("agreements/{id}" or "documents/{number}")) (await own.TryGet(Of("/v1/" + path, "t1", "sub"))).Expect(200);
        }
        foreach (var tenant in new[] { "t1", "t2" })
        {
            var invoice = await Scene.TheDocument($"{tenant}-p");
            (invoice.Text("currency"), invoice.Text("number")[^6..], invoice.Amount("net")).ShouldBe((tenant == "t1" ? "AUD" : "EUR", "000001", tenant == "t1" ? "3.00" : "7.00"));
        }
    }

    // Every GET of the approved description, which is the API's own (Http/OpenApiDocument.cs).
    static async Task<IReadOnlyList<string>> Paths()
    {
        var approved = await File.ReadAllTextAsync(ProjectRoot.Of("tests", "server", "openapi.approved.json"), TestContext.Current.CancellationToken);
        var paths = JsonDocument.Parse(approved).RootElement.GetProperty("paths").EnumerateObject()
            .Where(path => path.Value.TryGetProperty("get", out _) && path.Name.StartsWith("/v1/", StringComparison.Ordinal) && path.Name != "/v1/clock").Select(path => path.Name).ToList();
        paths.Count.ShouldBeGreaterThan(40);
        return paths;
    }

    // The path with a tenant's own ids: those of its partner, or of the partner below that.
    string Of(string path, string tenant, string partner) => Parameter().Replace(path, match => (path.Split('/')[2], match.Value) switch
    {
        ("documents", _) => documents[tenant],
        ("runs", _) => $"{Scene.Id(tenant)}-cal:{Scene.Month("05")}",
        ("products", "{partner}") => Scene.Id($"{tenant}-{partner}"),
        ("partners", _) => Scene.Id($"{tenant}-{partner}"),
        ("customers", _) => Scene.Id($"{tenant}-c-{partner}"),
        ("subscriptions", "{id}") => Scene.Id($"{tenant}-c-{partner}-sms"),
        ("wallets", _) => Scene.Id($"{tenant}-c-{partner}-cash"),
        ("agreements", _) => Scene.Id($"{tenant}-x-agreement"),
        ("calendars", _) => $"{Scene.Id(tenant)}-cal",
        ("meters", _) => "sms.mt.segment",
        var (resource, _) => Scene.Id($"{tenant}-x-{resource}"),
    });

    readonly Dictionary<string, string> documents = [];

    async Task Tenants()
    {
        await Scene.Clock("05-01");
        await Scene.Meter();
        foreach (var (tenant, currency, zone, anchor, price) in new[] { ("t1", "AUD", "Australia/Sydney", 25, "0.03"), ("t2", "EUR", "Europe/Helsinki", 1, "0.07") })
        {
            await Scene.Seller($"{tenant}-seller", currency: currency, sellerZone: zone);
            await Admin.Put($"/v1/calendars/{Scene.Id(tenant)}-cal", new { anchor_day = anchor, time_zone = zone });
            await Scene.Partner($"{tenant}-p", currency);
            await Admin.Put($"/v1/partners/{Scene.Id($"{tenant}-sub")}", new { name = tenant, country = "FI", currency, parent = Scene.Id($"{tenant}-p") });
            await Scene.Agreement($"{tenant}-x-agreement", $"{tenant}-seller", $"{tenant}-p", $"{Scene.Id(tenant)}-cal");
            await Admin.Put($"/v1/plans/{Scene.Id($"{tenant}-x-plans")}", new { name = tenant, currency });
            await Scene.PlanVersion($"{tenant}-x-plans", "2020-01-01", Charge.Sms(price));
            await Admin.Put($"/v1/products/{Scene.Id($"{tenant}-x-products")}",
                new { managed_by = Scene.Id($"{tenant}-p"), plans = new { account = Scene.Id($"{tenant}-x-plans") }, multiple = true });
            foreach (var partner in new[] { "p", "sub" })
            {
                var customer = $"{tenant}-c-{partner}";
                await Scene.Customer(customer, $"{tenant}-{partner}");
                await Scene.Subscribe($"{customer}-sms", customer, "05-01", ($"{tenant}-x-agreement", $"{tenant}-x-plans"));
                await Admin.Put($"/v1/wallets/{Scene.Id($"{customer}-cash")}", new { owner = Scene.Id(customer), currency });
            }
        }
        await Scene.Clock("05-10");
        await Admin.Events(new[] { "t1", "t2" }.Select(tenant => Scene.Sms("1", $"{tenant}-c-p-sms", "05-09T10:00", 100)));
        await Scene.Clock("06-01T01:00");
        foreach (var tenant in new[] { "t1", "t2" }) documents[tenant] = (await Scene.Documents($"{tenant}-p"))[0].Text("number");
    }

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Parameter();
}
