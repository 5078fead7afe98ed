// A store with everything in it.
namespace OrleansBilling.Server.Tests.Proving;

public abstract class EverythingScenario(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    /// <summary>Postpaid, prepaid on two levels, packages, holds, corrections, delivery reports, late usage, a document that waits, transfers; May, June and July are closed.</summary>
    /// <param name="looked">An estimate, too, which is discarded and comes back.</param>
    protected async Task EverythingHappens(bool looked = false)
    {
        await Scene.Agreement("own", "operator", "alfa");
        await Wallet("money", "alfa", "100");
        await Wallet("limit", "reseller", "5", limit: "1000");
        await Wallet("other", "reseller", "0");
        await Admin.Post($"/v1/wallets/{Scene.Id("limit")}/transfer", new { to = Scene.Id("other"), amount = "2.5", reference = "to the other" });
        if (looked) await Looked();
        await Scene.Subscribe("plain", "alfa", "05-01", ("wholesale", "price"));
        await Scene.Subscribe("waits", "alfa", "05-01", ("own", "price"));
        await TwoLegs("paid", "money", "limit");
        await Admin.Events(Scene.Sms("a", "plain", "05-12T10:00", 12345, "FI"), Scene.Sms("b", "plain", "05-12T10:01", 7, "FI"), Sms("c", "paid", 30),
            Sms("d", "paid", 4), Scene.Sms("e", "waits", "05-12T10:00", 400, "FI"));
        if (looked) await Admin.Events(Scene.Sms("s", "estimated", "05-12T10:00", 50, "FI"));
        await Admin.Events(Scene.Sms("f", "plain", "05-12T10:02", 2, "FI"));
        (await TryHold("paid", "h", "20")).Expect(200, 201);
        (await TryHold("paid", "let-go", "20")).Expect(200, 201);
        await Admin.Post(Hold("paid", "/h/capture"), new { quantity = "12" });
        await Packages();
        await Ahead();
        await Correct("plain", "one", "b", "05-12T10:01", "amend", "5");
        await Correct("paid", "two", "d", "05-12T11:00", "retract");
        await Scene.Clock("06-02");
        if (looked) await Admin.Post($"/v1/estimates/{Scene.Id("looked")}:{Scene.Month("05")}/discard", new { });
        await Admin.Events(Scene.Sms("late", "plain", "05-30T10:00", 11, "FI"), Scene.Sms("june", "plain", "06-01T10:00", 13, "FI"));
        await Correct("waits", "three", "e", "05-12T10:00", "retract");
        await Scene.Clock("07-02");
        await Admin.Events(Scene.Sms("g", "waits", "07-01T10:00", 900, "FI"));
        await Scene.Clock("08-02");
    }

    async Task Looked()
    {
        await Admin.Put($"/v1/agreements/{Scene.Id("looked")}", new
        {
            kind = "wholesale", seller = Scene.Id("operator"), buyer = Scene.Id("alfa"), calendar = await Scene.Calendar(), estimates = true,
            tax = new { category = "S", rate = "25.5" },
        });
        await Scene.Subscribe("estimated", "alfa", "05-01", ("looked", "price"));
    }

    async Task Ahead()
    {
        await Scene.Agreement("seats", "operator", "reseller");
        await Scene.Plan("seat", Charge.Monthly("31.00"));
        await Scene.Subscribe("ahead", "alfa", "05-12", ("seats", "seat"));
        (await Admin.TryPost($"/v1/subscriptions/{Scene.Id("ahead")}/prepay", new { id = "p1", periods = 2 })).Expect(200);
    }

    async Task Packages()
    {
        await Scene.Agreement("delivered", "operator", "reseller", chargePoint: "deliver");
        await Scene.Subscribe("packed", "alfa", "05-01", ("delivered", "price"));
        foreach (var id in (string[])["first", "second"])
        {
            (await Admin.TryPost($"/v1/subscriptions/{Scene.Id("packed")}/grants",
                new { id, meter = "sms.mt.segment", quantity = "10", price = "4", on_exhausted = "overage" })).Expect(200);
        }
        // All of the first, part of the second; both and the plan; back; back and again.
        await Admin.Events(Sms("p1", "packed", 12), Sms("p2", "packed", 3), Sms("p3", "packed", 9), Sms("p4", "packed", 1));
        await Correct("packed", "p-two", "p2", "05-12T11:00", "retract");
        foreach (var (id, of, state) in new[] { ("d1", "p3", "UNDELIV"), ("d2", "p4", "EXPIRED"), ("d3", "p4", "DELIVRD") })
        {
            (await Admin.TryPost("/v1/delivery_reports", new
            {
                id, subscription = Scene.Id("packed"), state, @event = new { source = "/scenarios", id = of, time = Scene.At("05-12T11:00") },
            })).Expect(200);
        }
    }

    async Task Correct(string subscription, string id, string eventId, string time, string action, string? quantity = null) =>
        (await Admin.TryPost("/v1/corrections", Corrections.CorrectionBodies.Of(Scene, id, eventId, action, quantity, time, subscription, "/scenarios"))).Expect(200);
}
