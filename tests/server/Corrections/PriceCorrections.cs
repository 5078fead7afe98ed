// Prices corrected over HTTP: final prices of named events, and windows that another version of the plan should have priced (domain 4.2).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Corrections;

public sealed class PriceCorrectionsOnSqlite(OnSqlite place) : PriceCorrections(place), IClassFixture<OnSqlite>;

public sealed class PriceCorrectionsOnPostgres(OnPostgres place) : PriceCorrections(place), IClassFixture<OnPostgres>;

public abstract class PriceCorrections(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    // What the reseller pays and what its customer pays; both are invoiced.
    private async Task Postpaid(string id = "alfa-1", string plan = "price", string customer = "alfa") =>
        await Scene.Subscribe(id, customer, "05-01", ("wholesale", "cost"), ("retail", plan));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task a_vendors_final_price_a_day_later_replaces_the_first_one_on_its_leg(bool killed)
    {
        await Postpaid();
        await Admin.Events(Sms("a", "alfa-1", 10), Sms("b", "alfa-1", 4));
        await Scene.Clock("05-13T11:00");
        object[] prices = [Final("a", "wholesale", unit: "0.0275"), Final("b", "wholesale", amount: "0.2"), Final("none", "wholesale", unit: "0.01")];
        var first = (await Named("p", prices)).Expect(200).Json;
        first.List("results").Select(one => one.Text("status")).ShouldBe(["corrected", "corrected", "unknown_event"]);
        (first.Text("state"), first.Int("corrected"), Effect(first)).ShouldBe(("done", 2, (Scene.Month("05"), "open_period", "-0.015")));
        (await Legs("alfa-1")).ShouldBe([("wholesale", "0.475"), ("retail", "0.70")], ignoreOrder: true);
        if (killed) await Place.KillAndStart();
        // The same again is the same, another body is another request, and a second correction replaces the first.
        (await Named("p", prices)).Expect(200).Json.ToString().ShouldBe(first.ToString());
        (await Named("p", [Final("a", "wholesale", unit: "0.03")])).Refused(409, "conflict");
        (await Named("q", [Final("a", "wholesale", unit: "0.03")])).Expect(200);
        (await Legs("alfa-1")).ShouldBe([("wholesale", "0.50"), ("retail", "0.70")], ignoreOrder: true);
        (await Admin.TryPost("/v1/corrections", CorrectionBodies.Of(Scene, "c", "a", "amend", "3", "05-12T11:00", "alfa-1"))).Refused(409, "price_corrected");
        (await Admin.TryPost("/v1/corrections", CorrectionBodies.Of(Scene, "c", "a", "retract", null, "05-12T11:00", "alfa-1"))).Expect(200);
        (await Legs("alfa-1")).ShouldBe([("wholesale", "0.20"), ("retail", "0.20")], ignoreOrder: true);
    }

    [Fact]
    public async Task a_window_is_priced_by_the_version_that_was_meant_and_the_history_links_both()
    {
        await Scene.PlanVersion("price", Scene.Date("12-31"), Charge.Sms("0.04", "CZ"), Charge.Sms("0.05"));
        await Postpaid();
        await Admin.Events(Sms("a", "alfa-1", 10), Scene.Sms("fi", "alfa-1", "05-12T11:00", 10, "FI"), Scene.Sms("early", "alfa-1", "05-11T11:00", 1, "CZ"));
        var done = (await Window("w", "retail", "price", 2, "05-12", "05-13", match: new { country = "CZ" })).Expect(200).Json;
        (done.Int("corrected"), Effect(done)).ShouldBe((1, (Scene.Month("05"), "open_period", "-0.10")));
        (await Legs("alfa-1")).ShouldBe([("wholesale", "0.735"), ("retail", "0.95")], ignoreOrder: true);
        var history = (await Admin.Get($"/v1/subscriptions/{Scene.Id("alfa-1")}/events", "application/x-ndjson")).Lines.Select(line => JsonDocument.Parse(line).RootElement);
        var entry = history.Single(line => line.Text("source") == "urn:billing:correction");
        (entry.Text("action"), entry.GetProperty("corrects").Text("id"), entry.Text("quantity")).ShouldBe(("price", "a", "0"));
        entry.List("legs").Select(leg => (leg.Int("plan_version"), leg.Text("amount"))).ShouldBe([(1, "-0.5"), (2, "0.4")]);
        // Preview and invoice agree, and the sum of the lines is what the right prices come to.
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("alfa"), period = Scene.Month("05") })).Json;
        await Scene.Clock("06-01T00:10");
        var statement = await Scene.TheDocument("alfa", "statement");
        statement.Amount("net").ShouldBe("0.95");
        statement.SortedAmounts().ShouldBe(preview.GetProperty("documents").EnumerateArray().Single().SortedAmounts());
    }

    [Fact]
    public async Task tiers_of_a_window_are_those_of_the_right_version_whatever_the_slices()
    {
        var tiers = new object[] { new { up_to = "1000", unit_price = "0.10" }, new { up_to = (string?)null, unit_price = "0.01" } };
        await Scene.Plan("tiers", Charge.Sms("0.50"));
        await Scene.PlanVersion("tiers", Scene.Date("12-31"), new { id = "sms", kind = "usage", meter = "sms.mt.segment", model = "graduated", tiers });
        await Postpaid(plan: "tiers");
        await Admin.Events(Enumerable.Range(0, 450).Select(n => Sms($"e{n}", "alfa-1", 3)));
        (await Legs("alfa-1")).Single(leg => leg.Agreement == "retail").Amount.ShouldBe("675.00");
        (await Window("w", "retail", "tiers", 2, "05-01", "05-13")).Expect(200).Json.Int("corrected").ShouldBe(450);
        // 1,000 at 0.10 and 350 at 0.01.
        (await Legs("alfa-1")).Single(leg => leg.Agreement == "retail").Amount.ShouldBe("103.50");
    }

    [Fact]
    public async Task after_the_close_the_next_document_takes_the_old_price_back_and_has_the_new_one()
    {
        await Scene.PlanVersion("cost", Scene.Date("12-31"), Charge.Sms("0.03"));
        await Postpaid();
        await Admin.Events(Sms("a", "alfa-1", 100));
        await Scene.Clock("06-03");
        var may = (await Scene.TheDocument("reseller")).ToString();
        Effect((await Window("w", "wholesale", "cost", 2, "05-12", "05-13")).Expect(200).Json).ShouldBe((Scene.Month("05"), "next_document", "-0.50"));
        await Admin.Events(Scene.Sms("june", "alfa-1", "06-02", 40, "CZ"));
        await Scene.Clock("07-02");
        var documents = await Scene.Documents("reseller");
        (await Scene.Document(documents[0])).ToString().ShouldBe(may);
        var june = await Scene.Document(documents[1]);
        // 40 × 0.035, and of May −100 × 0.035 and 100 × 0.03.
        june.List("lines").Select(line => (line.Text("quantity").Exact(), line.Text("unit_price").Exact(), line.Amount())).ShouldBe(
            [(40m, 0.035m, "1.40"), (-100m, 0.035m, "-3.50"), (100m, 0.03m, "3.00")]);
        june.Amount("net").ShouldBe("0.90");
        june.List("lines").Skip(1).ShouldAllBe(line => line.Text("description").StartsWith("late usage May", StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_final_price_after_the_close_is_a_line_of_its_own_that_says_so()
    {
        await Postpaid();
        await Admin.Events(Sms("a", "alfa-1", 100));
        await Scene.Clock("06-03");
        (await Named("p", [Final("a", "wholesale", unit: "0.04")])).Expect(200);
        await Scene.Clock("07-02");
        var line = (await Scene.Document((await Scene.Documents("reseller"))[1])).List("lines").ShouldHaveSingleItem();
        (line.Text("quantity"), line.Amount(), line.Text("description").StartsWith("price correction May", StringComparison.Ordinal)).ShouldBe(("0", "0.50", true));
    }

    [Fact]
    public async Task wallets_follow_whatever_they_have()
    {
        await Wallet("own", "alfa", "1");
        await Wallet("up", "reseller", "1");
        await TwoLegs("alfa-1", "own", "up");
        (await Admin.Events(Sms("a", "alfa-1", 20))).Only.ShouldBe("accepted");
        (await Available("own"), await Available("up")).ShouldBe(("0.00", "0.30"));
        (await Named("p", [Final("a", "retail", unit: "0.03"), Final("a", "wholesale", unit: "0.04")])).Expect(200);
        (await Available("own"), await Available("up")).ShouldBe(("0.40", "0.20"));
        // Upwards beyond what is there: taken by force, and counted apart (domain 0.3, rule 33).
        (await Named("q", [Final("a", "retail", unit: "0.06")])).Expect(200);
        (await Available("own")).ShouldBe("-0.20");
        (await Admin.Events(Sms("b", "alfa-1"))).Only.ShouldBe("insufficient_funds");
    }

    [Fact]
    public async Task all_subscriptions_of_an_agreement_are_priced_anew_and_it_goes_on_after_a_kill()
    {
        await Scene.PlanVersion("cost", Scene.Date("12-31"), Charge.Sms("0.03"));
        await Scene.Customer("beta", "reseller");
        for (var n = 1; n <= 12; n++)
            await Scene.Subscribe($"s{n}", n % 2 == 0 ? "alfa" : "beta", "05-01", ("wholesale", "cost"));
        await Admin.Events(Enumerable.Range(0, 12).SelectMany(n => Enumerable.Range(0, 20).Select(e => Sms($"e{n}-{e}", $"s{n + 1}", 10))));
        (await Scene.Usage("partners", "reseller")).ShouldBe(("2400", "84.00"));
        var done = (await Window("w", "wholesale", "cost", 2, "05-12", "05-13")).Expect(200).Json;
        (done.Int("subscriptions"), done.Int("subscriptions_done"), done.Int("corrected"), Effect(done).Amount).ShouldBe((12, 12, 240, "-12.00"));
        await Place.KillAndStart();
        (await Admin.Get("/v1/price_corrections/" + Scene.Id("w"))).Json.ToString().ShouldBe(done.ToString());
        (await Window("w", "wholesale", "cost", 2, "05-12", "05-13")).Expect(200);
        (await Admin.Get($"/v1/partners/{Scene.Id("reseller")}/usage?consistency=exact")).Json.List("meters").Single().List("legs").Single().Amount().ShouldBe("72.00");
        (await Admin.Get("/v1/price_corrections?limit=200")).Json.List("data").Single(one => one.Text("id") == Scene.Id("w")).Text("state").ShouldBe("done");
    }

    [Fact]
    public async Task whoever_sells_corrects_and_what_cannot_be_corrected_says_why()
    {
        await Postpaid();
        await Admin.Events(Sms("a", "alfa-1", 10));
        var reseller = await KeyOf("reseller", "billing:write", "billing:read");
        (await Named("p", [Final("a", "wholesale", unit: "0.01")], api: reseller)).Refused(404, "not_found");
        (await Named("p", [Final("a", "retail", unit: "0.04")], api: reseller)).Expect(200);
        (await reseller.TryGet("/v1/price_corrections/" + Scene.Id("p"))).Expect(200);
        var alfa = await KeyOf("alfa", "billing:write", "billing:read");
        (await Named("q", [Final("a", "retail", unit: "0.04")], api: alfa)).Refused(404, "not_found");
        (await alfa.TryGet("/v1/price_corrections/" + Scene.Id("p"))).Refused(404, "not_found");
        (await alfa.Get("/v1/price_corrections")).Json.List("data").ShouldBeEmpty();
        (await Window("w", "retail", "price", 9, "05-12", "05-13")).Refused(404, "not_found");
        (await Window("w", "retail", "price", 1, "05-13", "05-12")).Refused(400, "invalid_request").Fields.ShouldBe(["window.to"]);
        (await Window("w", "retail", "price", 1, "04-01", "05-12")).Refused(409, "too_late");
        (await Named("w", [Final("a", "retail")])).Refused(400, "invalid_request").Fields.ShouldBe(["prices[0].unit_price"]);
        (await Named("w", [Final("a", "retail", unit: "-1")])).Refused(400, "invalid_request").Fields.ShouldBe(["prices[0].unit_price"]);
        (await Named("w", [])).Refused(400, "invalid_request").Fields.ShouldBe(["prices"]);
        await Scene.Clock("06-16T11:01");
        (await Named("late", [Final("a", "retail", unit: "0.01")])).Expect(200).Json.List("results").Single().Text("status").ShouldBe("too_late");
    }

    private object Final(string eventId, string agreement, string? unit = null, string? amount = null)
    {
        var price = new Dictionary<string, object>
        {
            ["event"] = new { source = "/scenarios", id = eventId, time = Scene.At("05-12T11:00") }, ["agreement"] = Scene.Id(agreement),
        };
        if (unit is not null) price["unit_price"] = unit;
        if (amount is not null) price["amount"] = amount;
        return price;
    }

    private Task<Answer> Named(string id, object[] prices, string subscription = "alfa-1", Api? api = null) => (api ?? Admin).TryPost("/v1/price_corrections", new
    {
        id = Scene.Id(id), reason = "final price", subscription = Scene.Id(subscription), prices,
    });

    private Task<Answer> Window(string id, string agreement, string plan, int version, string from, string to, object? match = null) => Admin.TryPost("/v1/price_corrections", new
    {
        id = Scene.Id(id), reason = "wrong price list",
        window = new { agreement = Scene.Id(agreement), plan = Scene.Id(plan), plan_version = version, from = Scene.At(from), to = Scene.At(to), match = match ?? new { } },
    });

    // Exact amounts of this month by agreement.
    private async Task<IReadOnlyList<(string Agreement, string Amount)>> Legs(string subscription) =>
        [.. (await Admin.Get($"/v1/subscriptions/{Scene.Id(subscription)}/usage")).Json.List("meters").Single().List("legs")
            .Select(leg => (Scene.Name(leg.Text("agreement")), leg.Amount()))];

    private static (string Period, string CarriedBy, string Amount) Effect(JsonElement answer)
    {
        var effect = answer.List("effects").ShouldHaveSingleItem();
        return (effect.Text("period"), effect.Text("carried_by"), effect.Amount());
    }
}
