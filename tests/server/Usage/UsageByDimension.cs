// Usage by dimension and over days: on two legs, up the tree, with corrections and packages, and after a restart.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Usage;

public sealed class UsageByDimensionOnSqlite(OnSqlite place) : UsageByDimension(place), IClassFixture<OnSqlite>;

public sealed class UsageByDimensionOnPostgres(OnPostgres place) : UsageByDimension(place), IClassFixture<OnPostgres>;

public abstract class UsageByDimension(ServerPlace place) : Allowances.PackageScenario(place)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task by_country_on_two_legs_and_an_amended_event_stays_in_its_group(bool restarted)
    {
        await Client("sub");
        await Admin.Events(Event("a", 10, "FI"), Event("b", 4, "EE"), Event("c", 1, "EE"), Event("d", 2, null));
        (await Groups("subscriptions", "sub", "?group_by=country")).ShouldBe(["- 2 1 0.07 0.10", "EE 5 2 0.175 0.25", "FI 10 1 0.35 0.50"]);
        (await Correct("c1", "a", "amend", "7")).Expect(200);
        (await Correct("c2", "c", "retract")).Expect(200);
        if (restarted) await Place.Restart();
        (await Groups("subscriptions", "sub", "?group_by=country")).ShouldBe(["- 2 1 0.07 0.10", "EE 4 3 0.14 0.20", "FI 7 3 0.245 0.35"]);
        // Late, in a period that is no longer current, and as of days.
        await Scene.Clock("06-02");
        (await Admin.Events(Event("late", 3, "SE", "05-31T23:59"), Event("june", 1, "SE", "06-01"))).Accepted.ShouldBe(2);
        (await Groups("subscriptions", "sub", "?group_by=country")).ShouldBe(["SE 1 1 0.035 0.05"]);
        (await Groups("subscriptions", "sub", $"?group_by=country&period={Scene.Month("05")}"))
            .ShouldBe(["- 2 1 0.07 0.10", "EE 4 3 0.14 0.20", "FI 7 3 0.245 0.35", "SE 3 1 0.105 0.15"]);
        (await Groups("subscriptions", "sub", $"?group_by=country&period={Scene.Date("05-31")}..{Scene.Date("06-01")}")).ShouldBe(["SE 4 2 0.14 0.20"]);
    }

    [Fact]
    public async Task several_dimensions_and_packages_add_up_to_the_plain_reading()
    {
        await Client("sub");
        await Grant("sub", Package("p", "5", "2", Retail, ("on_exhausted", "overage")));
        var events = new[] { Event("a", 3, "FI"), Event("b", 4, "FI"), Event("c", 2, "EE") };
        events[1]["data"]!["mccmnc"] = "24491";
        await Admin.Events(events);
        var read = await Read("subscriptions", "sub", "?group_by=country,mccmnc");
        // Of the second event two units are covered; the price of the package is in no country.
        Told(read).ShouldBe(["-,- 0 0 2.00", "EE,- 2 1 0.07 0.10", "FI,- 3 1 0.00 0.105", "FI,24491 4 1 0.10 0.14"]);
        Plain(read).ShouldBe(Plain(await Read("subscriptions", "sub", "")));
        Plain(read).ShouldBe(Plain(await Read("subscriptions", "sub", $"?period={Scene.Date("05-01")}..{Scene.Date("05-31")}")));
        (await Read("subscriptions", "sub", "")).ToString().ShouldNotContain("groups");
        read.Text("period").ShouldBe("current");
        read.Text("as_of").ShouldStartWith(Scene.Date("05-12"));
    }

    [Fact]
    public async Task a_partner_adds_up_its_customers_and_amounts_are_shown_to_those_who_sell_or_buy()
    {
        await Client("one");
        await Client("two");
        await Admin.Events(Event("a", 1, "FI", subscription: "one"), Event("b", 2, "FI", subscription: "two"), Event("c", 3, "EE", subscription: "two"));
        (await Groups("partners", "reseller", "?group_by=country")).ShouldBe(["EE 3 1 0.105 0.15", "FI 3 2 0.105 0.15"]);
        (await Groups("customers", "alfa", $"?group_by=country&period={Scene.Date("05-12")}..{Scene.Date("05-12")}"))
            .ShouldBe(["EE 3 1 0.105 0.15", "FI 3 2 0.105 0.15"]);
        var key = await KeyOf("alfa", "usage:read");
        Told(await Read("customers", "alfa", "?group_by=country", key)).ShouldBe(["EE 3 1 0.15", "FI 3 2 0.15"]);
        (await key.TryGet($"/v1/partners/{Scene.Id("reseller")}/usage?group_by=country")).Refused(404, "not_found");
        (await Admin.TryGet($"/v1/customers/{Scene.Id("nobody")}/usage?group_by=country")).Refused(404, "not_found");
    }

    [Fact]
    public async Task days_are_of_the_events_own_time_in_the_zone_of_the_calendar()
    {
        await Client("sub");
        await Admin.Events(Event("a", 1, "FI", "05-03T00:00"), Event("b", 2, "FI", "05-10T23:59"), Event("c", 4, "FI", "05-02T23:59"), Event("d", 8, "FI", "05-11"));
        async Task<string> Between(string from, string to) =>
            (await Read("subscriptions", "sub", $"?period={Scene.Date(from)}..{Scene.Date(to)}")).List("meters").Select(meter => meter.Text("quantity")).FirstOrDefault("0");
        (await Between("05-03", "05-10")).ShouldBe("3");
        (await Between("05-02", "05-11")).ShouldBe("15");
        (await Between("04-20", "05-02")).ShouldBe("4");
        (await Between("05-04", "05-09")).ShouldBe("0");
        await Admin.Events(Event("e", 16, "FI", "05-03T00:00"));
        (await Between("05-03", "05-10")).ShouldBe("19", "what came since is read on");
        (await Read("subscriptions", "sub", $"?period={Scene.Date("05-03")}..{Scene.Date("05-10")}")).Text("period")
            .ShouldBe($"{Scene.Date("05-03")}..{Scene.Date("05-10")}");
    }

    [Theory]
    [InlineData("?period=2025-05-03..2025-05-02", "period")]
    [InlineData("?period=2025-05-03..2025-08-04", "period")]
    [InlineData("?period=2025-05-03..", "period")]
    [InlineData("?period=2025-02-30..2025-03-01", "period")]
    [InlineData("?period=2025-05-03..2025-05-04..2025-05-05", "period")]
    [InlineData("?group_by=colour", "group_by")]
    [InlineData("?group_by=country,colour", "group_by")]
    [InlineData("?group_by=country,country", "group_by")]
    [InlineData("?group_by=country,", "group_by")]
    [InlineData("?group_by=charge,country", "group_by")]
    [InlineData("?group_by=country,mccmnc,sender_type,network", "group_by")]
    public async Task what_cannot_be_asked_is_refused_by_name(string query, string field)
    {
        await Client("sub");
        await Admin.Events(Event("a", 1, "FI"));
        (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("sub")}/usage{query}")).Refused(400, "invalid_request").Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task a_dimension_of_no_meter_in_the_answer_and_streams_are_refused()
    {
        await Client("sub");
        await Admin.Put("/v1/meters/lookup", new { unit = "query", dimensions = new[] { "network" } });
        var path = $"/v1/subscriptions/{Scene.Id("sub")}/usage";
        (await Admin.Get(path + "?group_by=network")).Json.List("meters").ShouldBeEmpty();
        await Admin.Events(Event("a", 1, "FI"));
        (await Admin.TryGet(path + "?group_by=network")).Refused(400, "invalid_request").Fields.ShouldBe(["group_by"]);
        (await Admin.TryGet(path + "/stream?group_by=country")).Refused(400, "invalid_request").Fields.ShouldBe(["group_by"]);
        (await Admin.TryGet(path + $"/stream?period={Scene.Date("05-03")}..{Scene.Date("05-10")}")).Refused(400, "invalid_request").Fields.ShouldBe(["period"]);
    }

    [Fact]
    public async Task more_groups_than_an_answer_holds_are_refused_and_never_cut()
    {
        await Client("sub");
        // More than Limits.UsageGroupsMax.
        await Admin.Events(Enumerable.Range(0, 1_001).Select(number => Event($"{number}", 1, $"C{number}")));
        (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("sub")}/usage?group_by=country")).Refused(400, "invalid_request").Fields.ShouldBe(["group_by"]);
        (await Read("subscriptions", "sub", "?group_by=mccmnc")).List("meters").Single().Text("quantity").ShouldBe("1001");
    }

    [Fact]
    public async Task a_party_with_more_subscriptions_than_are_read_is_refused()
    {
        // More than Limits.JournalSubscriptionsMax.
        foreach (var some in Enumerable.Range(0, 1_001).Chunk(50))
            await Task.WhenAll(some.Select(number => Client($"n{number}")));
        var path = $"/v1/partners/{Scene.Id("reseller")}/usage";
        (await Admin.TryGet(path + "?group_by=country")).Refused(409, "too_many_subscriptions");
        (await Admin.TryGet(path + $"?period={Scene.Date("05-01")}..{Scene.Date("05-02")}")).Refused(409, "too_many_subscriptions");
        await Admin.Get(path);
    }

    System.Text.Json.Nodes.JsonObject Event(string id, int quantity, string? country, string time = "05-12T11:00", string subscription = "sub") =>
        Scene.Sms(id, subscription, time, quantity, country);

    Task<Answer> Correct(string id, string eventId, string action, string? quantity = null) =>
        Admin.TryPost("/v1/corrections", Corrections.CorrectionBodies.Of(Scene, id, eventId, action, quantity, "05-12T11:00", "sub"));

    async Task<JsonElement> Read(string kind, string id, string query, Api? by = null) => (await (by ?? Admin).Get($"/v1/{kind}/{Scene.Id(id)}/usage{query}")).Json;

    async Task<IReadOnlyList<string>> Groups(string kind, string id, string query) => Told(await Read(kind, id, query));

    // Values, quantity, events, amounts from the least: of the one meter.
    static IReadOnlyList<string> Told(JsonElement usage)
    {
        var meter = usage.List("meters").ShouldHaveSingleItem();
        var groups = meter.List("groups").ToList();
        groups.Sum(group => group.Text("quantity").Exact()).ShouldBe(meter.Text("quantity").Exact());
        groups.Sum(group => group.Int("events")).ShouldBe(meter.Int("events"));
        groups.Sum(Amount).ShouldBe(Amount(meter));
        return [.. groups.Select(group => string.Join(' ', string.Join(',', group.GetProperty("dimensions").EnumerateObject().Select(one => one.Value.GetString() ?? "-")),
            group.Text("quantity"), group.Int("events"),
            string.Join(' ', group.List("legs").Select(leg => leg.Amount()).OrderBy(text => text.Exact()))))];
    }

    static decimal Amount(JsonElement part) => part.List("legs").Sum(leg => leg.Amount().Exact());

    static string Plain(JsonElement usage) => string.Join('\n', usage.List("meters").Select(meter =>
        $"{meter.Text("meter")} {meter.Text("quantity")} {meter.Int("events")} {meter.GetProperty("legs").GetRawText()}"));
}
