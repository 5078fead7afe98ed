// Wallets as definitions: put, read, listed, and who sees them.
namespace OrleansBilling.Server.Tests.Wallets;

public sealed class WalletDefinitionsOnSqlite(OnSqlite place) : WalletDefinitions(place), IClassFixture<OnSqlite>;

public sealed class WalletDefinitionsOnPostgres(OnPostgres place) : WalletDefinitions(place), IClassFixture<OnPostgres>;

public abstract class WalletDefinitions(ServerPlace place) : WalletScenario(place)
{
    [Fact]
    public async Task a_wallet_is_put_read_and_listed_by_its_owner()
    {
        (await Put("w", "alfa", new { currency = "EUR", credit_limit = "5.00" })).Expect(201).Json.Text("credit_limit").ShouldBe("5.00");
        (await Put("w", "alfa", new { currency = "EUR", credit_limit = "6" })).Expect(200).Json.Int("version").ShouldBe(2);
        (await Put("w", "beta", new { currency = "EUR" })).Refused(409, "conflict").Fields.ShouldBe(["owner"]);
        (await Put("w", "alfa", new { unit = "message" })).Refused(409, "conflict").Fields.ShouldBe(["currency", "unit"]);
        (await Put("x", "nobody", new { currency = "EUR" })).Refused(400, "invalid_request").Fields.ShouldBe(["owner"]);
        (await Put("x", "alfa", new { currency = "EUR", daily_limit = "0" })).Refused(400, "invalid_request").Fields.ShouldBe(["daily_limit"]);
        var list = await Admin.Get($"/v1/wallets?owner={Scene.Id("alfa")}");
        list.Json.List("data").ShouldHaveSingleItem().Text("id").ShouldBe(Scene.Id("w"));
    }

    [Fact]
    public async Task a_key_sees_the_wallets_of_its_subtree_and_no_others()
    {
        (await Put("outer", "nordreach", new { currency = "EUR" })).Expect(201);
        (await Put("inner", "alfa", new { currency = "EUR", parent = Scene.Id("outer") })).Expect(201);
        (await Put("other", "sudwind", new { currency = "EUR" })).Expect(201);
        var (partner, customer) = (await KeyOf("nordreach", "billing:read", "billing:write"), await KeyOf("alfa", "billing:read"));
        (await Seen(partner)).ShouldBe(["outer", "inner"]);
        (await Seen(customer)).ShouldBe(["inner"]);
        (await customer.TryGet(Path("outer"))).Refused(404, "not_found");
        (await customer.TryGet(Path("outer", "/balance"))).Refused(404, "not_found");
        (await partner.TryGet(Path("other"))).Refused(404, "not_found");
        // Where it lies is told to those who see that wallet too.
        (await partner.Get(Path("inner"))).Json.Text("parent").ShouldBe(Scene.Id("outer"));
        (await customer.Get(Path("inner"))).Json.TryGetProperty("parent", out _).ShouldBeFalse();
        (await partner.TryPut(Path("mine"), new { owner = Scene.Id("nordreach"), currency = "EUR" })).Refused(403, "insufficient_scope");
    }

    [Fact]
    public async Task an_empty_wallet_stands_at_its_limit()
    {
        (await Put("w", "alfa", new { currency = "EUR", credit_limit = "7.5" })).Expect(201);
        var balance = await Admin.Get(Path("w", "/balance"));
        balance.Json.Amount("available").ShouldBe("7.50");
        balance.Json.Amount("posted").ShouldBe("0.00");
        (await Put("u", "alfa", new { unit = "message" })).Expect(201);
        (await Admin.Get(Path("u", "/balance"))).Json.GetProperty("available").Text("quantity").ShouldBe("0");
        (await Admin.TryGet(Path("none", "/balance"))).Refused(404, "not_found");
    }

    async Task<string[]> Seen(Api api) =>
        [.. (await api.Get("/v1/wallets")).Json.List("data").Select(wallet => wallet.Text("id")[(Scene.Id("").Length)..])];
}
