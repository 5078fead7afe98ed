// What a process left behind when it died is finished by the next one, although nobody calls the grain again.
namespace OrleansBilling.Server.Tests.Alerts;

public sealed class NobodyCallsOnSqlite(OnSqlite place) : NobodyCalls(place), IClassFixture<OnSqlite>;

public sealed class NobodyCallsOnPostgres(OnPostgres place) : NobodyCalls(place), IClassFixture<OnPostgres>;

public abstract class NobodyCalls(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    [Fact]
    public async Task a_crossing_that_was_journaled_is_told_once()
    {
        foreach (var limit in new[] { "6", "1" })
        {
            await Admin.Put($"/v1/wallets/{Scene.Id("w")}", new { owner = Scene.Id("alfa"), currency = "EUR", credit_limit = limit, low_water = new[] { "2", "5" } });
            await Forced();
        }

        (await ToldTo("alfa")).Select(one => one.GetProperty("data").Text("threshold")).Order().ShouldBe(["2", "5"]);
        // Leaves the crossing and takes what came after it: the row that says that it was told.
        await Place.Server.Kill();
        await Place.ForgetRows("wallet", Scene.Id("w"), 1);
        await Place.ForgetNotifications(Scene.Id("alfa"));
        await Place.Start();
        await Later();
        var told = await Told("alfa");
        told.Select(one => one.Text("kind")).ShouldBe(["wallet_low_water", "wallet_low_water"]);
        told.Select(one => one.GetProperty("data").Text("available")).ShouldBe(["1", "1"]);
        await Place.KillAndStart();
        await Later();
        (await Told("alfa")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task a_payment_that_left_arrives()
    {
        await Wallet("from", "reseller", "10");
        await Wallet("to", "reseller", "0");
        await Admin.Post($"/v1/wallets/{Scene.Id("from")}/transfer", new { to = Scene.Id("to"), amount = "4", reference = "t" });
        await Place.Server.Kill();
        await Place.ForgetRows("wallet", Scene.Id("from"), 1);
        // What came in, and that it stands in the books.
        await Place.ForgetRows("wallet", Scene.Id("to"), 2);
        await Place.Start();
        (await Available("to")).ShouldBe("0.00");
        await Later();
        (await Available("to")).ShouldBe("4.00");
    }

    [Fact]
    public async Task a_late_capture_is_told_to_its_wallet()
    {
        await Wallet("w", "reseller", "1");
        await OneLeg("sub", "w");
        (await TryHold("sub", "h", "20", seconds: 60)).Expect(200);
        await Scene.Clock("05-12T12:05");
        (await TryHold("sub", "all", "20", seconds: 86_400)).Expect(200);
        (await Admin.Post(Hold("sub", "/h/capture"), new { quantity = "20", used_at = Scene.At("05-12T12:00:30") })).Json.Text("state").ShouldBe("late_captured");
        (await Forced()).ShouldBe("1.00");
        await Place.Server.Kill();
        await Place.ForgetRows("wallet", Scene.Id("w"), 1);
        await Place.Start();
        (await Forced()).ShouldBe("0.00");
        await Later("05-12T12:07");
        (await Forced()).ShouldBe("1.00");
    }

    // The clock stands still, so no row falls due before this.
    Task Later(string at = "05-12T12:02") => Scene.Clock(at);

    async Task<string> Forced() => (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance")).Json.Amount("forced");

    async Task<List<System.Text.Json.JsonElement>> Told(string party) =>
        [.. (await Admin.Get($"/v1/notifications?party={Scene.Id(party)}")).Json.List("data")];

    // Told beside the answer: wait for it, else what is taken away here comes afterwards.
    async Task<List<System.Text.Json.JsonElement>> ToldTo(string party)
    {
        for (var attempt = 0; attempt < 5_000; attempt++)
        {
            if (await Told(party) is { Count: > 0 } told && (await Kinds()).Contains("alerts_told")) return told;
        }

        throw new InvalidOperationException("Nothing was told.");
    }

    async Task<List<string>> Kinds() => [.. (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/history")).Json.List("data").Select(one => one.Text("kind"))];
}
