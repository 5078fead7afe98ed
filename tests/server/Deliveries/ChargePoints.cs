// MSG-01: a million messages charged on delivery; what was not delivered is refunded on the statement (domain 4.3).
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Deliveries;

public sealed class ChargePointsOnSqlite(OnSqlite place) : ChargePoints(place), IClassFixture<OnSqlite>;

public sealed class ChargePointsOnPostgres(OnPostgres place) : ChargePoints(place), IClassFixture<OnPostgres>;

public abstract class ChargePoints(ServerPlace place) : Scenario(place)
{
    const int Messages = 1000; // each stands for a thousand of 1.2 segments

    [Fact]
    public async Task MSG_01_undelivered_segments_are_refunded_once_and_the_rest_is_charged()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Scene.Agreement("on-delivery", "operator", "reseller", chargePoint: "deliver");
        await Scene.Customer("alfa", "reseller");
        await Scene.Plan("sms", Charge.Sms("0.0450"));
        await Scene.Subscribe("alfa-1", "alfa", "05-01", ("on-delivery", "sms"));
        await Scene.Clock("05-10T12:00");
        (await Admin.Events(Enumerable.Range(0, Messages).Select(Message))).Counts.ShouldBe((Messages, 0, 0, 0));
        (await Scene.Usage("partners", "reseller")).ShouldBe(("1200000", "54000.00"));

        var refunds = 0m;
        for (var n = 0; n < 41; n++)
        {
            var refunded = (await Report($"u-{n}", n, "UNDELIV")).Json;
            refunded.Text("status").ShouldBe("refunded");
            refunds += refunded.GetProperty("effect").List("amounts").Single().Amount().Exact();
            if (n % 10 == 0) (await Report($"again-{n}", n, "UNDELIV")).Json.Text("status").ShouldBe("refunded");
        }
        refunds.ShouldBe(-2214.00m);
        (await Report("d-41", 41, "DELIVRD")).Json.Text("status").ShouldBe("unchanged");
        (await Scene.Usage("partners", "reseller")).ShouldBe(("1150800", "51786.00"));
        await Scene.Clock("06-01T00:10");
        var line = (await Scene.TheDocument("reseller")).List("lines").ShouldHaveSingleItem();
        (line.Text("quantity"), line.Amount()).ShouldBe(("1150800", "51786.00"));
    }

    [Fact]
    public async Task MSG_01_the_rate_is_that_of_the_events_own_time_whenever_it_is_delivered()
    {
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Scene.Agreement("on-delivery", "operator", "reseller", chargePoint: "deliver");
        await Scene.Customer("alfa", "reseller");
        await Scene.Plan("sms", Charge.Sms("0.0450"));
        await Scene.PlanVersion("sms", Scene.Date("05-15"), Charge.Sms("0.0500"));
        await Scene.Subscribe("alfa-1", "alfa", "05-01", ("on-delivery", "sms"));
        await Scene.Clock("05-20T12:00");
        // Ten segments at the old rate and ten at the new one; both arrive and are reported under the new one.
        string[] times = ["05-14T23:59:59", "05-15T00:00"];
        (await Admin.Events(times.Select((time, n) => Scene.Sms($"m-{n}", "alfa-1", time, 10)))).Accepted.ShouldBe(2);
        (await Scene.Usage("partners", "reseller")).ShouldBe(("20", "0.95"));
        foreach (var (state, word, amounts, left) in new[] { ("UNDELIV", "refunded", ("-0.45", "-0.50"), "0.00"), ("DELIVRD", "charged_again", ("0.45", "0.50"), "0.95") })
        {
            var reported = new List<(string, string)>();
            for (var n = 0; n < times.Length; n++)
            {
                var answer = (await Report($"{state}-{n}", n, state, times[n], "05-20T11:00")).Json;
                reported.Add((answer.Text("status"), answer.GetProperty("effect").List("amounts").Single().Amount()));
            }

            reported.ShouldBe([(word, amounts.Item1), (word, amounts.Item2)]);
            (await Scene.Usage("partners", "reseller")).Amount.ShouldBe(left);
        }

        await Scene.Clock("06-01T00:10");
        (await Scene.TheDocument("reseller")).List("lines").Select(line => (line.Text("quantity"), line.Text("unit_price"), line.Amount()))
            .ShouldBe([("10", "0.045", "0.45"), ("10", "0.05", "0.50")], ignoreOrder: true);
    }

    JsonObject Message(int n) => Scene.Sms($"m-{n}", "alfa-1", "05-10T09:00", 1200);

    Task<Answer> Report(string id, int message, string state, string time = "05-10T09:00", string done = "05-10T10:00") => Admin.Post("/v1/delivery_reports", new
    {
        id, subscription = Scene.Id("alfa-1"), state, done_at = Scene.At(done),
        @event = new { source = "/scenarios", id = $"m-{message}", time = Scene.At(time) },
    });
}
