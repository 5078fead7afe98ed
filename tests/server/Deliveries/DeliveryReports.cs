// Delivery reports over HTTP: refunds by charge point and leg, once, and charged again when the message arrives after all (RTPE-10).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Deliveries;

public sealed class DeliveryReportsOnSqlite(OnSqlite place) : DeliveryReports(place), IClassFixture<OnSqlite>;

public sealed class DeliveryReportsOnPostgres(OnPostgres place) : DeliveryReports(place), IClassFixture<OnPostgres>;

public abstract class DeliveryReports(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        // The carrier is paid for what was submitted, the customer pays for what was delivered.
        await Scene.Agreement("wholesale", "operator", "reseller", chargePoint: "submit");
        await Scene.Agreement("retail", "reseller", "alfa", documents: "statement", chargePoint: "deliver");
        await Scene.Plan("delivered", Charge.Sms("0.045"));
        await Wallet("own", "alfa", "1");
        await Wallet("up", "reseller", "1");
        await Admin.Put($"/v1/subscriptions/{Scene.Id("alfa-1")}", new
        {
            customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), funding = new { mode = "prepaid", wallet = Scene.Id("own") },
            legs = new object[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("cost"), wallet = Scene.Id("up") }, new { agreement = Scene.Id("retail"), plan = Scene.Id("delivered") } },
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task what_was_not_delivered_is_refunded_once_however_often_it_is_reported(bool killed)
    {
        (await Admin.Events(Sms("a", "alfa-1", 2))).Only.ShouldBe("accepted");
        (await Available("own"), await Available("up")).ShouldBe(("0.91", "0.93"));
        var first = (await Report("r1", "a", "UNDELIV")).Expect(200).Json;
        (first.Text("status"), Amounts(first)).ShouldBe(("refunded", "-0.09"));
        if (killed) await Place.KillAndStart();
        // The same report again, and another one that says the same.
        (await Report("r1", "a", "UNDELIV")).Expect(200).Json.ToString().ShouldBe(first.ToString());
        (await Report("r2", "a", "EXPIRED")).Expect(200).Json.Text("status").ShouldBe("refunded");
        (await Available("own"), await Available("up")).ShouldBe(("1.00", "0.93"));
        // It arrived after all: charged again, once.
        (await Report("r3", "a", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("charged_again");
        (await Report("r4", "a", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("charged_again");
        (await Report("r5", "a", "UNDELIV")).Expect(200).Json.Text("status").ShouldBe("refunded");
        (await Available("own"), await Available("up")).ShouldBe(("0.91", "0.93"));
    }

    [Fact]
    public async Task RTPE_10_a_captured_message_that_is_reported_undelivered_twice_is_refunded_once()
    {
        (await TryHold("alfa-1", "h", "2")).Expect(200);
        (await Admin.Post(Hold("alfa-1", "/h/capture"), new { quantity = "2" })).Json.Amount("captured").ShouldBe("0.09");
        (await Available("own")).ShouldBe("0.91");
        var captured = JsonDocument.Parse((await Admin.Get($"/v1/subscriptions/{Scene.Id("alfa-1")}/events", "application/x-ndjson")).Lines.ShouldHaveSingleItem()).RootElement;
        var body = new
        {
            id = "dlr", subscription = Scene.Id("alfa-1"), state = "UNDELIV", done_at = Scene.At("05-12T12:00"),
            @event = new { source = captured.Text("source"), id = captured.Text("id"), time = captured.Text("time") },
        };
        var first = (await Admin.TryPost("/v1/delivery_reports", body)).Expect(200).Json;
        (first.Text("status"), Amounts(first)).ShouldBe(("refunded", "-0.09"));
        (await Admin.TryPost("/v1/delivery_reports", body)).Expect(200).Json.ToString().ShouldBe(first.ToString());
        // Once for 2 × 0.045; the reseller pays for what was submitted.
        (await Available("own"), await Available("up")).ShouldBe(("1.00", "0.93"));
        (await Scene.Usage(await KeyOf("alfa", "usage:read"), "customers", "alfa")).Amount.ShouldBe("0.00");
    }

    [Fact]
    public async Task a_leg_is_refunded_by_its_own_charge_point()
    {
        await Admin.Events(Sms("a", "alfa-1", 2), Sms("b", "alfa-1", 1), Sms("c", "alfa-1", 1));
        Amounts((await Report("r1", "a", "REJECTD")).Expect(200).Json).ShouldBe("-0.07, -0.09");
        (await Report("r2", "b", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        (await Report("r3", "c", "UNKNOWN")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        (await Available("own"), await Available("up")).ShouldBe(("0.91", "0.93"));
    }

    [Fact]
    public async Task what_is_refunded_can_be_retracted_on_the_other_legs_and_not_amended()
    {
        await Admin.Events(Sms("a", "alfa-1", 2));
        await Report("r1", "a", "UNDELIV");
        (await Correct("c1", "amend", "3")).Refused(409, "not_delivered");
        Amounts((await Correct("c2", "retract", null)).Expect(200).Json).ShouldBe("-0.07");
        (await Available("own"), await Available("up")).ShouldBe(("1.00", "1.00"));
        // What was retracted is not charged again by a late report.
        (await Report("r2", "a", "DELIVRD")).Expect(200).Json.Text("status").ShouldBe("unchanged");
        (await Correct("c3", "retract", null)).Refused(409, "already_retracted");
    }

    [Fact]
    public async Task an_amended_event_is_refunded_as_amended_and_charged_again_only_while_there_is_money()
    {
        await Admin.Events(Sms("a", "alfa-1", 2));
        (await Correct("c1", "amend", "4")).Expect(200);
        Amounts((await Report("r1", "a", "UNDELIV")).Expect(200).Json).ShouldBe("-0.18");
        (await Admin.Events(Sms("b", "alfa-1", 22))).Only.ShouldBe("accepted");
        (await Report("r2", "a", "DELIVRD")).Refused(409, "insufficient_funds");
        await Admin.Post($"/v1/wallets/{Scene.Id("own")}/top_up", new { amount = "1", reference = "more" });
        Amounts((await Report("r2", "a", "DELIVRD")).Expect(200).Json).ShouldBe("0.18");
        (await Available("own")).ShouldBe("0.83");
    }

    [Fact]
    public async Task a_report_that_names_no_message_says_what_is_wrong()
    {
        (await Report("r", "none", "UNDELIV")).Refused(404, "unknown_event");
        (await Report("r", "none", "LOST")).Refused(400, "invalid_request").Fields.ShouldBe(["state"]);
        (await Admin.TryPost("/v1/delivery_reports", new { id = "r", subscription = Scene.Id("alfa-1"), state = "UNDELIV", part = 1 })).Refused(400, "invalid_request")
            .Fields.ShouldBe(["part", "event"], ignoreOrder: true);
        (await Admin.TryPut($"/v1/agreements/{Scene.Id("other")}", new
        {
            kind = "wholesale", seller = Scene.Id("operator"), buyer = Scene.Id("reseller"), calendar = await Scene.Calendar(), documents = "none", charge_point = "read", no_report = "never",
        })).Refused(400, "invalid_request").Fields.ShouldBe(["charge_point", "no_report"], ignoreOrder: true);
    }

    Task<Answer> Report(string id, string eventId, string state) => Admin.TryPost("/v1/delivery_reports", new
    {
        id, subscription = Scene.Id("alfa-1"), state, done_at = Scene.At("05-12T11:05"), error = "11",
        @event = new { source = "/scenarios", id = eventId, time = Scene.At("05-12T11:00") },
    });

    Task<Answer> Correct(string id, string action, string? quantity) =>
        Admin.TryPost("/v1/corrections", Corrections.CorrectionBodies.Of(Scene, id, "a", action, quantity, "05-12T11:00", "alfa-1"));

    static string Amounts(JsonElement answer) => string.Join(", ", answer.GetProperty("effect").List("amounts").Select(one => one.Amount()).OrderByDescending(text => text.Exact()));
}
