// Delivery reports that name a message: its parts, reports that come before their event, orphans, and messages of which nothing is heard (domain 4.3).
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Deliveries;

public sealed class ParkedReportsOnSqlite(OnSqlite place) : ParkedReports(place), IClassFixture<OnSqlite>;

public sealed class ParkedReportsOnPostgres(OnPostgres place) : ParkedReports(place), IClassFixture<OnPostgres>;

public abstract class ParkedReports(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Scene.Agreement("delivered", "operator", "reseller", chargePoint: "deliver");
        await Scene.Customer("alfa", "reseller");
        await Scene.Plan("sms", Charge.Sms("0.05"));
        await Scene.Subscribe("alfa-1", "alfa", "05-01", ("delivered", "sms"));
        await Scene.Clock("05-12T12:00");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_report_of_a_message_is_one_of_its_events_or_of_the_part_that_it_names(bool killed)
    {
        await Admin.Events(Sms("a1", "m-1", 2, part: 1), Sms("a2", "m-1", 3, part: 2), Sms("b", "m-2", 4));
        (await Report("r1", "m-1", "UNDELIV", part: 2)).Expect(200).Json.GetProperty("effect").List("amounts").Single().Amount().ShouldBe("-0.15");
        if (killed) await Place.KillAndStart();
        (await Report("r1", "m-1", "UNDELIV", part: 2)).Expect(200).Json.Text("status").ShouldBe("refunded");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("6", "0.30"));
        // The whole message: what is refunded already is refunded once.
        (await Report("r2", "m-1", "EXPIRED")).Expect(200).Json.Text("status").ShouldBe("refunded");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("4", "0.20"));
        (await Report("r3", "m-1", "DELIVRD")).Expect(200).Json.GetProperty("effect").List("amounts").Single().Amount().ShouldBe("0.25");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("9", "0.45"));
        (await Report("r4", "m-2", "ENROUTE")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        (await Report("r5", "m-1", "UNDELIV", part: 9)).Expect(202).Json.Text("status").ShouldBe("parked");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_report_that_comes_before_its_event_waits_and_is_applied_when_the_event_arrives(bool killed)
    {
        (await Report("r1", "m-1", "UNDELIV")).Expect(202).Json.Text("status").ShouldBe("parked");
        (await Report("r1", "m-1", "UNDELIV")).Expect(202);
        (await Report("r1", "m-1", "EXPIRED")).Refused(409, "conflict");
        if (killed) await Place.KillAndStart();
        await Scene.Clock("05-15T12:00");
        (await Admin.Events(Sms("a", "m-1", 10, at: "05-12T11:00"))).Only.ShouldBe("accepted");
        if (killed) await Scene.Clock("05-15T18:00"); // a process that has just started may notice it later
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("0", "0.00"));
        (await Report("r1", "m-1", "UNDELIV")).Expect(200).Json.Text("status").ShouldBe("refunded");
        await Scene.Clock("05-30");
        (await Orphans()).ShouldBeEmpty();
    }

    [Fact]
    public async Task what_waits_seven_days_is_an_orphan_and_is_reported()
    {
        (await Report("=cmd", "m-0", "UNDELIV")).Refused(400, "invalid_request");
        (await Report("r1", "=m+1", "UNDELIV")).Expect(202);
        await Scene.Clock("05-19T06:00");
        (await Orphans()).ShouldBeEmpty();
        await Scene.Clock("05-19T18:00");
        var orphan = (await Orphans()).ShouldHaveSingleItem();
        (orphan.Text("id"), orphan.Text("message_id"), orphan.Text("state")).ShouldBe(("r1", "=m+1", "UNDELIV"));
        // Too late for it: the event counts, and the report stays what it is.
        await Admin.Events(Sms("a", "=m+1", 10, at: "05-12T11:00"));
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("10", "0.50"));
        var path = $"/v1/reports/orphan_reports?subscription={Scene.Id("alfa-1")}";
        (await Admin.Get(path, "text/csv")).Lines[1].ShouldContain("\"'=m+1\"");
        await Scene.Partner("other");
        (await (await KeyOf("other", "billing:read")).Get(path)).Json.List("data").ShouldBeEmpty();
        (await (await KeyOf("reseller", "billing:read")).Get(path)).Json.List("data").Count().ShouldBe(1);
        (await Admin.Get(path + $"&from={Scene.Date("05-20")}")).Json.List("data").ShouldBeEmpty();
        (await Admin.TryGet("/v1/reports/orphan_reports?from=May")).Refused(400, "invalid_request").Fields.ShouldBe(["from"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task without_a_report_in_72_hours_a_message_is_refunded_where_the_agreement_says_so(bool killed)
    {
        await NoReport("refund");
        await Admin.Events(Sms("heard", "m-1", 1), Sms("silent", "m-2", 2), Sms("late", "m-3", 4), Sms("failed", "m-4", 8), Sms("unknown", "m-5", 16));
        (await Report("r1", "m-1", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        (await Report("r1", "m-1", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        (await Report("r2", "m-4", "UNDELIV")).Expect(200).Json.Text("status").ShouldBe("refunded");
        (await Report("r3", "m-5", "UNKNOWN")).Expect(200).Json.Text("status").ShouldBe("refunded");
        (await Report("r4", "m-1", "UNKNOWN")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("7", "0.35"));
        if (killed) await Place.KillAndStart();
        await Scene.Clock("05-15T11:59");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("7", "0.35"));
        // Each quarter of a day is looked at when its last message has waited 72 hours.
        await Scene.Clock("05-15T18:00");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("1", "0.05"));
        (await Report("r5", "m-3", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("charged_again");
        (await Report("r6", "m-3", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("charged_again");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("5", "0.25"));
    }

    [Fact]
    public async Task without_a_report_a_message_is_charged_by_default()
    {
        await Admin.Events(Sms("silent", "m-1", 2));
        (await Report("r", "m-1", "UNKNOWN")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        await Scene.Clock("05-20");
        (await Scene.Usage("subscriptions", "alfa-1")).ShouldBe(("2", "0.10"));
    }

    [Fact]
    public async Task a_report_for_a_closed_period_stands_on_the_next_document_with_the_original_period()
    {
        await Admin.Events(Sms("a", "m-1", 10), Sms("b", "m-2", 10));
        await Scene.Clock("06-02");
        (await Report("r1", "m-1", "UNDELIV")).Expect(200).Json.GetProperty("effect").Text("carried_by").ShouldBe("next_document");
        await Admin.Events(Sms("c", "m-3", 30, at: "06-01T12:00"));
        await Scene.Clock("07-02");
        var june = await Scene.Document((await Scene.Documents("reseller"))[1]);
        june.List("lines").Select(line => (line.Text("original_period"), line.Text("quantity").Exact(), line.Amount())).ShouldBe(
            [(Scene.Month("06"), 30m, "1.50"), (Scene.Month("05"), -10m, "-0.50")]);
    }

    private async Task NoReport(string what) => await Admin.Put($"/v1/agreements/{Scene.Id("delivered")}", new
    {
        kind = "wholesale", seller = Scene.Id("operator"), buyer = Scene.Id("reseller"), calendar = await Scene.Calendar(), due_days = 14,
        tax = new { category = "S", rate = "25.5" }, charge_point = "deliver", no_report = what,
    });

    private JsonObject Sms(string id, string message, int segments, int? part = null, string at = "05-12T11:00")
    {
        var sent = Scene.Sms(id, "alfa-1", at, segments);
        sent["data"]!["message_id"] = message;
        if (part is { } number) sent["data"]!["part"] = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return sent;
    }

    private Task<Answer> Report(string id, string message, string state, int? part = null)
    {
        var body = new Dictionary<string, object> { ["id"] = id, ["subscription"] = Scene.Id("alfa-1"), ["message_id"] = message, ["state"] = state };
        if (part is { } number) body["part"] = number;
        return Admin.TryPost("/v1/delivery_reports", body);
    }

    private async Task<IReadOnlyList<System.Text.Json.JsonElement>> Orphans() =>
        [.. (await Admin.Get($"/v1/reports/orphan_reports?subscription={Scene.Id("alfa-1")}")).Json.List("data")];
}
