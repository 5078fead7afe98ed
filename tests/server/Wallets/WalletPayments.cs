// Money into wallets and between them: references, ends, low water, history, and every refusal by its field.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Wallets;

public sealed class WalletPaymentsOnSqlite(OnSqlite place) : WalletPayments(place), IClassFixture<OnSqlite>;

public sealed class WalletPaymentsOnPostgres(OnPostgres place) : WalletPayments(place), IClassFixture<OnPostgres>;

public abstract class WalletPayments(ServerPlace place) : WalletScenario(place)
{
    [Fact]
    public async Task a_top_up_counts_once_per_reference()
    {
        (await Put("w", "alfa", new { currency = "EUR", credit_limit = "2" })).Expect(201);
        var first = (await TopUp("w", "10.005", "p1")).Expect(200);
        (first.Json.Amount("available"), first.Json.Amount("posted"), first.Json.Amount("held")).ShouldBe(("12.005", "10.005", "0.00"));
        (await TopUp("w", "10.0050", "p1")).Expect(200).Json.Amount("available").ShouldBe("12.005");
        (await TopUp("w", "11", "p1")).Refused(409, "reference_conflict");
        (await Available("w")).ShouldBe("12.005");
        var keyed = new { amount = "1", reference = "p2" };
        var answer = (await Admin.TryPost(Path("w", "/top_up"), keyed, "key-1")).Expect(200);
        (await TopUp("w", "1", "p3")).Expect(200);
        (await Admin.TryPost(Path("w", "/top_up"), keyed, "key-1")).Expect(200).Body.ShouldBe(answer.Body);
        (await Admin.TryPost(Path("w", "/top_up"), new { amount = "2", reference = "p2" }, "key-1")).Refused(409, "idempotency_conflict");
        (await Available("w")).ShouldBe("14.005");
    }

    [Fact]
    public async Task what_does_not_fit_is_refused_by_its_field()
    {
        (await Put("w", "alfa", new { currency = "EUR" })).Expect(201);
        (await Put("k", "beta", new { currency = "SEK" })).Expect(201);
        (await Put("u", "beta", new { unit = "message" })).Expect(201);
        (await Put("in", "alfa", new { currency = "EUR", parent = Scene.Id("w") })).Expect(201);
        (await TopUp("w", "5", "p")).Expect(200);
        (string Wallet, string Command, object Body, string Field)[] cases =
        [
            ("w", "top_up", new { amount = "0", reference = "a" }, "amount"),
            ("w", "top_up", new { amount = "-1", reference = "a" }, "amount"),
            ("w", "top_up", new { amount = "1" }, "reference"),
            ("w", "top_up", new { amount = "1", reference = " " }, "reference"),
            ("w", "top_up", new { amount = "1", reference = "a", expires_at = Scene.At("05-12T12:00") }, "expires_at"),
            ("w", "top_up", new { amount = "1", reference = "a", currency = "EUR" }, "currency"),
            ("w", "transfer", new { to = Scene.Id("w"), amount = "1", reference = "a" }, "to"),
            ("w", "transfer", new { to = Scene.Id("none"), amount = "1", reference = "a" }, "to"),
            ("w", "transfer", new { to = Scene.Id("k"), amount = "1", reference = "a" }, "to"),
            ("u", "transfer", new { to = Scene.Id("w"), amount = "1", reference = "a" }, "to"),
            ("in", "transfer", new { to = Scene.Id("w"), amount = "1", reference = "a" }, "to"),
            ("w", "transfer", new { to = Scene.Id("u"), reference = "a" }, "amount"),
            ("w", "transfer", new { to = Scene.Id("u"), quantity = "2", reference = "a" }, "unit_price"),
            ("w", "transfer", new { to = Scene.Id("u"), quantity = "2", unit_price = "0.5", amount = "1", reference = "a" }, "amount"),
            ("w", "transfer", new { to = Scene.Id("in"), quantity = "2", unit_price = "0.5", reference = "a" }, "quantity"),
        ];
        foreach (var (wallet, command, body, field) in cases)
            (await Admin.TryPost(Path(wallet, "/" + command), body)).Refused(400, "invalid_request").Fields.ShouldBe([field], JsonSerializer.Serialize(body));
        (await Admin.TryPost(Path("none", "/top_up"), new { amount = "1", reference = "a" })).Refused(404, "not_found");
        (await (await KeyOf("nordreach", "billing:write")).TryPost(Path("w", "/top_up"), new { amount = "1", reference = "a" })).Refused(403, "insufficient_scope");
        (await Admin.TryGet(Path("w", "/balance?consistency=eventual"))).Refused(400, "invalid_request").Fields.ShouldBe(["consistency"]);
        (await Available("w")).ShouldBe("5.00");
    }

    [Fact]
    public async Task a_transfer_moves_money_or_pays_for_units()
    {
        (await Put("bank", "nordreach", new { currency = "EUR" })).Expect(201);
        (await Put("w", "alfa", new { currency = "EUR" })).Expect(201);
        (await Put("u", "alfa", new { unit = "message" })).Expect(201);
        (await TopUp("bank", "100", "p")).Expect(200);
        var body = new { to = Scene.Id("w"), amount = "30.50", reference = "t1" };
        for (var times = 0; times < 2; times++)
            (await Admin.TryPost(Path("bank", "/transfer"), body)).Expect(200).Json.Amount("available").ShouldBe("69.50");
        (await Admin.TryPost(Path("bank", "/transfer"), new { to = Scene.Id("w"), amount = "31", reference = "t1" })).Refused(409, "reference_conflict");
        (await Admin.TryPost(Path("bank", "/transfer"), new { to = Scene.Id("u"), quantity = "1000", unit_price = "0.045", reference = "t2" }))
            .Expect(200).Json.Amount("available").ShouldBe("24.50");
        (await Available("w")).ShouldBe("30.50");
        (await Admin.Get(Path("u", "/balance"))).Json.GetProperty("available").Text("quantity").ShouldBe("1000");
        var refused = (await Admin.TryPost(Path("bank", "/transfer"), new { to = Scene.Id("w"), amount = "24.51", reference = "t3" }))
            .Refused(409, "insufficient_funds");
        refused.Json.Text("limiting_level").ShouldBe("partner:" + Scene.Id("nordreach"));
        (await Kinds("bank")).ShouldBe(["transfer_arrived", "transfer_out", "transfer_arrived", "transfer_out", "top_up"]);
        (await Kinds("w")).ShouldBe(["transfer_in"]);
    }

    [Fact]
    public async Task two_transfers_that_meet_both_arrive()
    {
        (await Put("a", "alfa", new { currency = "EUR" })).Expect(201);
        (await Put("b", "beta", new { currency = "EUR" })).Expect(201);
        (await TopUp("a", "50", "p")).Expect(200);
        (await TopUp("b", "50", "p")).Expect(200);
        var transfers = Enumerable.Range(0, 20).Select(n => n % 2 == 0 ? ("a", "b") : ("b", "a")).Select((pair, n) =>
            Admin.TryPost(Path(pair.Item1, "/transfer"), new { to = Scene.Id(pair.Item2), amount = "5", reference = $"t{n}" }));
        foreach (var answer in await Task.WhenAll(transfers)) answer.Expect(200);
        ((await Available("a")), (await Available("b"))).ShouldBe(("50.00", "50.00"));
    }

    [Fact]
    public async Task a_credit_expires_and_a_temporary_limit_ends()
    {
        (await Put("w", "alfa", new { currency = "EUR", temporary_limit = new { amount = "7", until = Scene.At("05-12T13:00") } })).Expect(201);
        (await TopUp("w", "10", "p", Scene.At("05-12T14:00"))).Expect(200).Json.Amount("available").ShouldBe("17.00");
        await Scene.Clock("05-12T13:00");
        (await Available("w")).ShouldBe("10.00");
        await Scene.Clock("05-12T14:00");
        (await Available("w")).ShouldBe("0.00");
        (await Kinds("w")).ShouldBe(["expired", "temporary_limit_ended", "top_up", "limit_set"]);
    }

    [Fact]
    public async Task low_water_is_told_in_history_and_balance()
    {
        (await Put("w", "alfa", new { currency = "EUR", low_water = new[] { "2", "5" } })).Expect(201);
        (await Put("x", "beta", new { currency = "EUR" })).Expect(201);
        (await TopUp("w", "10", "p")).Expect(200).Json.List("low").ShouldBeEmpty();
        var answer = await Admin.TryPost(Path("w", "/transfer"), new { to = Scene.Id("x"), amount = "6", reference = "t" });
        answer.Expect(200).Json.List("low").Select(amount => amount.Text("amount")).ShouldBe(["5.00"]);
        var low = (await Admin.Get(Path("w", "/history"))).Json.List("data").Single(movement => movement.Text("kind") == "low_water");
        low.List("below").Select(amount => amount.Text("amount")).ShouldBe(["5.00"]);
    }

    [Fact]
    public async Task history_comes_in_pages_newest_first()
    {
        (await Put("w", "alfa", new { currency = "EUR" })).Expect(201);
        for (var n = 0; n < 5; n++) (await TopUp("w", "1", $"p{n}")).Expect(200);
        var (seen, path) = (new List<string>(), "/history?limit=2");
        for (var pages = 0; pages < 5; pages++)
        {
            var page = await Admin.Get(Path("w", path));
            seen.AddRange(page.Json.List("data").Select(movement => movement.Text("reference")));
            if (page.Json.GetProperty("next_cursor").GetString() is not { } cursor) break;
            path = "/history?limit=2&cursor=" + cursor;
        }

        seen.ShouldBe(["p4", "p3", "p2", "p1", "p0"]);
        (await Admin.TryGet(Path("w", "/history?cursor=x"))).Refused(400, "invalid_request").Fields.ShouldBe(["cursor"]);
    }

    [Fact]
    public async Task a_party_has_the_balances_of_its_wallets()
    {
        (await Put("w", "alfa", new { currency = "EUR" })).Expect(201);
        (await Put("u", "alfa", new { unit = "message" })).Expect(201);
        (await TopUp("w", "3", "p")).Expect(200);
        var key = await KeyOf("alfa", "billing:read");
        var balances = (await key.Get($"/v1/customers/{Scene.Id("alfa")}/balance?consistency=exact")).Json.List("data").ToList();
        balances.Select(balance => balance.Text("wallet")).ShouldBe([Scene.Id("u"), Scene.Id("w")]);
        balances[1].Amount("available").ShouldBe("3.00");
        (await key.TryGet($"/v1/customers/{Scene.Id("beta")}/balance")).Refused(404, "not_found");
        (await key.TryGet($"/v1/subscriptions/{Scene.Id("none")}/balance")).Refused(404, "not_found");
    }

    Task<Answer> TopUp(string wallet, string amount, string reference, string? expires = null) =>
        Admin.TryPost(Path(wallet, "/top_up"), expires is null ? new { amount, reference } : new { amount, reference, expires_at = expires });

    async Task<string> Available(string wallet) => (await Admin.Get(Path(wallet, "/balance"))).Json.Amount("available");

    async Task<string[]> Kinds(string wallet) => [.. (await Admin.Get(Path(wallet, "/history"))).Json.List("data").Select(movement => movement.Text("kind"))];
}
