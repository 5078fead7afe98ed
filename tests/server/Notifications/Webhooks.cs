// Notifications sent to a receiver outside: signed, in order, again until they are taken, and never to an address inside.
using System.Security.Cryptography;
using System.Text;

namespace OrleansBilling.Server.Tests.Notifications;

public sealed class WebhooksOnSqlite(OnSqlite place) : Webhooks(place), IClassFixture<OnSqlite>;

public sealed class WebhooksOnPostgres(OnPostgres place) : Webhooks(place), IClassFixture<OnPostgres>;

public abstract class Webhooks(ServerPlace place) : Wallets.WalletScenario(place)
{
    [Fact]
    public async Task what_is_told_is_sent_signed_and_again_until_it_is_taken_and_the_next_one_waits()
    {
        using var receiver = new Receiver();
        var put = await Admin.TryPut(Hook("h"), new { url = receiver.Url, party = Scene.Id("nordreach") });
        var secret = put.Expect(201).Json.Text("secret");
        (await Admin.Get(Hook("h"))).Json.TryGetProperty("secret", out _).ShouldBeFalse("it is told once");
        receiver.Answer(500, 302);
        await Crossings();

        var first = await receiver.Next();
        (first.Json.Text("type"), first.Json.Text("party"), first.Json.GetProperty("data").Text("wallet")).ShouldBe(("wallet_low_water", Scene.Id("alfa"), Scene.Id("w")));
        Signed(secret, first).ShouldBeTrue();
        // The second one waits behind the first.
        await Eventually(async () => (await Attempts("h")) is [("pending", 0, null), ("pending", 1, "500")]);
        await Scene.Clock("05-12T12:00:20");
        var again = await receiver.Next();
        (again.Id, again.Body).ShouldBe((first.Id, first.Body));
        again.Timestamp.ShouldNotBe(first.Timestamp);
        Signed(secret, again).ShouldBeTrue();
        // A redirect leads nowhere.
        await Eventually(async () => (await Attempts("h")).ElementAtOrDefault(1) == ("pending", 2, "302"));

        // What is to be sent outlives the server.
        await Place.KillAndStart();
        await Scene.Clock("05-12T12:05");
        (await receiver.Next()).Id.ShouldBe(first.Id);
        var second = await receiver.Next();
        second.Id.ShouldNotBe(first.Id);
        second.Json.GetProperty("data").Text("threshold").ShouldBe("2");
        await Eventually(async () => (await Attempts("h")) is [("delivered", 1, "200"), ("delivered", 3, "200")]);
        receiver.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task a_receiver_that_never_takes_it_is_given_up_after_three_days_and_one_that_is_gone_is_left_alone()
    {
        using var receiver = new Receiver();
        await Admin.TryPut(Hook("h"), new { url = receiver.Url, party = Scene.Id("alfa") });
        receiver.Answer([.. Enumerable.Repeat(503, 40)]);
        await Crossings();
        var first = await receiver.Next();
        var heard = 1;
        foreach (var at in (string[])["05-12T13:00", "05-13T12:00", "05-14T12:00", "05-15T11:45"])
        {
            // The server must have heard the answer before the clock goes on, or the next attempt is counted from then.
            await Eventually(async () => (await Attempts("h")).ElementAtOrDefault(1).Attempts == heard);
            heard++;
            await Scene.Clock(at);
            (await receiver.Next()).Id.ShouldBe(first.Id);
        }

        await Eventually(async () => (await Attempts("h")).ElementAtOrDefault(1).Status == "failed");
        (await Attempts("h"))[1].Attempts.ShouldBeGreaterThanOrEqualTo(5);
        while ((await receiver.Next()).Id == first.Id) { }

        using var other = new Receiver();
        await Admin.TryPut(Hook("g"), new { url = other.Url, party = Scene.Id("alfa"), kinds = new[] { "wallet_low_water" } });
        other.Answer(410);
        await Admin.Post(Path("w", "/top_up"), new { amount = "20", reference = "p2" });
        await Admin.Post(Path("w", "/transfer"), new { to = Scene.Id("x"), amount = "20", reference = "t2" });
        await other.Next();
        await Eventually(async () => (await Admin.Get(Hook("g"))).Json.GetProperty("disabled").GetBoolean());
        (await Admin.TryPut(Hook("g"), new { url = other.Url, party = Scene.Id("alfa") })).Expect(200);
        await Scene.Clock("05-15T12:30");
        (await other.Next()).Id.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task who_hears_what_and_what_is_refused()
    {
        using var receiver = new Receiver();
        var partner = await KeyOf("nordreach", "billing:write", "billing:read");
        (await partner.TryPut(Hook("own"), new { url = receiver.Url, kinds = new[] { "low_water", "wallet_low" } })).Expect(201).Json.Text("party")
            .ShouldBe(Scene.Id("nordreach"));
        (await (await KeyOf("sudwind", "billing:write", "billing:read")).TryGet(Hook("own"))).Refused(404, "not_found");
        (await (await KeyOf("sudwind", "billing:write")).TryPut(Hook("own"), new { url = receiver.Url })).Refused(404, "not_found");
        (await partner.TryPut(Hook("not-mine"), new { url = receiver.Url, party = Scene.Id("sudwind") })).Refused(400, "invalid_request").Fields.ShouldBe(["party"]);
        foreach (var url in (string[])["http://example.com/", "https://user@example.com/", "https://10.0.0.1/", "https://[::ffff:169.254.169.254]/",
            "https://[fd00::1]/", "https://167772161/", "https://localhost.:1/#x", "ftp://example.com/", "/hook", "https://0xa.1/"])
            (await Admin.TryPut(Hook("bad"), new { url })).Refused(400, "invalid_request").Fields.ShouldBe(["url"], url);
        (await Admin.TryPut(Hook("bad"), new { url = receiver.Url, secret = "whsec_c2hvcnQ=" })).Refused(400, "invalid_request").Fields.ShouldBe(["secret"]);

        // Kinds are compared as a whole; a name that leads inside is found out when it is connected to.
        var secret = "whsec_" + Convert.ToBase64String(Encoding.UTF8.GetBytes("a secret of thirty-two characters"));
        (await Admin.TryPut(Hook("inside"), new { url = $"https://localhost:{new Uri(receiver.Url).Port}/", party = Scene.Id("alfa"), secret })).Expect(201)
            .Json.Text("secret").ShouldBe(secret);
        await Crossings();
        await Eventually(async () => (await Attempts("inside")).ElementAtOrDefault(1) == ("pending", 1, "its address is not public"));
        (await Attempts("own")).ShouldBeEmpty();
        receiver.HasMore.ShouldBeFalse();
        (await Admin.Delete(Hook("inside"))).Expect(204);
        (await Admin.TryGet(Hook("inside") + "/deliveries")).Refused(404, "not_found");
    }

    // Two crossings of one wallet: below 5, then below 2.
    async Task Crossings()
    {
        (await Put("w", "alfa", new { currency = "EUR", low_water = new[] { "2", "5" } })).Expect(201);
        (await Put("x", "beta", new { currency = "EUR" })).Expect(201);
        await Admin.Post(Path("w", "/top_up"), new { amount = "10", reference = "p" });
        await Admin.Post(Path("w", "/transfer"), new { to = Scene.Id("x"), amount = "6", reference = "t" });
        await Admin.Post(Path("w", "/transfer"), new { to = Scene.Id("x"), amount = "3", reference = "t1" });
    }

    async Task<(string Status, int Attempts, string? Answer)[]> Attempts(string hook)
    {
        var rows = (await Admin.Get(Hook(hook) + "/deliveries")).Json.List("data");
        return [.. rows.Select(row => (row.Text("status"), row.GetProperty("attempts").GetInt32(),
            row.TryGetProperty("answer", out var answer) ? answer.GetString() : null))];
    }

    static bool Signed(string secret, Received received)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{received.Id}.{received.Timestamp}.{received.Body}"));
        return received.Signature == "v1," + Convert.ToBase64String(hash);
    }

    string Hook(string id) => $"/v1/webhooks/{Scene.Id(id)}";
}
