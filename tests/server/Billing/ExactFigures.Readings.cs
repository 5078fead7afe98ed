// Meters that are not added up, through the API: the highest, how many different ones, the latest (domain 3.3).
using System.Text.Json.Nodes;
using OrleansBilling.Server.Tests.Corrections;

namespace OrleansBilling.Server.Tests.Billing;

public abstract partial class ExactFigures
{
    [Fact]
    public async Task a_peak_different_values_and_a_level_are_billed_as_they_stand_at_the_end_whatever_came_late_twice_or_wrong()
    {
        await Readers();
        await Scene.Clock("05-20");
        await Admin.Events(Read("p1", "seat", "05-12", 5), Read("p2", "seat", "05-14", 9), Read("p3", "seat", "05-13", 7), Read("p2", "seat", "05-14", 9),
            Read("u1", "user", "05-12", 1, "ann"), Read("u2", "user", "05-13", 1, "bob"), Read("u3", "user", "05-14", 1, "ann"),
            Read("l2", "stock", "05-19", 40), Read("l1", "stock", "05-12", 90));
        (await Totals()).ShouldBe(["seat 9 22.50", "stock 40 4.00", "user 2 0.60"]);
        (await Correct("c1", "p2", "05-14")).ShouldBe("-5.00"); // 7 are left
        (await Correct("c2", "u1", "05-12")).ShouldBe("0.00"); // Ann is there once more
        (await Correct("c3", "l2", "05-19", "30")).ShouldBe("-1.00");
        (await Totals()).ShouldBe(["seat 7 17.50", "stock 30 3.00", "user 2 0.60"]);
        (await Admin.TryPost("/v1/corrections", Correction("c4", "p2", "05-14"))).Refused(409, "already_retracted");
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("reseller") })).Json.List("documents").Single();
        await Place.KillAndStart();
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        invoice.SortedAmounts().ShouldBe(["0.60", "3.00", "17.50"]);
        preview.LineAmounts().ShouldBe(invoice.LineAmounts());

        // Late: what May would have been billed more, or less; June begins anew.
        await Scene.Clock("06-03");
        await Admin.Events(Read("p4", "seat", "05-30", 8), Read("p5", "seat", "06-02", 2), Read("u4", "user", "05-31", 1, "eve"), Read("u5", "user", "06-02", 1, "ann"),
            Read("l3", "stock", "05-31", 25));
        await Scene.Clock("07-01T00:10");
        var july = await Scene.Document((await Scene.Documents("reseller"))[^1]);
        july.List("lines").Select(line => $"{line.Text("charge")} {line.Text("quantity")} {line.Amount()} {(line.GetProperty("late").GetBoolean() ? "late" : "")}".TrimEnd()).Order()
            .ShouldBe(["seat 1 2.50 late", "seat 2 5.00", "stock -5 -0.50 late", "user 1 0.30", "user 1 0.30 late"]);
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }

    [Fact]
    public async Task what_cannot_be_meant_of_a_peak_is_refused_by_its_field()
    {
        await Readers();
        var (seat, user) = (Scene.Id("seat"), Scene.Id("user"));
        async Task<IReadOnlyList<string>> Wrong(string path, object body) => (await Admin.TryPost(path, body)).Refused(400, "invalid_request").Fields;
        (await Admin.TryPut($"/v1/meters/{Scene.Id("none")}", new { unit = "user", aggregation = "unique" })).Expect(400).Fields.ShouldBe(["unique_by"]);
        (await Admin.TryPut($"/v1/meters/{Scene.Id("none")}", new { unit = "user", aggregation = "unique", unique_by = "who" })).Expect(400).Fields.ShouldBe(["unique_by"]);
        (await Admin.TryPut($"/v1/meters/{seat}", new { unit = "seat", aggregation = "sum" })).Refused(409, "conflict").Fields.ShouldBe(["aggregation"]);
        var next = new { effective_from = Scene.Date("06-01"), charges = new object[] { new { id = "a", kind = "usage", meter = seat, model = "percentage", percent = "1" }, new { id = "b", kind = "usage", meter = user, model = "per_unit", unit_price = "1", surcharge = "extra" } } };
        (await Wrong($"/v1/plans/{Scene.Id("read")}/versions", next)).ShouldBe(["charges[0].model", "charges[1].surcharge"], ignoreOrder: true);
        await Scene.Clock("05-20");
        (await Wrong($"/v1/subscriptions/{Scene.Id("sub")}/holds", new { id = "h", meter = seat, quantity = "1", expires_in_seconds = 60 })).ShouldBe(["meter"]);
        (await Wrong($"/v1/subscriptions/{Scene.Id("sub")}/grants", new { id = "g", meter = seat, quantity = "5", price = "0" })).ShouldBe(["meter"]);
        // Without the dimension that it counts, an event has no price.
        (await Admin.Events(Read("u", "user", "05-12", 1))).Only.ShouldBe("no_price");
    }

    [Fact]
    public async Task more_different_values_than_a_subscription_remembers_are_refused_by_name_and_known_ones_count_on()
    {
        await Readers();
        await Scene.Clock("05-20");
        for (var from = 0; from < 100_000; from += 5_000)
            (await Admin.Events(Enumerable.Range(from, 5_000).Select(n => Read($"u{n}", "user", "05-12", 1, $"person-{n}")))).Accepted.ShouldBe(5_000);
        (await Admin.Events(Read("more", "user", "05-12", 1, "somebody else"))).Only.ShouldBe("too_many_readings");
        (await Admin.Events(Read("known", "user", "05-13", 1, "person-7"))).Accepted.ShouldBe(1);
        (await Totals()).ShouldBe(["user 100000 30000.00"]);
    }

    [Fact]
    public async Task a_wallet_pays_for_what_a_peak_rises_and_gets_back_what_it_never_reached()
    {
        await Readers();
        await Admin.Put($"/v1/wallets/{Scene.Id("w")}", new { owner = Scene.Id("reseller"), currency = "EUR" });
        await Admin.Post($"/v1/wallets/{Scene.Id("w")}/top_up", new { amount = "20", reference = "first" });
        await Admin.Put($"/v1/subscriptions/{Scene.Id("prepaid")}", new
        {
            customer = Scene.Id("reseller-customer"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("reseller"), plan = Scene.Id("read") } }, funding = new { mode = "prepaid", wallet = Scene.Id("w") },
        });
        await Scene.Clock("05-20");
        async Task<string> Available() => (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/balance?consistency=exact")).Json.Amount("available");
        foreach (var (id, height, word, left) in new[] { ("a", 6, "accepted", "5.00"), ("b", 4, "accepted", "5.00"), ("c", 9, "insufficient_funds", "5.00"), ("d", 8, "accepted", "0.00") })
        {
            (await Admin.Events(Read(id, "seat", "05-12", height, on: "prepaid"))).Only.ShouldBe(word, id);
            (await Available()).ShouldBe(left, id);
        }

        (await Correct("back", "d", "05-12", on: "prepaid")).ShouldBe("-5.00");
        (await Available()).ShouldBe("5.00");
    }

    async Task Readers()
    {
        await Seller("operator", "EUR");
        await Buyer("reseller", "EUR");
        await Admin.Put($"/v1/meters/{Scene.Id("seat")}", new { unit = "seat", aggregation = "max" });
        await Admin.Put($"/v1/meters/{Scene.Id("user")}", new { unit = "user", aggregation = "unique", unique_by = "who", personal_dimensions = new[] { "who" } });
        await Admin.Put($"/v1/meters/{Scene.Id("stock")}", new { unit = "gigabyte", aggregation = "latest" });
        object Of(string id, string price) => new { id, kind = "usage", meter = Scene.Id(id), model = "per_unit", unit_price = price };
        await Scene.Plan("read", Of("seat", "2.50"), Of("user", "0.30"), Of("stock", "0.10"));
        await Scene.Subscribe("sub", "reseller-customer", "05-01", ("reseller", "read"));
    }

    JsonObject Read(string id, string meter, string day, int quantity, string? who = null, string on = "sub")
    {
        var sent = Scene.Sms(id, on, day + "T12:00", quantity, type: Scene.Id(meter));
        if (who is not null) sent["data"]!["who"] = who;
        return sent;
    }

    async Task<IReadOnlyList<string>> Totals() =>
        [.. (await Admin.Get($"/v1/subscriptions/{Scene.Id("sub")}/usage?period={Scene.Month("05")}&consistency=exact")).Json.List("meters")
            .Select(meter => $"{Scene.Name(meter.Text("meter"))} {meter.Text("quantity")} {meter.List("legs").Single().Amount()}").Order()];

    object Correction(string id, string of, string day, string? quantity = null, string on = "sub") =>
        CorrectionBodies.Of(Scene, id, of, quantity is null ? "retract" : "amend", quantity, day + "T12:00", on);

    async Task<string> Correct(string id, string of, string day, string? quantity = null, string on = "sub") =>
        (await Admin.Post("/v1/corrections", Correction(id, of, day, quantity, on))).Json.GetProperty("effect").List("amounts").Single().Amount();
}
