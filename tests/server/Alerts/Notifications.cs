// Notifications: who sees them, in which order, page by page; and who may move money between wallets.
namespace OrleansBilling.Server.Tests.Alerts;

public sealed class NotificationsOnSqlite(OnSqlite place) : Notifications(place), IClassFixture<OnSqlite>;

public sealed class NotificationsOnPostgres(OnPostgres place) : Notifications(place), IClassFixture<OnPostgres>;

public abstract class Notifications(ServerPlace place) : Wallets.WalletScenario(place)
{
    [Fact]
    public async Task a_key_sees_what_was_told_to_its_subtree_newest_first()
    {
        (await Put("sink", "alfa", new { currency = "EUR" })).Expect(201);
        foreach (var owner in new[] { "alfa", "beta", "nordreach", "sudwind" })
        {
            (await Put($"w-{owner}", owner, new { currency = "EUR", low_water = new[] { "5" } })).Expect(201);
            await Admin.Post(Path($"w-{owner}", "/top_up"), new { amount = "6", reference = "a" });
            await Scene.Clock(owner switch { "alfa" => "05-12T13:00", "beta" => "05-12T14:00", "nordreach" => "05-12T15:00", _ => "05-12T16:00" });
            await Admin.Post(Path($"w-{owner}", "/transfer"), new { to = Scene.Id("sink"), amount = "2", reference = "b" });
        }

        await Scene.Clock("05-12T16:10");
        (await Seen(Admin, $"?party={Scene.Id("nordreach")}")).ShouldBe(["nordreach", "beta", "alfa"]);
        (await Seen(await KeyOf("nordreach", "billing:read"))).ShouldBe(["nordreach", "beta", "alfa"]);
        (await Seen(await KeyOf("beta", "billing:read"))).ShouldBe(["beta"]);
        (await Seen(await KeyOf("sudwind", "billing:read"))).ShouldBe(["sudwind"]);
        (await (await KeyOf("beta", "billing:read")).TryGet($"/v1/notifications?party={Scene.Id("alfa")}")).Refused(404, "not_found");
        (await (await KeyOf("beta", "usage:read")).TryGet("/v1/notifications")).Refused(403, "insufficient_scope");
        var first = (await Admin.Get($"/v1/notifications?party={Scene.Id("nordreach")}&limit=1")).Json;
        first.List("data").Single().Text("at").ShouldBe($"{Scene.Year}-05-12T12:00:00Z");
        (await Seen(Admin, $"?party={Scene.Id("nordreach")}&limit=1&cursor={first.Text("next_cursor")}")).ShouldBe(["beta"]);
        (await Admin.TryGet("/v1/notifications?cursor=x")).Refused(400, "invalid_request").Fields.ShouldBe(["cursor"]);
    }

    [Fact]
    public async Task a_partner_moves_money_within_its_subtree_and_pays_nothing_in()
    {
        foreach (var (wallet, owner) in new[] { ("np", "nordreach"), ("al", "alfa"), ("su", "sudwind") })
            (await Put(wallet, owner, new { currency = "EUR" })).Expect(201);
        await Admin.Post(Path("np", "/top_up"), new { amount = "10", reference = "a" });
        var partner = await KeyOf("nordreach", "billing:write", "billing:read");
        (await partner.TryPost(Path("np", "/transfer"), new { to = Scene.Id("al"), amount = "4", reference = "t" })).Expect(200).Json.Amount("available").ShouldBe("6.00");
        (await partner.TryPost(Path("al", "/transfer"), new { to = Scene.Id("np"), amount = "1", reference = "t" })).Expect(200);
        (await partner.TryPost(Path("np", "/transfer"), new { to = Scene.Id("su"), amount = "1", reference = "u" })).Refused(400, "invalid_request").Fields.ShouldBe(["to"]);
        (await partner.TryPost(Path("su", "/transfer"), new { to = Scene.Id("np"), amount = "1", reference = "u" })).Refused(404, "not_found");
        (await partner.TryPost(Path("np", "/top_up"), new { amount = "1", reference = "x" })).Refused(403, "insufficient_scope");
        (await partner.TryPost(Path("np", "/daily_limit"), new { amount = "1", reference = "x" })).Refused(403, "insufficient_scope");
        (await (await KeyOf("alfa", "billing:write")).TryPost(Path("al", "/transfer"), new { to = Scene.Id("al"), amount = "1", reference = "x" })).Refused(403, "insufficient_scope");
        (await (await KeyOf("nordreach", "billing:read")).TryPost(Path("np", "/transfer"), new { to = Scene.Id("al"), amount = "1", reference = "x" }))
            .Refused(403, "insufficient_scope");
        (await Admin.Get(Path("np", "/balance"))).Json.Amount("available").ShouldBe("7.00");
    }

    async Task<List<string>> Seen(Api api, string query = "") =>
        [.. (await api.Get("/v1/notifications" + query)).Json.List("data").Select(one => one.Text("party")[(Scene.Id("").Length)..])];
}
