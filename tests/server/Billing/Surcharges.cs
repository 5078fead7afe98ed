// Surcharges as lines of their own, and what usage would cost before it happens (domain 4.2 and 4.3).
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class SurchargesOnSqlite(OnSqlite place) : Surcharges(place), IClassFixture<OnSqlite>;

public sealed class SurchargesOnPostgres(OnPostgres place) : Surcharges(place), IClassFixture<OnPostgres>;

public abstract class Surcharges(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    [Fact]
    public async Task MSG_surcharges_are_lines_of_their_own_under_corrections_and_delivery_reports()
    {
        await Scene.Plan("us", Charge.Sms("0.0079"), Added("carrier", "0.003", new { mccmnc = "310260" }),
            Added("carrier", "0.005", new { mccmnc = "310260", sender_type = "10dlc" }, "carrier-10dlc"), Added("unregistered", "0.01", new { sender_type = "long" }));
        await Scene.Agreement("wholesale", "operator", "reseller", chargePoint: "deliver");
        await Scene.Subscribe("s", "alfa", "05-01", ("wholesale", "us"));
        (await Admin.Events(Sent("plain", 100, null, null), Sent("carrier", 100, "310260", null), Sent("both", 100, "310260", "long"),
            Sent("10dlc", 100, "310260", "10dlc"), Sent("wrong", 70, "310260", null), Sent("lost", 30, "310260", "long"))).Accepted.ShouldBe(6);
        await Admin.Post("/v1/corrections", Correct("wrong", null));
        await Admin.Post("/v1/corrections", Correct("carrier", "50"));
        await Admin.Post("/v1/delivery_reports", new
        {
            id = "r1", subscription = Scene.Id("s"), @event = new { source = "/scenarios", id = "lost", time = Scene.At("05-12T11:00") },
            state = "UNDELIV", done_at = Scene.At("05-12T11:30"),
        });
        var usage = (await Admin.Get($"/v1/subscriptions/{Scene.Id("s")}/usage?period={Scene.Month("05")}")).Json.List("meters").Single();
        // 350 segments at 0.0079, 150 at 0.003, 100 at 0.005, 100 at 0.01: segments are counted once.
        (usage.Text("quantity"), usage.List("legs").Single().Amount()).ShouldBe(("350", "4.715"));
        var history = (await Admin.Get($"/v1/subscriptions/{Scene.Id("s")}/events", "application/x-ndjson")).Lines.Select(line => JsonDocument.Parse(line).RootElement)
            .First(one => one.Text("id") == "both").List("legs").Single();
        (history.Text("charge"), history.Text("amount"), history.GetProperty("surcharges").Text("carrier"), history.GetProperty("surcharges").Text("unregistered"))
            .ShouldBe(("sms", "2.09", "0.3", "1"));

        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("reseller") })).Json.List("documents").Single();
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        invoice.List("lines").Select(line => (line.Text("kind"), line.Text("description"), line.Text("quantity"), line.Amount())).ShouldBe([
            ("usage", "SMS segments", "350", "2.77"), // 2.765
            ("surcharge", "SMS segments, mccmnc 310260, surcharge carrier", "150", "0.45"),
            ("surcharge", "SMS segments, mccmnc 310260, sender type 10dlc, surcharge carrier", "100", "0.50"),
            ("surcharge", "SMS segments, sender type long, surcharge unregistered", "100", "1.00")], ignoreOrder: true);
        (invoice.Amount("net"), preview.Amount("net")).ShouldBe(("4.72", "4.72"));
        await Verified();
    }

    [Fact]
    public async Task MSG_a_window_is_priced_anew_with_its_surcharges_and_a_final_price_leaves_them()
    {
        await Scene.Plan("us", Charge.Sms("0.0079"), Added("carrier", "0.003", new { mccmnc = "310260" }));
        await Scene.PlanVersion("us", Scene.Date("12-31"), Charge.Sms("0.0081"), Added("carrier", "0.0025", new { mccmnc = "310260" }),
            Added("unregistered", "0.01", new { sender_type = "long" }));
        await Scene.Subscribe("s", "alfa", "05-01", ("wholesale", "us"));
        await Admin.Events(Sent("a", 100, "310260", null), Sent("b", 100, "310260", "long"), Sent("c", 100, null, null));
        (await Amount()).ShouldBe("2.97");
        (await Admin.TryPost("/v1/price_corrections", new
        {
            id = Scene.Id("w"), reason = "wrong price list",
            window = new { agreement = Scene.Id("wholesale"), plan = Scene.Id("us"), plan_version = 2, from = Scene.At("05-12"), to = Scene.At("05-13"), match = new { } },
        })).Expect(200).Json.Int("corrected").ShouldBe(3);
        // 300 at 0.0081, 200 at 0.0025, 100 at 0.01.
        (await Amount()).ShouldBe("3.93");
        foreach (var (id, price) in new[] { ("f1", "0.02"), ("f2", "0.01") })
        {
            await Admin.Post("/v1/price_corrections", new
            {
                id = Scene.Id(id), reason = "final price", subscription = Scene.Id("s"),
                prices = new[] { new { @event = new { source = "/scenarios", id = "a", time = Scene.At("05-12T11:00") }, agreement = Scene.Id("wholesale"), unit_price = price } },
            });
        }

        (await Amount()).ShouldBe("4.12");
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("reseller") })).Json.List("documents").Single();
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        invoice.SortedAmounts().Where(amount => amount != "0.00").ShouldBe(["0.50", "1.00", "2.62"]);
        preview.LineAmounts().ShouldBe(invoice.LineAmounts());
        await Verified();
    }

    [Fact]
    public async Task MSG_a_change_of_plan_splits_surcharges_at_its_instant_and_corrections_find_them()
    {
        await Scene.Plan("us", Charge.Sms("0.0079"), Added("carrier", "0.003", new { mccmnc = "310260" }));
        await Scene.Plan("pro", Charge.Sms("0.007"), Added("carrier", "0.002", new { mccmnc = "310260" }));
        await Scene.Subscribe("s", "alfa", "05-01", ("wholesale", "us"));
        await Admin.Post($"/v1/subscriptions/{Scene.Id("s")}/change_plan", new { id = "up", at = Scene.At("05-12T11:30"), plan = Scene.Id("pro") });
        await Admin.Events(Sent("old", 100, "310260", null), Later("new", 100), Later("gone", 50));
        (await Amount()).ShouldBe("2.44"); // 1.09 and 150 × 0.009
        await Admin.Post("/v1/corrections", new
        {
            id = "c", subscription = Scene.Id("s"), corrects = new { source = "/scenarios", id = "gone", time = Scene.At("05-12T11:45") }, action = "retract", reason = "mistake",
        });
        await Scene.Clock("06-01T00:10");
        (await Scene.TheDocument("reseller")).SortedAmounts().ShouldBe(["0.20", "0.30", "0.70", "0.79"]);
        await Verified();

        JsonObject Later(string id, int segments)
        {
            var one = Scene.Sms(id, "s", "05-12T11:45", segments, "US");
            one["data"]!["mccmnc"] = "310260";
            return one;
        }
    }

    async Task<string> Amount() => (await Admin.Get($"/v1/subscriptions/{Scene.Id("s")}/usage?period={Scene.Month("05")}")).Json.List("meters").Single().List("legs").Single().Amount();

    [Fact]
    public async Task an_enquiry_says_what_usage_would_cost_and_who_would_refuse_it_and_changes_nothing()
    {
        await Scene.Plan("tiers", new
        {
            id = "sms", kind = "usage", meter = "sms.mt.segment", model = "graduated",
            tiers = new object[] { new { up_to = "100", unit_price = "0.05" }, new { unit_price = "0.03" } },
        }, Added("carrier", "0.01", new { mccmnc = "310260" }));
        await Wallet("customers", "alfa", "10");
        await Wallet("resellers", "reseller", "2");
        await Admin.Put($"/v1/subscriptions/{Scene.Id("s")}", new
        {
            customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), funding = new { mode = "prepaid", wallet = Scene.Id("customers") },
            legs = new object[]
            {
                new { agreement = Scene.Id("wholesale"), plan = Scene.Id("cost"), wallet = Scene.Id("resellers") },
                new { agreement = Scene.Id("retail"), plan = Scene.Id("tiers") },
            },
        });
        (await Admin.Events(Sent("a", 40, "310260", null))).Only.ShouldBe("accepted");
        var before = await Standing();

        // 60 left of the first tier and 20 of the second, and the surcharge on all 80.
        var fits = await Enquire(80, "310260", expected: null);
        Parts(fits).ShouldBe(["wholesale cost 1 sms usage 80 0.035 2.80", "retail tiers 1 sms usage 80  3.60", "retail tiers 1 carrier surcharge 80 0.01 0.80"]);
        (fits.Text("code"), fits.Text("limiting_level")).ShouldBe(("upstream_credit", "partner:" + Scene.Id("reseller")));
        await Admin.Post($"/v1/wallets/{Scene.Id("resellers")}/top_up", new { amount = "20", reference = "more" });
        (await Enquire(80, "310260", true)).List("legs").Count().ShouldBe(3);
        var much = await Enquire(300, "310260", false);
        (much.Text("code"), much.Text("limiting_level")).ShouldBe(("insufficient_funds", "customer:" + Scene.Id("alfa")));
        (await Enquire(1, null, false, meter: "unknown")).Text("code").ShouldBe("unknown_meter");
        (await Enquire(1, null, false, time: "04-12T11:00")).Text("code").ShouldBe("subscription_not_active");

        // The same code prices the event itself.
        var (usageBefore, customersBefore, resellersBefore) = await Standing();
        usageBefore.ShouldBe(before.Usage);
        customersBefore.ShouldBe(before.Customers);
        (await Admin.Events(Sent("b", 80, "310260", null))).Only.ShouldBe("accepted");
        var after = await Standing();
        (customersBefore.Exact() - after.Customers.Exact(), resellersBefore.Exact() - after.Resellers.Exact()).ShouldBe((4.40m, 2.80m));

        // A key sees the legs of its party, and asks about its own subscriptions.
        var alfa = await KeyOf("alfa", "usage:read");
        Parts((await alfa.Post("/v1/price_enquiries", Question(1, null))).Json).ShouldBe(["retail tiers 1 sms usage 1  0.03"]);
        await Scene.Customer("beta", "reseller");
        var beta = await KeyOf("beta", "usage:read");
        (await beta.TryPost("/v1/price_enquiries", Question(1, null))).Refused(404, "not_found");
        (await Admin.TryPost("/v1/price_enquiries", new { subscription = Scene.Id("s"), meter = "a b", quantity = "0" })).Refused(400, "invalid_request").Fields
            .ShouldBe(["meter", "quantity"]);
    }

    async Task<JsonElement> Enquire(int quantity, string? network, bool? expected, string meter = "sms.mt.segment", string? time = null)
    {
        var answer = (await Admin.Post("/v1/price_enquiries", Question(quantity, network, meter, time))).Json;
        if (expected is { } accepted) answer.GetProperty("accepted").GetBoolean().ShouldBe(accepted);
        return answer;
    }

    object Question(int quantity, string? network, string meter = "sms.mt.segment", string? time = null)
    {
        var dimensions = new Dictionary<string, string> { ["country"] = "US" };
        if (network is not null) dimensions["mccmnc"] = network;
        var text = quantity.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return time is null ? new { subscription = Scene.Id("s"), meter, quantity = text, dimensions }
            : new { subscription = Scene.Id("s"), meter, quantity = text, dimensions, time = Scene.At(time) };
    }

    IReadOnlyList<string> Parts(JsonElement answer) => [.. answer.List("legs").Select(part =>
        $"{Scene.Name(part.Text("agreement"))} {Scene.Name(part.Text("plan"))} {part.Int("plan_version")} {part.Text("charge")} {part.Text("kind")} "
        + $"{part.Text("quantity")} {(part.TryGetProperty("unit_price", out var unit) ? unit.GetString() : "")} {part.Amount()}")];

    async Task<(string Usage, string Customers, string Resellers)> Standing() =>
        ((await Admin.Get($"/v1/subscriptions/{Scene.Id("s")}/usage")).Json.GetProperty("meters").ToString(), await Available("customers"), await Available("resellers"));

    static object Added(string kind, string price, object match, string? id = null) =>
        new { id = id ?? kind, kind = "usage", meter = "sms.mt.segment", match, unit_price = price, surcharge = kind };

    JsonObject Sent(string id, int segments, string? network, string? sender)
    {
        var one = Scene.Sms(id, "s", "05-12T11:00", segments, "US");
        if (network is not null) one["data"]!["mccmnc"] = network;
        if (sender is not null) one["data"]!["sender_type"] = sender;
        return one;
    }

    object Correct(string id, string? quantity)
    {
        var corrects = new { source = "/scenarios", id, time = Scene.At("05-12T11:00") };
        return quantity is null ? new { id = "c-" + id, subscription = Scene.Id("s"), corrects, action = "retract", reason = "mistake" }
            : new { id = "c-" + id, subscription = Scene.Id("s"), corrects, action = "amend", quantity, reason = "mistake" };
    }

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
