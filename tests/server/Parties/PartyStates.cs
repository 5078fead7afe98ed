// States of parties set by hand: what each stops, for whom, and what goes on (domain 1.1, 1.4, 1.5).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Parties;

public sealed class PartyStatesOnSqlite(OnSqlite place) : PartyStates(place), IClassFixture<OnSqlite>;

public sealed class PartyStatesOnPostgres(OnPostgres place) : PartyStates(place), IClassFixture<OnPostgres>;

public abstract class PartyStates(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "r1");
        await Scene.Plan("pro", Charge.Monthly("31.00"), Charge.Sms("0.05"));
        await Scene.Customer("alfa", "r1");
        await Scene.Customer("beta", "r1");
        await Scene.Subscribe("alfa-0", "alfa", "05-01", ("wholesale", "pro"));
        await Scene.Subscribe("beta-0", "beta", "05-01", ("wholesale", "pro"));
    }

    [Theory]
    [InlineData("freeze", "frozen", true)]
    [InlineData("restrict", "restricted", false)]
    [InlineData("limit", "limited", false)]
    public async Task nothing_new_is_taken_and_running_traffic_goes_on(string verb, string state, bool stopsCustomers)
    {
        var answer = await Do("partners", "r1", verb, "owes since May");
        (answer.Text("state"), Reasons(answer)).ShouldBe((state, $"{state} manual r1 owes since May"));
        (await Send("alfa-0")).ShouldBe("accepted");
        (await Admin.TryPut(Subscription("gamma-0"), Body("alfa"))).Refused(409, "party_not_active").Fields.ShouldBe(["customer"]);
        (await Grant("alfa-0")).Refused(409, "party_not_active");
        var customer = await Admin.TryPut($"/v1/customers/{Scene.Id("gamma")}", new { name = "gamma", partner = Scene.Id("r1") });
        var partner = await Admin.TryPut($"/v1/partners/{Scene.Id("r2")}", new { name = "r2", country = "FI", currency = "EUR", parent = Scene.Id("r1") });
        if (stopsCustomers) (customer.Refused(409, "party_not_active").Fields[0], partner.Refused(409, "party_not_active").Fields[0]).ShouldBe(("partner", "parent"));
        else (customer.Status, partner.Status).ShouldBe((201, 201));
        // What stands may be written again, and ended.
        (await Admin.TryPut(Subscription("beta-0"), Body("beta", ends: Scene.At("05-20")))).Expect(200);
        await Do("partners", "r1", "resume");
        (await Admin.TryPut(Subscription("gamma-0"), Body("alfa", ends: Scene.At("05-02")))).Expect(201);
        (await Grant("alfa-0")).Expect(200);
    }

    [Theory]
    [InlineData("suspend", "suspended")]
    [InlineData("disable", "disabled")]
    [InlineData("block", "blocked")]
    public async Task every_service_below_a_partner_is_refused_and_fees_go_on(string verb, string state)
    {
        await Do("partners", "r1", verb);
        await Scene.Clock("05-10T12:00");
        foreach (var one in new[] { "alfa-0", "beta-0" })
        {
            var refused = await Admin.Events(Event(one));
            refused.Only.ShouldBe("partner_suspended");
        }

        (await Admin.TryEvents("application/cloudevents+json", Event("alfa-0").ToJsonString())).Json.List("results").Single()
            .Text("limiting_level").ShouldBe("partner:" + Scene.Id("r1"));
        (await Admin.Get($"/v1/customers/{Scene.Id("alfa")}")).Json.Text("state").ShouldBe("partner_" + state);
        await Do("partners", "r1", "resume");
        (await Send("alfa-0")).ShouldBe("accepted");
        await Scene.Clock("06-01T00:10");
        (await Scene.TheDocument("r1")).SortedAmounts().ShouldBe(["0.05", "31.00", "31.00"]);
    }

    [Fact]
    public async Task a_customer_that_is_suspended_stops_alone()
    {
        await Do("customers", "alfa", "suspend");
        (await Send("alfa-0")).ShouldBe("subscription_not_active");
        (await Send("beta-0")).ShouldBe("accepted");
        (await Admin.TryPut(Subscription("gamma-0"), Body("alfa"))).Refused(409, "party_not_active");
        (await Admin.TryPut(Subscription("gamma-1"), Body("beta", ends: Scene.At("05-02")))).Expect(201);
        await Place.KillAndStart();
        (await Send("alfa-0")).ShouldBe("subscription_not_active", "a state is durable when it is answered");
        await Do("customers", "alfa", "resume");
        (await Send("alfa-0")).ShouldBe("accepted");
    }

    [Fact]
    public async Task PORT_13_a_state_is_inherited_over_three_levels_and_the_strongest_counts()
    {
        await Admin.Put($"/v1/partners/{Scene.Id("r2")}", new { name = "r2", country = "FI", currency = "EUR", parent = Scene.Id("r1") });
        await Admin.Put($"/v1/partners/{Scene.Id("r3")}", new { name = "r3", country = "FI", currency = "EUR", parent = Scene.Id("r2") });
        await Scene.Customer("deep", "r3");
        await Scene.Agreement("deeply", "operator", "r3");
        await Scene.Subscribe("deep-0", "deep", "05-01", ("deeply", "pro"));
        await Do("partners", "r3", "freeze");
        await Do("partners", "r1", "suspend", "owes");
        (await Send("deep-0")).ShouldBe("partner_suspended");
        (await Send("alfa-0")).ShouldBe("partner_suspended");
        var deep = (await Admin.Get($"/v1/customers/{Scene.Id("deep")}")).Json;
        (deep.Text("state"), Reasons(deep)).ShouldBe(("partner_suspended", "frozen inherited r3 , suspended inherited r1 owes"));
        (await Admin.Get($"/v1/partners/{Scene.Id("r2")}")).Json.Text("state").ShouldBe("partner_suspended");
        // Why somebody above it is suspended is not told to those below.
        var key = await KeyOf("r3", "billing:read");
        var seen = (await key.Get($"/v1/customers/{Scene.Id("deep")}")).Json;
        (seen.Text("state"), Reasons(seen)).ShouldBe(("partner_suspended", "frozen inherited r3 , suspended inherited r1 "));
        await Do("partners", "r1", "resume");
        (await Send("deep-0")).ShouldBe("accepted", "r3 is frozen still, and running traffic goes on");
        (await Admin.Get($"/v1/customers/{Scene.Id("deep")}")).Json.Text("state").ShouldBe("partner_frozen");
    }

    [Fact]
    public async Task a_hold_that_is_placed_may_be_captured_and_no_more_than_that()
    {
        await Scene.Clock("05-10T12:00");
        foreach (var id in new[] { "h-1", "h-2" }) (await Hold("alfa-0", id)).Expect(200);
        await Do("partners", "r1", "suspend");
        (await Hold("alfa-0", "h-3")).Refused(409, "partner_suspended").Json.Text("limiting_level").ShouldBe("partner:" + Scene.Id("r1"));
        (await Admin.TryPost(Holds("alfa-0", "/h-1/capture"), new { quantity = "6" })).Refused(409, "partner_suspended");
        (await Admin.Post(Holds("alfa-0", "/h-1/capture"), new { quantity = "5" })).Json.Text("state").ShouldBe("captured");
        (await Admin.Post(Holds("alfa-0", "/h-2/release"))).Json.Text("state").ShouldBe("released");
    }

    [Fact]
    public async Task what_was_taken_before_stays_a_duplicate()
    {
        (await Admin.Events(Event("alfa-0", "same"))).Only.ShouldBe("accepted");
        await Do("partners", "r1", "suspend");
        (await Admin.Events(Event("alfa-0", "same"))).Only.ShouldBe("duplicate");
        (await Admin.Events(Event("alfa-0", "same").Altered())).Only.ShouldBe("conflict");
    }

    [Fact]
    public async Task ANTX_terminated_is_for_ever_and_the_next_close_bills_the_rest()
    {
        await Scene.Clock("05-10T12:00");
        (await Send("alfa-0")).ShouldBe("accepted");
        (await Do("partners", "r1", "terminate", "closed its doors")).Text("state").ShouldBe("terminated");
        (await Send("alfa-0")).ShouldBe("partner_suspended");
        await Scene.Clock("05-10T12:01");
        foreach (var one in new[] { "alfa-0", "beta-0" })
            (await Admin.Get(Subscription(one))).Json.Text("ends_at").ShouldBe(Ended());
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("r1");
        invoice.SortedAmounts().ShouldBe(["0.05", "31.00", "31.00"], "this plan's last month is a full one");
        await Scene.Clock("07-01T00:10");
        (await Scene.Documents("r1")).Count.ShouldBe(1);
        (await Admin.TryPost($"/v1/partners/{Scene.Id("r1")}/resume")).Refused(409, "party_terminated");
        (await Admin.TryPost($"/v1/partners/{Scene.Id("r1")}/freeze")).Refused(409, "party_terminated");
        (await Do("partners", "r1", "terminate")).Text("state").ShouldBe("terminated");
    }

    [Fact]
    public async Task a_partner_decides_over_those_below_it_and_not_over_itself_or_what_was_set_above()
    {
        await Admin.Put($"/v1/partners/{Scene.Id("r2")}", new { name = "r2", country = "FI", currency = "EUR", parent = Scene.Id("r1") });
        await Scene.Partner("stranger");
        var r1 = await KeyOf("r1", "billing:read", "billing:write");
        (await r1.TryPost($"/v1/partners/{Scene.Id("r1")}/resume")).Refused(403, "insufficient_scope");
        (await r1.TryPost($"/v1/partners/{Scene.Id("stranger")}/freeze")).Refused(404, "not_found");
        (await r1.TryPost($"/v1/partners/{Scene.Id("nobody")}/freeze")).Refused(404, "not_found");
        (await r1.TryPost($"/v1/customers/{Scene.Id("r2")}/freeze")).Refused(404, "not_found");
        (await r1.Post($"/v1/partners/{Scene.Id("r2")}/suspend")).Json.Text("state").ShouldBe("suspended");
        (await r1.Post($"/v1/partners/{Scene.Id("r2")}/resume")).Json.Text("state").ShouldBe("active");
        await Do("customers", "alfa", "block");
        (await r1.TryPost($"/v1/customers/{Scene.Id("alfa")}/resume")).Refused(409, "set_above");
        (await r1.TryPost($"/v1/customers/{Scene.Id("alfa")}/freeze")).Refused(409, "set_above");
        var alfa = await KeyOf("alfa", "billing:read", "billing:write");
        (await alfa.TryPost($"/v1/customers/{Scene.Id("alfa")}/resume")).Refused(403, "insufficient_scope");
        (await (await KeyOf("r1", "billing:read")).TryPost($"/v1/customers/{Scene.Id("beta")}/freeze")).Refused(403, "insufficient_scope");
    }

    [Fact]
    public async Task a_command_is_repeated_by_its_key_and_bodies_are_checked()
    {
        var path = $"/v1/customers/{Scene.Id("alfa")}/freeze";
        var first = (await Admin.TryPost(path, new { reason = "one" }, "state-1-" + Scene.Id("k"))).Expect(200);
        await Do("customers", "alfa", "resume");
        (await Admin.TryPost(path, new { reason = "one" }, "state-1-" + Scene.Id("k"))).Body.ShouldBe(first.Body);
        (await Admin.TryPost(path, new { reason = "two" }, "state-1-" + Scene.Id("k"))).Refused(409, "idempotency_conflict");
        (await Admin.Get($"/v1/customers/{Scene.Id("alfa")}")).Json.Text("state").ShouldBe("active");
        (await Admin.TryPost(path, new { colour = "red" })).Refused(400, "invalid_request").Fields.ShouldBe(["colour"]);
        (await Admin.TryPost(path, new { reason = " " })).Refused(400, "invalid_request").Fields.ShouldBe(["reason"]);
        (await Admin.TryPost($"/v1/customers/{Scene.Id("alfa")}/lift", new { until = "soon" })).Refused(400, "invalid_request").Fields.ShouldBe(["until"]);
        (await Admin.TryPost($"/v1/customers/{Scene.Id("alfa")}/explode")).Status.ShouldBe(404);
    }

    async Task<JsonElement> Do(string kind, string id, string verb, string? reason = null) =>
        (await Admin.Post($"/v1/{kind}/{Scene.Id(id)}/{verb}", reason is null ? null : new { reason })).Json;

    int sent;

    System.Text.Json.Nodes.JsonObject Event(string subscription, string? id = null) => Scene.Sms(id ?? $"e-{++sent}", subscription, "05-01T00:00");

    async Task<string> Send(string subscription) => (await Admin.Events(Event(subscription))).Only;

    string Subscription(string id) => $"/v1/subscriptions/{Scene.Id(id)}";

    object Body(string customer, string? ends = null)
    {
        var body = new Dictionary<string, object>
        {
            ["customer"] = Scene.Id(customer), ["starts_at"] = Scene.At("05-01"), ["funding"] = new { mode = "postpaid" },
            ["legs"] = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("pro") } },
        };
        if (ends is not null) body["ends_at"] = ends;
        return body;
    }

    Task<Answer> Grant(string subscription) => Admin.TryPost(Subscription(subscription) + "/grants", new
    {
        id = "package", meter = "sms.mt.segment", quantity = "10", price = "1.00", expires_at = Scene.At("05-31"), on_exhausted = "overage",
    });

    Task<Answer> Hold(string subscription, string id) => Admin.TryPost(Holds(subscription), new { id, meter = "sms.mt.segment", quantity = "5", expires_in_seconds = 3600 });

    string Holds(string subscription, string rest = "") => Subscription(subscription) + "/holds" + rest;

    // The instant of the termination in UTC, as answers have it.
    string Ended() => DateTimeOffset.Parse(Scene.At("05-10T12:00"), System.Globalization.CultureInfo.InvariantCulture).ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ",
        System.Globalization.CultureInfo.InvariantCulture);

    string Reasons(JsonElement party) => string.Join(", ", party.List("reasons").Select(reason =>
        $"{reason.Text("state")} {reason.Text("source")} {Scene.Name(reason.Text("party"))} {(reason.TryGetProperty("reason", out var why) ? why.GetString() : "")}"));
}
