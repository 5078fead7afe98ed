// API keys: what they open, what they hide, and that they are shown once.
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Http;

public sealed class KeysOnSqlite(OnSqlite place) : Keys(place), IClassFixture<OnSqlite>;

public sealed class KeysOnPostgres(OnPostgres place) : Keys(place), IClassFixture<OnPostgres>;

public abstract class Keys(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "north");
        await Scene.Plan("sms", Charge.Sms("0.05"));
        await Scene.Partner("south");
        await Scene.Agreement("southern", "operator", "south");
        foreach (var (partner, customer, agreement) in new[] { ("north", "alfa", "wholesale"), ("north", "beta", "wholesale"), ("south", "gamma", "southern") })
        {
            await Scene.Customer(customer, partner);
            await Scene.Subscribe($"{customer}-0", customer, "05-01", (agreement, "sms"));
        }
        await Scene.Clock("05-12T12:00");
        await Admin.Events(new[] { "alfa", "beta", "gamma" }.Select((customer, index) => Scene.Sms("1", $"{customer}-0", "05-12T11:00", 10 * (index + 1))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    [InlineData("obk_live_admin_00000000000000000000000000000000000000")]
    public async Task without_a_valid_key_there_is_nothing(string? key)
    {
        var answer = await Admin.As(key).TryGet("/v1/partners");
        answer.Refused(401, "unauthenticated").Headers["WWW-Authenticate"].ShouldBe("Bearer");
        (await Admin.As(key).TryEvents("application/x-ndjson", "")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task a_key_is_shown_once_and_ends_when_it_is_revoked()
    {
        var made = (await Admin.TryPost("/v1/api_keys", new { name = "one", scopes = new[] { "billing:read" } })).Expect(201).Json;
        var (id, text) = (made.Text("id"), made.Text("key"));
        foreach (var answer in new[] { await Admin.Get($"/v1/api_keys/{id}"), await Admin.Get("/v1/api_keys?limit=200") })
        {
            answer.Body.ShouldContain(id);
            answer.Body.ShouldNotContain(text);
            answer.Body.ShouldNotContain(text[(text.LastIndexOf('_') + 1)..]);
        }
        await Admin.As(text).Get("/v1/partners");
        (await Admin.As(text[..^1] + (text[^1] == 'a' ? 'b' : 'a')).TryGet("/v1/partners")).Refused(401, "unauthenticated");
        (await Admin.Delete($"/v1/api_keys/{id}")).Expect(204);
        (await Admin.As(text).TryGet("/v1/partners")).Refused(401, "unauthenticated");
        (await Admin.Delete($"/v1/api_keys/{id}")).Expect(204);
        await Place.Restart();
        (await Admin.As(text).TryGet("/v1/partners")).Refused(401, "unauthenticated");
    }

    [Fact]
    public async Task a_key_does_what_its_scopes_say()
    {
        var (reader, writer, sender, viewer) = (await KeyOf(null, "billing:read"), await KeyOf(null, "billing:write"),
            await KeyOf(null, "usage:write"), await KeyOf(null, "usage:read"));
        var partner = $"/v1/partners/{Scene.Id("north")}";
        foreach (var other in new[] { writer, sender, viewer }) (await other.TryGet(partner)).Refused(403, "insufficient_scope");
        foreach (var other in new[] { reader, sender, viewer }) (await other.TryPut(partner, new { })).Refused(403, "insufficient_scope");
        foreach (var other in new[] { reader, writer, viewer }) (await other.TryEvents("application/x-ndjson", "")).Refused(403, "insufficient_scope");
        foreach (var other in new[] { reader, writer, sender }) (await other.TryGet(partner + "/usage")).Refused(403, "insufficient_scope");
        foreach (var other in new[] { reader, writer, sender, viewer })
        {
            (await other.TryPost("/v1/api_keys", new { name = "more", scopes = new[] { "admin" } })).Refused(403, "insufficient_scope");
            (await other.TryPost("/v1/clock/advance", new { to = Scene.At("12-01") })).Refused(403, "insufficient_scope");
        }
        await reader.Get(partner);
        await viewer.Get(partner + "/usage");
        (await sender.Events(Scene.Sms("2", "alfa-0", "05-12T11:00"))).Accepted.ShouldBe(1);
    }

    [Fact]
    public async Task a_partners_key_sees_its_subtree_and_no_sibling_anywhere()
    {
        var north = await KeyOf("north", "billing:read", "usage:read", "usage:write");
        (await Ids(north, "partners")).ShouldBe([Scene.Id("north")]);
        (await Ids(north, "customers")).ShouldBe([Scene.Id("alfa"), Scene.Id("beta")]);
        (await Ids(north, "subscriptions")).ShouldBe([Scene.Id("alfa-0"), Scene.Id("beta-0")]);
        (await Ids(north, "agreements")).ShouldBe([Scene.Id("wholesale")]);
        (await Ids(north, "plans")).ShouldBeEmpty();
        (await Ids(north, "sellers")).ShouldBeEmpty();
        (await Ids(north, $"customers?partner={Scene.Id("south")}")).ShouldBeEmpty();
        (await Ids(north, $"subscriptions?customer={Scene.Id("gamma")}")).ShouldBeEmpty();
        await IsHidden(north, "partners/{0}", "south");
        await IsHidden(north, "customers/{0}", "gamma");
        await IsHidden(north, "subscriptions/{0}", "gamma-0");
        await IsHidden(north, "agreements/{0}", "southern");
        await IsHidden(north, "partners/{0}/usage", "south");
        await IsHidden(north, "customers/{0}/usage", "gamma");
        await IsHidden(north, "subscriptions/{0}/usage", "gamma-0");
        await IsHidden(north, "subscriptions/{0}/events", "gamma-0");
        (await Scene.Usage(north, "partners", "north")).ShouldBe(("30", "1.50"));
        foreach (var path in new[] { "runs", "runs/x", "calendars/x/close" }) (await north.TryGet("/v1/" + path)).Expect(403, 405);
    }

    [Fact]
    public async Task a_customers_key_sees_itself_and_no_price_that_is_not_its_own()
    {
        var alfa = await KeyOf("alfa", "billing:read", "usage:read", "usage:write");
        (await Ids(alfa, "partners")).ShouldBeEmpty();
        (await Ids(alfa, "customers")).ShouldBe([Scene.Id("alfa")]);
        (await Ids(alfa, "subscriptions")).ShouldBe([Scene.Id("alfa-0")]);
        await IsHidden(alfa, "customers/{0}", "beta");
        await IsHidden(alfa, "partners/{0}", "north");
        await IsHidden(alfa, "partners/{0}/usage", "north");
        await IsHidden(alfa, "subscriptions/{0}/events", "beta-0");
        (await alfa.Get($"/v1/subscriptions/{Scene.Id("alfa-0")}")).Json.List("legs").ShouldBeEmpty();
        var history = (await alfa.Get($"/v1/subscriptions/{Scene.Id("alfa-0")}/events", "application/x-ndjson")).Lines.ShouldHaveSingleItem();
        (history.Contains("\"quantity\":\"10\"", StringComparison.Ordinal), history.Contains("amount", StringComparison.Ordinal)).ShouldBe((true, false));
    }

    [Fact]
    public async Task usage_into_somebody_elses_subscription_is_usage_into_none()
    {
        var north = await KeyOf("north", "usage:write");
        JsonObject[] events =
        [
            Scene.Sms("3", "alfa-0", "05-12T11:00"), Scene.Sms("3", "gamma-0", "05-12T11:00"),
            Scene.Sms("1", "gamma-0", "05-12T11:00", 30), Scene.Sms("3", "nobody", "05-12T11:00"),
        ];
        var answer = await north.Events(events);
        answer.Accepted.ShouldBe(1);
        answer.Results.Select(one => one.Word).ShouldBe(["unknown_subscription", "unknown_subscription", "unknown_subscription"]);
        (await Scene.Usage("subscriptions", "gamma-0")).Quantity.ShouldBe("30");
    }

    [Fact]
    public async Task a_partners_key_writes_its_own_customers_and_nothing_above_them()
    {
        var north = await KeyOf("north", "billing:write", "billing:read");
        await north.Put($"/v1/customers/{Scene.Id("new")}", new { name = "New", partner = Scene.Id("north") });
        (await north.TryPut($"/v1/customers/{Scene.Id("stray")}", new { name = "New", partner = Scene.Id("south") }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["partner"]);
        (await north.TryPut($"/v1/customers/{Scene.Id("gamma")}", new { name = "Mine", partner = Scene.Id("north") })).Refused(404, "not_found");
        (await north.TryPut($"/v1/partners/{Scene.Id("north")}", new { name = "N", country = "FI", currency = "EUR" })).Refused(403, "insufficient_scope");
        (await north.TryPost($"/v1/plans/{Scene.Id("sms")}/versions", new { })).Refused(404, "not_found");
        (await north.TryPost($"/v1/calendars/{await Scene.Calendar()}/close", new { period = "2025-05" })).Refused(403, "insufficient_scope");
    }

    [Fact]
    public async Task a_partys_admin_makes_keys_of_its_subtree_only()
    {
        var north = await KeyOf("north", "admin");
        (await north.TryPost("/v1/api_keys", new { name = "k", party = Scene.Id("alfa"), scopes = new[] { "usage:write" } })).Expect(201);
        foreach (var party in new[] { Scene.Id("south"), Scene.Id("gamma"), Scene.Id("nobody"), null })
            (await north.TryPost("/v1/api_keys", new { name = "k", party, scopes = new[] { "usage:write" } }))
                .Refused(400, "invalid_request").Fields.ShouldBe(["party"]);
        await KeyOf("south", "admin");
        (await north.Get("/v1/api_keys?limit=200")).Body.ShouldNotContain(Scene.Id("south"));
        (await Admin.TryPost("/v1/api_keys", new { name = "k", scopes = new[] { "everything" } }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["scopes[0]"]);
    }

    [Fact]
    public async Task a_command_with_a_known_idempotency_key_gets_the_first_answer()
    {
        var body = new { name = "once", scopes = new[] { "usage:read" } };
        var first = (await Admin.TryPost("/v1/api_keys", body, Scene.Id("key-1"))).Expect(201);
        var again = (await Admin.TryPost("/v1/api_keys", body, Scene.Id("key-1"))).Expect(201);
        again.Json.Text("id").ShouldBe(first.Json.Text("id"));
        again.Json.TryGetProperty("key", out _).ShouldBeFalse();
        (await Admin.TryPost("/v1/api_keys", new { name = "twice", scopes = new[] { "usage:read" } }, Scene.Id("key-1"))).Refused(409, "idempotency_conflict");

        var version = new { effective_from = Scene.Date("06-01"), charges = new[] { Charge.Sms("0.06") } };
        var made = (await Admin.TryPost($"/v1/plans/{Scene.Id("sms")}/versions", version, Scene.Id("key-2"))).Expect(201);
        await Place.Restart();
        (await Admin.TryPost($"/v1/plans/{Scene.Id("sms")}/versions", version, Scene.Id("key-2"))).Expect(201).Body.ShouldBe(made.Body);
        // Another caller's key of the same text is another key.
        var writer = await KeyOf(null, "billing:write");
        var other = new { effective_from = Scene.Date("07-01"), charges = new[] { Charge.Sms("0.07") } };
        (await writer.TryPost($"/v1/plans/{Scene.Id("sms")}/versions", other, Scene.Id("key-2"))).Expect(201);
    }

    static async Task<IReadOnlyList<string>> Ids(Api key, string path) =>
        [.. (await key.Get("/v1/" + path)).Json.List("data").Select(one => one.Text("id")).Order(StringComparer.Ordinal)];

    // What is somebody else's is told in the same words as what does not exist.
    async Task IsHidden(Api key, string path, string id)
    {
        var (hidden, missing) = (await key.TryGet("/v1/" + string.Format(path, Scene.Id(id))), await key.TryGet("/v1/" + string.Format(path, "nobody")));
        hidden.Refused(404, "not_found").Body.Replace(Scene.Id(id), "nobody", StringComparison.Ordinal).ShouldBe(missing.Refused(404, "not_found").Body);
    }
}
