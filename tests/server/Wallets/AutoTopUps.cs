// A wallet that runs low has itself topped up at the collection port: once for each request, whatever dies, and never with what was not paid.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Wallets;

public sealed class AutoTopUpsOnSqlite(OnSqlite place) : AutoTopUps(place), IClassFixture<OnSqlite>;

public sealed class AutoTopUpsOnPostgres(OnPostgres place) : AutoTopUps(place), IClassFixture<OnPostgres>;

public abstract class AutoTopUps(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    int sent;

    [Fact]
    public async Task each_fall_is_charged_once_as_often_as_a_day_allows_and_the_next_day_begins_with_a_look()
    {
        await Asking("5", perDay: 2);
        (await State()).ShouldBe(("armed", 0, null));
        (await Spend(61)).ShouldBe(61);
        var request = await Pending(1);
        (request.Amount(), request.Text("wallet"), request.Text("party"), request.Text("seller"), request.Text("statement_text"), request.TryGetProperty("document", out _))
            .ShouldBe(("10.00", Scene.Id("w"), Scene.Id("reseller"), Scene.Id("operator"), "TOP-UP " + Scene.Id("w"), false));
        (await State()).ShouldBe(("asked", 1, request.Text("id")));
        // What is asked for is not there: 39 of 60 are paid for by the last 1.95, and nothing more is asked for.
        (await Spend(60)).ShouldBe(39);
        (await Available("w")).ShouldBe("0.00");
        await Pending(1);

        await Result(request, "succeeded");
        (await Available("w"), await State()).ShouldBe(("10.00", ("armed", 1, null)));
        await Result(request, "succeeded");
        (await Admin.TryPost($"/v1/charge_requests/{request.Text("id")}/result", new { result = "declined" })).Refused(409, "id_conflict");
        (await Available("w")).ShouldBe("10.00", "once");
        await Eventually(async () => await Ledger("cash") == "15.00");
        (await Ledger("wallet_liability")).ShouldBe("-15.00");
        (await Admin.Get($"/v1/top_up_receipts?party={Scene.Id("reseller")}")).Json.List("data").Select(one => (one.Text("number")[^6..], one.Amount("amount")))
            .ShouldBe([("000001", "5.00"), ("000002", "10.00")]);

        (await Spend(161)).ShouldBe(161);
        await Result(await Pending(2), "succeeded");
        (await Available("w"), (await State()).State).ShouldBe(("11.95", "day_limit"));
        (await Spend(200)).ShouldBe(200);
        (await Available("w")).ShouldBe("1.95");
        (await All()).Count.ShouldBe(2);
        // Its zone is Helsinki.
        await Scene.Clock("05-12T23:59:59");
        // Nobody calls the wallet after this.
        await Place.KillAndStart();
        (await All()).Count.ShouldBe(2);
        await Scene.Clock("05-13T00:00:01");
        (await Pending(3)).Text("at")[..10].ShouldBe(Scene.Date("05-12"), "midnight there is 21:00 UTC");
        (await State()).ShouldBe(("asked", 1, (await All())[^1].Text("id")));
        (await Kinds()).ShouldBe(["auto_top_up_set", "auto_top_up_asked", "auto_top_up_paid", "auto_top_up_asked", "auto_top_up_paid", "auto_top_up_asked"]);
        await Verified();
    }

    [Fact]
    public async Task a_declined_charge_is_told_and_nothing_more_is_asked_for_or_spent_until_it_is_resumed()
    {
        await Asking("5", perDay: 5);
        (await Spend(61)).ShouldBe(61);
        await Result(await Pending(1), "declined");
        (await State()).ShouldBe(("declined", 1, null));
        await Eventually(async () => (await Told()).Count > 0);
        var told = (await Told()).ShouldHaveSingleItem();
        (told.Text("kind"), told.Text("party"), told.GetProperty("data").Text("wallet"), told.GetProperty("data").Text("threshold"), told.GetProperty("data").Text("amount"))
            .ShouldBe(("wallet_top_up_declined", Scene.Id("reseller"), Scene.Id("w"), "2", "10"));
        (await Spend(60)).ShouldBe(39);
        (await Available("w")).ShouldBe("0.00");
        await Put();
        await Admin.Post($"/v1/wallets/{Scene.Id("w")}/top_up", new { amount = "1", reference = "by hand" });
        (await All()).Count.ShouldBe(1, "who mends the card says so");
        (await State()).State.ShouldBe("declined");

        var resume = $"/v1/wallets/{Scene.Id("w")}/auto_top_up/resume";
        (await (await KeyOf("reseller", "billing:write")).TryPost(resume)).Refused(403, "insufficient_scope");
        (await Admin.Post(resume)).Json.GetProperty("auto_top_up").Text("state").ShouldBe("asked");
        await Pending(2);
        (await Admin.Post(resume)).Json.GetProperty("auto_top_up").Text("state").ShouldBe("asked");
        (await Admin.TryPost($"/v1/wallets/{Scene.Id("nobody")}/auto_top_up/resume")).Refused(404, "not_found");
        await Result((await All())[1], "succeeded");
        (await Available("w")).ShouldBe("11.00");
        (await Told()).Count.ShouldBe(1);
        (await (await KeyOf("reseller", "billing:read")).Get("/v1/charge_requests")).Json.List("data").Count().ShouldBe(2);
        (await (await KeyOf("alfa", "billing:read")).Get("/v1/charge_requests")).Json.List("data").ShouldBeEmpty();
        await Verified();
    }

    [Theory]
    [InlineData("top_up.asking"), InlineData("flush.committed:2")]
    public async Task a_server_that_dies_while_it_asks_has_asked_once(string point)
    {
        await Asking("5", perDay: 5);
        (await Spend(1)).ShouldBe(1);
        await Place.Server.Stop();
        await Place.StartUntil(point);
        try
        {
            for (var n = 0; n < 70; n++) await Spend(1);
        }
        catch (Exception cut) when (cut is HttpRequestException or OperationCanceledException or ShouldAssertException)
        {
            // It is dead: some were answered.
        }

        await Place.Server.Died();
        await Place.Start();
        await Spend(70);
        await Scene.Clock("05-12T12:05");
        var request = await Pending(1);
        await Place.KillAndStart();
        await Scene.Clock("05-12T12:10");
        (await All()).ShouldHaveSingleItem();
        await Result(request, "succeeded");
        (await All()).ShouldHaveSingleItem();
        (await State()).ShouldBe(("armed", 1, null));
        await Verified();
    }

    [Fact]
    public async Task a_server_that_dies_when_it_is_paid_and_the_wallet_has_not_recorded_it_credits_it_once()
    {
        await Asking("5", perDay: 5);
        (await Spend(61)).ShouldBe(61);
        var request = await Pending(1);
        await Place.Server.Stop();
        await Place.StartUntil("top_up.ending");
        await Should.ThrowAsync<Exception>(() => Result(request, "succeeded"));
        await Place.Server.Died();
        await Place.Start();
        // Nobody calls the wallet, and the clock stands: the row that came with the answer brings it.
        await Eventually(async () => await Ledger("cash") == "15.00");
        (await State()).State.ShouldBe("armed");
        (await Available("w")).ShouldBe("11.95");
        await Result(request, "succeeded");
        (await Available("w")).ShouldBe("11.95");
        (await Ledger("cash")).ShouldBe("15.00");
        await Verified();
    }

    [Fact]
    public async Task a_rule_is_for_money_of_a_wallet_that_names_its_seller_and_bodies_are_checked()
    {
        async Task Wrong(object body, params string[] fields) =>
            (await Admin.TryPut($"/v1/wallets/{Scene.Id("bad")}", body)).Refused(400, "invalid_request").Fields.Order().ShouldBe(fields);
        var owner = Scene.Id("reseller");
        var rule = new { below = "2", amount = "10" };
        await Wrong(new { owner, currency = "EUR", auto_top_up = rule }, "auto_top_up");
        await Wrong(new { owner, unit = "message", auto_top_up = rule }, "auto_top_up");
        await Wrong(new { owner, currency = "EUR", seller = Scene.Id("operator"), auto_top_up = new { below = "-1", amount = "0.005", per_day = 25 } },
            "auto_top_up.amount", "auto_top_up.below", "auto_top_up.per_day");
        await Wrong(new { owner, currency = "EUR", seller = Scene.Id("operator"), auto_top_up = new { below = "1", amount = "1", colour = "red" } }, "auto_top_up.colour");
        await Wallet("plain", "reseller", "1");
        (await Admin.TryPost($"/v1/wallets/{Scene.Id("plain")}/auto_top_up/resume")).Refused(400, "invalid_request").Fields.ShouldBe(["auto_top_up"]);
        await Asking("0", perDay: 1);
        (await Pending(1)).Amount().ShouldBe("10.00", "an empty wallet asks as soon as it has the rule");
    }

    async Task Asking(string paidIn, int perDay)
    {
        if (paidIn != "0") await Wallet("w", "reseller", paidIn);
        await Put(perDay);
        await OneLeg("sub", "w");
    }

    Task<Answer> Put(int perDay = 5) => Admin.Put($"/v1/wallets/{Scene.Id("w")}", new
    {
        owner = Scene.Id("reseller"), currency = "EUR", seller = Scene.Id("operator"), slice_max = "0.5", time_zone = "Europe/Helsinki",
        auto_top_up = new { below = "2", amount = "10", per_day = perDay },
    });

    // How many of so many messages were paid for, at 0.05.
    async Task<int> Spend(int messages) => (await Admin.Events(Enumerable.Range(0, messages).Select(_ => Sms($"m{sent++}", "sub")))).Accepted;

    async Task<IReadOnlyList<JsonElement>> All() => [.. (await Admin.Get($"/v1/charge_requests?party={Scene.Id("reseller")}")).Json.List("data")];

    // The only request that waits, the n-th of all; it is asked for beside the answer.
    async Task<JsonElement> Pending(int number)
    {
        await Eventually(async () => (await All()).Count >= number);
        var all = await All();
        all.Count.ShouldBe(number);
        all.Count(one => one.Text("status") == "pending").ShouldBe(1);
        all[^1].Text("id").ShouldBe($"{Scene.Id("w")}:top_up:{number}");
        return all[^1];
    }

    Task Result(JsonElement request, string result) => Admin.Post($"/v1/charge_requests/{request.Text("id")}/result", new { result });

    async Task<(string State, int Today, string? Request)> State()
    {
        var state = (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance")).Json.GetProperty("auto_top_up");
        return (state.Text("state"), state.Int("today"), state.TryGetProperty("charge_request", out var id) ? id.GetString() : null);
    }

    async Task<List<JsonElement>> Told() => [.. (await Admin.Get($"/v1/notifications?party={Scene.Id("reseller")}")).Json.List("data")];

    async Task<IEnumerable<string>> Kinds() => (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/history?limit=200")).Json.List("data").Select(one => one.Text("kind"))
        .Where(kind => kind.StartsWith("auto_top_up", StringComparison.Ordinal)).Reverse();

    async Task<string> Ledger(string ledger) => (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("operator")}")).Json.List("data")
        .Where(row => row.Text("ledger") == ledger).Select(row => row.Amount("balance")).DefaultIfEmpty("0.00").Single();

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
