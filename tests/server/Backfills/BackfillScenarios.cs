// Backfills over HTTP: old usage counts once, in an open and in a closed period, and goes as a whole.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Backfills;

public sealed class BackfillsOnSqlite(OnSqlite place) : BackfillScenarios(place), IClassFixture<OnSqlite>;

public sealed class BackfillsOnPostgres(OnPostgres place) : BackfillScenarios(place), IClassFixture<OnPostgres>;

public abstract class BackfillScenarios(ServerPlace place) : Usage.UsageScenario(place)
{
    private JsonObject Old(string id, int quantity = 1, string subscription = "alfa-0") => Scene.Sms(id, subscription, "05-12T11:00", quantity, "FI");

    private string Id(string id = "b") => Scene.Id(id);

    private async Task<JsonElement> Open(string id = "b") => (await Admin.Post("/v1/backfills", new { id = Id(id), reason = "lost day" })).Json;

    private async Task<UsageAnswer> Fill(params IEnumerable<JsonObject> events) => UsageAnswer.Of((await Admin.Backfill(Id(), events)).Expect(200));

    private async Task<(string State, int Accepted, string Amounts)> Totals(string id = "b")
    {
        var json = (await Admin.Get($"/v1/backfills/{Id(id)}")).Json;
        return (json.GetProperty("backfill").Text("state"), json.Int("accepted"), string.Join(' ', json.List("amounts").Select(one => one.Amount())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task usage_that_is_too_late_counts_once_in_a_backfill(bool killed)
    {
        await Scene.Subscribe("beta-0", "alfa", "05-01", ("wholesale", "sms"));
        await Scene.Clock("06-20");
        (await Admin.Events(Old("a"))).Only.ShouldBe("too_late");
        var opened = await Open();
        (opened.Text("state"), opened.Int("subscriptions")).ShouldBe(("open", 0));
        (await Fill(Old("a", 10), Old("b", 4), Old("a", 10), Old("c", 2, "beta-0"))).Counts.ShouldBe((3, 1, 0, 0));
        if (killed) await Place.KillAndStart();
        (await Open()).Int("subscriptions").ShouldBe(2);
        (await Fill(Old("a", 10), Old("b", 5))).Counts.ShouldBe((0, 1, 1, 0));
        (await Fill(Scene.Sms("new", "alfa-0", "06-19", 1, "FI"))).Only.ShouldBe("too_recent");
        (await Fill(Scene.Sms("before", "alfa-0", "04-12", 1, "FI"))).Only.ShouldBe("subscription_not_active");
        (await Fill(Old("x", 1, "nobody"))).Only.ShouldBe("unknown_subscription");
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Month("05"))).ShouldBe(("14", "0.70"));
        (await Totals()).ShouldBe(("open", 3, "0.80"));
        var line = JsonDocument.Parse((await Admin.Get($"/v1/subscriptions/{Scene.Id("alfa-0")}/events", "application/x-ndjson")).Lines.First()).RootElement;
        (line.Text("id"), line.Text("source"), line.Text("backfill")).ShouldBe(("a", "/scenarios", Id()));
        (await Admin.Post($"/v1/backfills/{Id()}/close")).Json.Text("state").ShouldBe("closed");
        (await Admin.Backfill(Id(), Old("a", 10))).Refused(409, "backfill_closed");
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Month("05"))).ShouldBe(("14", "0.70"));
    }

    [Fact]
    public async Task a_revert_leaves_nothing_on_any_subscription_and_is_made_once()
    {
        await Scene.Subscribe("beta-0", "alfa", "05-01", ("wholesale", "sms"));
        await Admin.Events(Event("usage", 3));
        await Scene.Clock("06-20");
        await Open();
        await Fill(Old("a", 10), Old("b", 5, "beta-0"));
        (await Admin.Post($"/v1/backfills/{Id()}/revert")).Json.Text("state").ShouldBe("reverted");
        await Place.KillAndStart();
        (await Admin.Post($"/v1/backfills/{Id()}/revert")).Json.Text("state").ShouldBe("reverted");
        (await Totals()).ShouldBe(("reverted", 2, ""));
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Month("05"))).ShouldBe(("3", "0.15"));
        (await Scene.Usage("subscriptions", "beta-0", Scene.Month("05"))).ShouldBe(("0", "0.00"));
        (await Admin.Backfill(Id(), Old("c"))).Refused(409, "backfill_closed");
        (await Admin.Post($"/v1/backfills/{Id()}/close")).Json.Text("state").ShouldBe("reverted");
        var lines = (await Admin.Get($"/v1/subscriptions/{Scene.Id("alfa-0")}/events", "application/x-ndjson")).Lines
            .Select(one => JsonDocument.Parse(one).RootElement).ToList();
        lines.Sum(line => line.Text("quantity").Exact()).ShouldBe(3);
        lines.Single(line => line.Text("source") == "urn:billing:backfill").GetProperty("dimensions").Text("reverts").ShouldBe(Id());
    }

    [Fact]
    public async Task after_the_close_the_next_document_carries_a_backfill_and_the_one_after_its_revert()
    {
        await Admin.Events(Event("usage", 100));
        await Scene.Clock("06-20");
        await Open();
        await Fill(Old("a", 10));
        await Admin.Post($"/v1/backfills/{Id()}/close");
        await Admin.Events(Scene.Sms("june", "alfa-0", "06-19", 40, "FI"));
        await Scene.Clock("07-02");
        var documents = await Scene.Documents("nordreach");
        (await Scene.Document(documents[^1])).SortedAmounts().ShouldBe(["0.50", "2.00"]);
        await Admin.Post($"/v1/backfills/{Id()}/revert");
        await Admin.Events(Scene.Sms("july", "alfa-0", "07-01", 30, "FI"));
        await Scene.Clock("08-02");
        documents = await Scene.Documents("nordreach");
        documents.Count.ShouldBe(3);
        (await Scene.Document(documents[^1])).SortedAmounts().ShouldBe(["-0.50", "1.50"]);
    }

    [Fact]
    public async Task in_a_period_that_is_still_open_it_is_ordinary_usage()
    {
        await Scene.Partner("slow");
        await Scene.Agreement("patient", "operator", "slow", await Scene.Calendar(grace: "P10D"));
        await Scene.Customer("carl", "slow");
        await Scene.Subscribe("carl-0", "carl", "05-01", ("patient", "sms"));
        await Scene.Clock("06-08");
        await Open();
        await Fill(Scene.Sms("a", "carl-0", "05-02T11:00", 10, "FI"));
        await Open("wrong");
        (await Admin.Backfill(Id("wrong"), Scene.Sms("a", "carl-0", "05-02T11:00", 7, "FI"))).Expect(200);
        await Admin.Post($"/v1/backfills/{Id("wrong")}/revert");
        await Scene.Clock("06-12");
        var document = await Scene.TheDocument("slow");
        (document.Text("billing_period"), document.Amount("net")).ShouldBe((Scene.Month("05"), "0.50"));
    }

    [Fact]
    public async Task it_takes_events_for_thirty_days_and_can_be_reverted_ever_after()
    {
        await Scene.Clock("06-20");
        await Open();
        await Fill(Old("a", 10));
        await Scene.Clock("07-19T23:00");
        (await Fill(Old("a", 10))).Only.ShouldBe("duplicate");
        await Scene.Clock("07-20T00:00");
        (await Admin.Backfill(Id(), Old("a", 10))).Refused(409, "backfill_closed");
        (await Totals()).State.ShouldBe("closed");
        await Scene.Clock("10-20");
        await Place.KillAndStart();
        await Admin.Post($"/v1/backfills/{Id()}/revert");
        (await Totals()).ShouldBe(("reverted", 1, ""));
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Month("05"))).ShouldBe(("0", "0.00"));
    }

    [Fact]
    public async Task what_is_wrong_is_refused_by_name()
    {
        await Scene.Clock("06-20");
        await Open();
        (await Admin.TryPost("/v1/backfills", new { id = Id(), reason = "another" })).Refused(409, "conflict");
        (await Admin.TryPost("/v1/backfills", new { id = "a b", reason = "" })).Refused(400, "invalid_request").Fields.ShouldBe(["id", "reason"]);
        (await Admin.TryPost("/v1/backfills", new { id = Id("c"), reason = "x", party = "y" })).Refused(400, "invalid_request");
        (await Admin.Backfill(Id("none"), Old("a"))).Refused(404, "not_found");
        (await Admin.TryPost($"/v1/backfills/{Id("none")}/revert")).Refused(404, "not_found");
        (await Admin.TryPost($"/v1/backfills/{Id("none")}/close")).Refused(404, "not_found");
        (await Admin.TryGet($"/v1/backfills/{Id("none")}")).Refused(404, "not_found");
        (await Admin.TryPost("/v1/corrections", new
        {
            id = Id("k"), subscription = Scene.Id("alfa-0"), action = "retract", reason = "x",
            corrects = new { source = "urn:billing:backfill/20000/b//scenarios", id = "a", time = Scene.At("06-01") },
        })).Refused(400, "invalid_request").Fields.ShouldBe(["corrects.source"]);
        (await Admin.Get("/v1/backfills?limit=200")).Json.List("data").Count(one => one.Text("id") == Id()).ShouldBe(1);
    }

    [Fact]
    public async Task only_the_operator_may()
    {
        await Scene.Clock("06-20");
        await Open();
        var partner = await KeyOf("nordreach", "billing:write", "billing:read", "usage:write");
        (await partner.TryPost("/v1/backfills", new { id = Id("c"), reason = "x" })).Refused(403, "insufficient_scope");
        (await partner.Backfill(Id(), Old("a"))).Refused(403, "insufficient_scope");
        (await partner.TryPost($"/v1/backfills/{Id()}/revert")).Refused(403, "insufficient_scope");
        (await partner.TryPost($"/v1/backfills/{Id()}/close")).Refused(403, "insufficient_scope");
        (await partner.TryGet($"/v1/backfills/{Id()}")).Refused(403, "insufficient_scope");
        (await (await KeyOf(null, "usage:write")).TryPost($"/v1/backfills/{Id()}/revert")).Refused(403, "insufficient_scope");
        (await Totals()).ShouldBe(("open", 0, ""));
    }
}
