// Corrections over HTTP: retract and amend, in an open and in a closed period, again, wrongly, and after a restart.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Corrections;

public sealed class CorrectionsOnSqlite(OnSqlite place) : CorrectionScenarios(place), IClassFixture<OnSqlite>;

public sealed class CorrectionsOnPostgres(OnPostgres place) : CorrectionScenarios(place), IClassFixture<OnPostgres>;

public abstract class CorrectionScenarios(ServerPlace place) : Usage.UsageScenario(place)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task in_an_open_period_totals_follow_at_once_and_the_same_again_is_answered_again(bool killed)
    {
        await Admin.Events(Event("a", 10), Event("b", 4));
        var first = (await Correct("c1", "a", "retract")).Expect(200).Json;
        (first.Text("id"), first.Text("status")).ShouldBe(("c1", "corrected"));
        Effect(first).ShouldBe((Scene.Month("05"), "open_period", "-0.50"));
        (await Scene.Usage("subscriptions", "alfa-0")).ShouldBe(("4", "0.20"));
        Effect((await Correct("c2", "b", "amend", "7")).Expect(200).Json).ShouldBe((Scene.Month("05"), "open_period", "0.15"));
        (await Scene.Usage("subscriptions", "alfa-0")).ShouldBe(("7", "0.35"));
        if (killed) await Place.KillAndStart();
        (await Correct("c1", "a", "retract")).Expect(200).Json.ToString().ShouldBe(first.ToString());
        (await Correct("c1", "b", "retract")).Refused(409, "conflict");
        (await Correct("c1", "a", "amend", "3")).Refused(409, "conflict");
        (await Correct("c3", "a", "retract")).Refused(409, "already_retracted");
        (await Correct("c3", "a", "amend", "3")).Refused(409, "already_retracted");
        Effect((await Correct("c4", "b", "retract")).Expect(200).Json).ShouldBe((Scene.Month("05"), "open_period", "-0.35"));
        (await Scene.Usage("subscriptions", "alfa-0")).ShouldBe(("0", "0.00"));
        // The events themselves stay what they are: sent again they count for nothing.
        (await Admin.Events(Event("a", 10))).Counts.ShouldBe((0, 1, 0, 0));
    }

    [Fact]
    public async Task after_the_close_the_next_document_carries_a_line_below_zero_and_the_issued_one_stays()
    {
        await Admin.Events(Event("a", 100), Event("b", 20));
        await Scene.Clock("06-03");
        var may = (await Scene.TheDocument("nordreach")).ToString();
        Effect((await Correct("c", "a", "amend", "90")).Expect(200).Json).ShouldBe((Scene.Month("05"), "next_document", "-0.50"));
        await Admin.Events(Scene.Sms("june", "alfa-0", "06-02", 40, "FI"));
        await Scene.Clock("07-02");
        Effect((await Correct("c", "a", "amend", "90")).Expect(200).Json).ShouldBe((Scene.Month("05"), "next_document", "-0.50"));
        var documents = await Scene.Documents("nordreach");
        (await Scene.Document(documents[0])).ToString().ShouldBe(may);
        var june = await Scene.Document(documents[1]);
        june.Amount("net").ShouldBe("1.50");
        june.List("lines").Select(line => (line.Text("quantity").Exact(), line.Amount())).ShouldBe([(40m, "2.00"), (-10m, "-0.50")]);
        (await Scene.Usage("subscriptions", "alfa-0", Scene.Month("05"))).ShouldBe(("110", "5.50"));
    }

    [Fact]
    public async Task what_would_be_a_document_below_zero_waits_for_one_that_is_not()
    {
        await Admin.Events(Event("a", 100), Event("b", 20));
        await Scene.Clock("06-03");
        (await Correct("c", "a", "retract")).Expect(200);
        await Admin.Events(Scene.Sms("june", "alfa-0", "06-02", 40, "FI"));
        await Scene.Clock("07-02");
        (await Scene.Documents("nordreach")).Count.ShouldBe(1);
        await Admin.Events(Scene.Sms("july", "alfa-0", "07-01", 10, "FI"));
        await Scene.Clock("08-02");
        // Still below zero: everything waits on.
        (await Scene.Documents("nordreach")).Count.ShouldBe(1);
        await Admin.Events(Scene.Sms("august", "alfa-0", "08-01", 70, "FI"));
        await Scene.Clock("09-02");
        var document = await Scene.Document((await Scene.Documents("nordreach")).Single(one => one.Text("billing_period") == Scene.Month("08")));
        document.Amount("net").ShouldBe("1.00");
        document.SortedAmounts().ShouldBe(["-5.00", "0.50", "2.00", "3.50"]);
        document.List("lines").ShouldAllBe(line => line.Text("subscription") == Scene.Id("alfa-0"));
        (await Admin.Get("/v1/runs?limit=200")).Json.List("data").Where(run => run.Text("period").StartsWith($"{Scene.Year}", StringComparison.Ordinal))
            .ShouldAllBe(run => run.Text("state") == "completed");
        await Scene.Clock("10-02");
        (await Scene.Documents("nordreach")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task what_cannot_be_corrected_says_why()
    {
        await Admin.Events(Event("a", 10));
        (await Correct("c", "none", "retract")).Refused(404, "unknown_event");
        (await Correct("c", "a", "retract", time: "05-12T11:01")).Refused(409, "conflict");
        (await Correct("c", "a", "retract", subscription: "nobody")).Refused(404, "not_found");
        (await Correct("c", "a", "retract", source: "urn:billing:correction")).Refused(400, "invalid_request").Fields.ShouldBe(["corrects.source"]);
        (await Correct("c", "a", "retract", "3")).Refused(400, "invalid_request").Fields.ShouldBe(["quantity"]);
        (await Correct("c", "a", "amend")).Refused(400, "invalid_request").Fields.ShouldBe(["quantity"]);
        (await Correct("c", "a", "amend", "0")).Refused(400, "invalid_request").Fields.ShouldBe(["quantity"]);
        (await Correct("c", "a", "undo")).Refused(400, "invalid_request").Fields.ShouldBe(["action"]);
        (await Correct("a b", "a", "retract")).Refused(400, "invalid_request").Fields.ShouldBe(["id"]);
        await Scene.Clock("06-16T11:00");
        (await Correct("c", "a", "retract")).Expect(200);
        await Scene.Clock("06-16T11:01");
        (await Correct("d", "a", "retract")).Refused(409, "too_late");
    }

    [Fact]
    public async Task the_history_names_what_was_corrected_and_adds_up_to_the_usage()
    {
        await Admin.Events(Event("a", 10), Event("b", 4));
        await Correct("c1", "a", "retract");
        await Correct("c2", "b", "amend", "7");
        var path = $"/v1/subscriptions/{Scene.Id("alfa-0")}/events";
        var lines = (await Admin.Get(path, "application/x-ndjson")).Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        lines.Sum(line => line.Text("quantity").Exact()).ShouldBe(7);
        lines.Sum(line => line.List("legs").Sum(leg => leg.Text("amount").Exact())).ShouldBe(0.35m);
        var retracted = lines.Single(line => line.Text("id") == "c1");
        (retracted.Text("source"), retracted.Text("action"), retracted.Text("quantity"), retracted.Text("reason"), retracted.Text("time")).ShouldBe(
            ("urn:billing:correction", "retract", "-10", "counted twice", lines[0].Text("time")));
        (retracted.GetProperty("corrects").Text("source"), retracted.GetProperty("corrects").Text("id")).ShouldBe(("/scenarios", "a"));
        var csv = (await Admin.Get(path, "text/csv")).Lines;
        csv.Skip(1).Select(line => line.Split("\",\"")[5].Exact()).Sum().ShouldBe(7);
    }

    [Theory]
    [InlineData("urn:billing:correction")]
    [InlineData("urn:billing:hold")]
    [InlineData("URN:Billing:x")]
    public async Task nobody_sends_events_in_our_name(string source)
    {
        var refused = (await Admin.Single(Event("a").With("source", source))).Results.ShouldHaveSingleItem();
        (refused.Word, refused.Detail!.Contains("urn:billing:", StringComparison.Ordinal)).ShouldBe(("invalid_event", true));
        (await Counted()).ShouldBe("0");
    }

    [Fact]
    public async Task a_key_sees_the_amounts_of_its_own_legs_and_corrects_its_own_subscriptions_only()
    {
        await Scene.Customer("other", "nordreach");
        await Admin.Events(Event("a", 10), Event("b", 10));
        var alfa = await KeyOf("alfa", "usage:write");
        var seen = (await Correct("c", "a", "retract", api: alfa)).Expect(200).Json;
        (seen.GetProperty("effect").Text("period"), seen.GetProperty("effect").List("amounts").Count()).ShouldBe((Scene.Month("05"), 0));
        Effect((await Correct("c", "a", "retract", api: await KeyOf("nordreach", "usage:write"))).Expect(200).Json).Amount.ShouldBe("-0.50");
        (await Correct("d", "b", "retract", api: await KeyOf("other", "usage:write"))).Refused(404, "not_found");
    }

    [Fact]
    public async Task asked_many_times_at_once_an_event_is_retracted_once()
    {
        await Admin.Events(Event("a", 10), Event("b", 1));
        var same = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Correct("c", "a", "retract")));
        same.ShouldAllBe(answer => answer.Status == 200);
        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Correct($"d{n}", "b", "retract")));
        others.Select(answer => answer.Status).Order().ShouldBe([200, 409, 409, 409, 409, 409, 409, 409]);
        (await Counted()).ShouldBe("0");
    }

    Task<Answer> Correct(string id, string eventId, string action, string? quantity = null, string time = "05-12T11:00", string subscription = "alfa-0",
        string source = "/scenarios", Api? api = null) => (api ?? Admin).TryPost("/v1/corrections", CorrectionBodies.Of(Scene, id, eventId, action, quantity,
            time, subscription, source));

    static (string Period, string CarriedBy, string Amount) Effect(JsonElement answer)
    {
        var effect = answer.GetProperty("effect");
        return (effect.Text("period"), effect.Text("carried_by"), effect.List("amounts").Single().Amount());
    }
}
