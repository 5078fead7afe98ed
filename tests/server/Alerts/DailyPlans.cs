// Daily spending plans: admission, midnight, another limit for today, and what they tell.
namespace OrleansBilling.Server.Tests.Alerts;

public sealed class DailyPlansOnSqlite(OnSqlite place) : DailyPlans(place), IClassFixture<OnSqlite>;

public sealed class DailyPlansOnPostgres(OnPostgres place) : DailyPlans(place), IClassFixture<OnPostgres>;

public abstract class DailyPlans(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    string At(string rest = "") => $"/v1/wallets/{Scene.Id("w")}{rest}";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Admin.Put(At(), new { owner = Scene.Id("reseller"), currency = "EUR", daily_limit = "1", time_zone = "Europe/Helsinki" });
        await Admin.Post(At("/top_up"), new { amount = "100", reference = "first" });
        await Scene.Plan("dear", Charge.Sms("0.30"));
        await OneLeg("sub", "w", "dear");
    }

    [Fact]
    public async Task the_last_event_may_cross_the_limit_and_the_next_day_begins_anew()
    {
        (await Admin.Events(Enumerable.Range(0, 6).Select(n => Sms($"{n}", "sub")))).Counts.ShouldBe((4, 0, 0, 2));
        var refused = await Admin.Events(Sms("5", "sub"));
        refused.Only.ShouldBe("insufficient_funds");
        var daily = (await Admin.Get(At("/balance?consistency=exact"))).Json.GetProperty("daily");
        (daily.Amount("limit"), daily.Amount("spent"), daily.Text("resets_at")).ShouldBe(("1.00", "1.20", $"{Scene.Year}-05-12T21:00:00Z"));
        await Scene.Clock("05-12T23:59");
        (await Admin.Events(Sms("5", "sub"))).Only.ShouldBe("insufficient_funds");
        await Scene.Clock("05-13T00:00");
        (await Admin.Events(Enumerable.Range(10, 6).Select(n => Sms($"{n}", "sub")))).Counts.ShouldBe((4, 0, 0, 2));
        await Scene.Clock("05-13T00:02");
        var told = (await Admin.Get($"/v1/notifications?party={Scene.Id("reseller")}")).Json.List("data").ToList();
        told.Select(one => one.Text("kind")).ShouldBe(["daily_limit_reached", "daily_limit_reached"]);
        told.Select(one => one.GetProperty("data").Text("spent")).ShouldBe(["1.2", "1.2"]);
    }

    [Fact]
    public async Task many_subscriptions_spend_the_same_limit_and_nobody_is_refused_below_it()
    {
        for (var n = 0; n < 4; n++) await OneLeg($"s{n}", "w", "dear");
        var accepted = 0;
        for (var round = 0; round < 3; round++)
            for (var n = 0; n < 4; n++)
                accepted += (await Admin.Events(Sms($"{round}", $"s{n}"))).Accepted;
        accepted.ShouldBe(4);
    }

    [Fact]
    public async Task holds_do_not_count_and_are_used_beyond_the_limit()
    {
        (await TryHold("sub", "h1", "3", 3_000)).Expect(200);
        (await TryHold("sub", "h2", "3", 3_000)).Expect(200);
        (await Admin.Post(Hold("sub", "/h1/capture"), new { quantity = "3" })).Json.Text("state").ShouldBe("captured");
        (await Admin.Events(Sms("1", "sub"))).Only.ShouldBe("accepted");
        (await Admin.Events(Sms("2", "sub"))).Only.ShouldBe("insufficient_funds");
        (await Admin.Post(Hold("sub", "/h2/capture"), new { quantity = "3" })).Json.Text("state").ShouldBe("captured");
        (await Admin.Get(At("/balance?consistency=exact"))).Json.GetProperty("daily").Amount("spent").ShouldBe("2.10");
    }

    [Fact]
    public async Task another_limit_stands_until_midnight_also_after_a_kill()
    {
        (await Admin.Events(Enumerable.Range(0, 5).Select(n => Sms($"{n}", "sub")))).Accepted.ShouldBe(4);
        (await Admin.Post(At("/daily_limit"), new { amount = "2", reference = "r" })).Json.GetProperty("daily").Amount("limit").ShouldBe("2.00");
        (await Admin.TryPost(At("/daily_limit"), new { amount = "3", reference = "r" })).Refused(409, "reference_conflict");
        await Place.KillAndStart();
        (await Admin.Events(Enumerable.Range(4, 6).Select(n => Sms($"{n}", "sub")))).Accepted.ShouldBe(3);
        await Scene.Clock("05-13T00:00");
        (await Admin.Get(At("/balance"))).Json.GetProperty("daily").Amount("limit").ShouldBe("1.00");
    }

    [Fact]
    public async Task the_plan_of_an_outer_wallet_bounds_what_lies_inside_it()
    {
        await Admin.Put($"/v1/wallets/{Scene.Id("in")}", new { owner = Scene.Id("reseller"), currency = "EUR", credit_limit = "50", parent = Scene.Id("w") });
        await OneLeg("inside", "in", "dear");
        var accepted = 0;
        for (var n = 0; n < 8; n++) accepted += (await Admin.Events(Sms($"{n}", n % 2 == 0 ? "inside" : "sub"))).Accepted;
        accepted.ShouldBeInRange(3, 4);
        (await Admin.Events(Sms("last", "inside"))).Only.ShouldBe("upstream_credit");
        await Scene.Clock("05-13T00:00");
        (await Admin.Events(Sms("last", "inside"))).Only.ShouldBe("accepted");
    }

    [Fact]
    public async Task what_cannot_be_is_named()
    {
        await Wallet("plain", "reseller", "1");
        (await Admin.TryPost($"/v1/wallets/{Scene.Id("plain")}/daily_limit", new { amount = "3", reference = "r" })).Refused(400, "invalid_request").Fields.ShouldBe(["amount"]);
        (await Admin.TryPut(At(), new { owner = Scene.Id("reseller"), currency = "EUR", daily_limit = "0", time_zone = "Nowhere" }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["daily_limit", "time_zone"]);
    }
}
