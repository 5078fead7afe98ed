// Figures of the model that no system's own scenario shows: every rounding mode, price, rank, charge point, currency and period, to the last digit.
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class ExactFiguresOnSqlite(OnSqlite place) : ExactFigures(place), IClassFixture<OnSqlite>;

public sealed class ExactFiguresOnPostgres(OnPostgres place) : ExactFigures(place), IClassFixture<OnPostgres>;

public abstract partial class ExactFigures(ServerPlace place) : Scenario(place)
{
    [Theory]
    // 16.85306; and two ties, 12.125 and 12.135.
    [InlineData("half_away_from_zero", "16.85", "12.13", "12.14", "41.12")]
    [InlineData("half_even", "16.85", "12.12", "12.14", "41.11")]
    [InlineData("toward_zero", "16.85", "12.12", "12.13", "41.10")]
    [InlineData("away_from_zero", "16.86", "12.13", "12.14", "41.13")]
    public async Task PORT_each_rounding_mode_rounds_each_line_once(string mode, string down, string even, string odd, string net)
    {
        await Seller("operator", "EUR");
        await Buyer("reseller", "EUR", rounding: mode);
        await Scene.Plan("sms", Charge.Sms("0.00001", "FI"), Charge.Sms("0.005", "EE"), Charge.Sms("0.0005", "SE"));
        await Scene.Subscribe("sub", "reseller-customer", "05-01", ("reseller", "sms"));
        await Sent(("FI", 1_685_306), ("EE", 2_425), ("SE", 24_270));
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        Of(invoice).ShouldBe([("sms-ee", even), ("sms-fi", down), ("sms-se", odd)]);
        invoice.Amount("net").ShouldBe(net);
    }

    [Fact]
    public async Task a_price_per_1000_is_multiplied_before_it_is_divided_however_the_units_come()
    {
        await Seller("operator", "EUR");
        await Buyer("reseller", "EUR");
        object Per(string country, string price, string per) => new
        {
            id = "sms-" + country.ToLowerInvariant(), kind = "usage", meter = "sms.mt.segment", model = "per_unit", match = new { country }, unit_price = price, per,
        };
        // 12,345 at 7.90 per 1,000 are 97.5255. Sixty at 1.00 per 60 are 1.00, though a sixtieth has no end.
        await Scene.Plan("sms", Per("FI", "7.90", "1000"), Per("EE", "1.00", "60"), Per("SE", "0.07", "3"));
        await Scene.Subscribe("sub", "reseller-customer", "05-01", ("reseller", "sms"));
        await Sent([.. Enumerable.Repeat(("FI", 2_469), 5), .. Enumerable.Repeat(("EE", 1), 60), .. Enumerable.Repeat(("SE", 1), 15)]);
        await Scene.Clock("06-01T00:10");
        Of(await Scene.TheDocument("reseller")).ShouldBe([("sms-ee", "1.00"), ("sms-fi", "97.53"), ("sms-se", "0.35")]);
    }

    [Fact]
    public async Task rule_15_more_dimensions_win_then_the_meters_order_and_an_equal_rank_is_refused()
    {
        await Seller("operator", "EUR");
        await Buyer("reseller", "EUR");
        object At(string id, string price, object match) => new { id, kind = "usage", meter = "sms.mt.segment", model = "per_unit", unit_price = price, match };
        object[] levels =
        [
            At("any", "0.10", new { }), At("short", "0.09", new { sender_type = "short" }), At("fi", "0.05", new { country = "FI" }),
            At("fi-short", "0.07", new { country = "FI", sender_type = "short" }), At("fi-net", "0.045", new { country = "FI", mccmnc = "24491" }),
            At("fi-net-short", "0.03", new { country = "FI", mccmnc = "24491", sender_type = "short" }), At("net-short", "0.02", new { mccmnc = "24405", sender_type = "short" }),
        ];
        await Scene.Plan("deep", levels);
        await Scene.Plan("flatter", levels[..5]);
        await Scene.Subscribe("sub", "reseller-customer", "05-01", ("reseller", "deep"));
        await Scene.Subscribe("other", "reseller-customer", "05-01", ("reseller", "flatter"));
        await Scene.Clock("05-20");
        (string?, string?, string?)[] sent =
            [("EE", null, null), ("EE", "24801", "short"), ("FI", "24405", null), ("FI", "24412", "short"), ("FI", "24491", "long"), ("FI", "24491", "short"), ("FI", "24405", "short")];
        foreach (var subscription in new[] { "sub", "other" })
            (await Admin.Events(sent.Select((one, n) => Message($"{n}", subscription, one)))).Accepted.ShouldBe(7);
        await Scene.Clock("06-01T00:10");
        var lines = (await Scene.TheDocument("reseller")).List("lines").ToList();
        string[] On(string subscription) => [.. lines.Where(line => line.Text("subscription") == Scene.Id(subscription))
            .Select(line => $"{line.Text("charge")} {line.Text("quantity")} {line.Amount()}").Order()];
        // On the seventh, three of three dimensions are nowhere; country and sender type rank before network and sender type.
        On("sub").ShouldBe(["any 1 0.10", "fi 1 0.05", "fi-net 1 0.05", "fi-net-short 1 0.03", "fi-short 2 0.14", "short 1 0.09"]);
        // Without the deepest level, country and network rank before country and sender type.
        On("other").ShouldBe(["any 1 0.10", "fi 1 0.05", "fi-net 2 0.09", "fi-short 2 0.14", "short 1 0.09"]);
        var equal = new[] { levels[3], At("again", "1", new { sender_type = "short", country = "FI" }) };
        (await Admin.TryPost($"/v1/plans/{Scene.Id("deep")}/versions", new { effective_from = Scene.Date("06-01"), charges = equal }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["charges[1].match"]);
    }

    [Fact]
    public async Task MSG_one_message_is_charged_by_the_point_of_each_leg()
    {
        await Seller("operator", "EUR");
        await Scene.Partner("reseller");
        await Admin.Put($"/v1/partners/{Scene.Id("sub")}", new { name = "sub", country = "FI", currency = "EUR", parent = Scene.Id("reseller") });
        await Scene.Customer("alfa", "sub");
        await Scene.Agreement("accepts", "operator", "reseller", chargePoint: "accept");
        await Scene.Agreement("submits", "reseller", "sub", chargePoint: "submit");
        await Scene.Agreement("delivers", "sub", "alfa", chargePoint: "deliver");
        foreach (var (plan, price) in new[] { ("a", "0.03"), ("s", "0.04"), ("d", "0.05") }) await Scene.Plan(plan, Charge.Sms(price));
        await Scene.Subscribe("sub-1", "alfa", "05-01", ("accepts", "a"), ("submits", "s"), ("delivers", "d"));
        await Scene.Clock("05-20");
        string?[] states = ["DELIVRD", "UNDELIV", "EXPIRED", "DELETED", "REJECTD", "UNKNOWN", null];
        await Admin.Events(states.Select((_, n) => Scene.Sms($"m{n}", "sub-1", "05-19T12:00", 2)));
        for (var n = 0; n < states.Length; n++)
        {
            if (states[n] is not { } state) continue;
            var report = new
            {
                id = Scene.Id($"r{n}"), subscription = Scene.Id("sub-1"), @event = new { source = "/scenarios", id = $"m{n}", time = Scene.At("05-19T12:00") },
                state, done_at = Scene.At("05-19T12:01"),
            };
            (await Admin.Post("/v1/delivery_reports", report)).Json.Text("status").ShouldBe(state is "DELIVRD" or "UNKNOWN" ? "unchanged" : "refunded", state);
        }

        await Scene.Clock("06-01T00:10");
        // Of 14 segments: all; all but the rejected two; delivered, unknown and unheard.
        foreach (var (party, quantity, amount) in new[] { ("reseller", "14", "0.42"), ("sub", "12", "0.48"), ("alfa", "6", "0.30") })
        {
            var bought = (await Scene.Documents(party)).Single(one => one.Text("buyer") == Scene.Id(party));
            var only = (await Scene.Document(bought)).List("lines").ShouldHaveSingleItem();
            (only.Text("quantity"), only.Amount()).ShouldBe((quantity, amount), party);
        }
    }

    [Theory]
    // 617.5 and 61.8; 5.5575 and 0.2779.
    [InlineData("JPY", "JP", "0.5", "10", "618", "62", "680")]
    [InlineData("KWD", "KW", "0.0045", "5", "5.558", "0.278", "5.836")]
    [InlineData("BHD", "BH", "0.0045", "10", "5.558", "0.556", "6.114")]
    public async Task rule_13_a_document_has_exactly_the_digits_of_its_currency(string currency, string country, string price, string rate, string net, string tax, string total)
    {
        await Seller("operator", currency, country);
        await Buyer("reseller", currency, rate: rate);
        await Plan("sms", currency, Charge.Sms(price));
        await Scene.Subscribe("sub", "reseller-customer", "05-01", ("reseller", "sms"));
        await Sent(("FI", 1_235));
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        (invoice.LineAmounts().Single(), invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("total"), invoice.Amount("outstanding")).ShouldBe((net, net, tax, total, total));
        invoice.Text("currency").ShouldBe(currency);
        var open = invoice.Amount("outstanding");
        await Admin.Post("/v1/payments", new
        {
            party = Scene.Id("reseller"), amount = open, method = "transfer", received_on = Scene.Date("06-01"),
            allocations = new[] { new { document = invoice.Text("number"), amount = open } },
        });
        (await Scene.Document(invoice)).Text("status").ShouldBe("paid");
        var tooFine = open.Contains('.') ? open + "1" : open + ".1";
        (await Admin.TryPost("/v1/payments", new { party = Scene.Id("reseller"), amount = tooFine, method = "transfer", received_on = Scene.Date("06-01") })).Expect(400).Fields.ShouldBe(["amount"]);
        (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("operator")}")).Json.GetProperty("balanced").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task PORT_10_two_legs_of_one_event_are_billed_each_in_its_own_currency()
    {
        await Seller("operator", "EUR");
        await Buyer("reseller", "EUR");
        await Admin.Put($"/v1/customers/{Scene.Id("yen")}", new { name = "Yen", partner = Scene.Id("reseller"), kind = "organization", currency = "JPY" });
        await Scene.Agreement("retail", "reseller", "yen", documents: "statement", rate: "10");
        await Scene.Plan("cost", Charge.Sms("0.06"));
        await Plan("price", "JPY", Charge.Sms("16.5"));
        await Scene.Subscribe("sub", "yen", "05-01", ("reseller", "cost"), ("retail", "price"));
        await Sent(("CZ", 1), ("CZ", 6));
        var legs = (await Admin.Get($"/v1/subscriptions/{Scene.Id("sub")}/usage?period={Scene.Month("05")}&consistency=exact")).Json.List("meters").Single().List("legs");
        legs.Select(leg => (leg.Text("agreement"), leg.GetProperty("amount").Text("currency"), leg.Amount())).ShouldBe(
            [(Scene.Id("reseller"), "EUR", "0.42"), (Scene.Id("retail"), "JPY", "115.5")], ignoreOrder: true);
        await Scene.Clock("06-01T00:10");
        var (cost, price) = (await Scene.TheDocument("reseller"), await Scene.TheDocument("yen", "statement"));
        (cost.Amount("net"), cost.Text("currency"), price.Amount("net"), price.Amount("total"), price.Text("currency")).ShouldBe(("0.42", "EUR", "116", "128", "JPY"));
        var wrong = new { customer = Scene.Id("yen"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("retail"), plan = Scene.Id("cost") } } };
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("wrong")}", wrong)).Expect(400).Fields.ShouldBe(["legs[0].plan"]);
    }

    [Fact]
    public async Task rule_25_credits_bought_at_the_resellers_cost_are_spent_by_the_client()
    {
        await Seller("operator", "EUR");
        await Buyer("reseller", "EUR");
        await Scene.Agreement("retail", "reseller", "reseller-customer", documents: "statement");
        await Admin.Put($"/v1/meters/{Scene.Id("text")}", new { unit = Scene.Id("text") });
        await Scene.Plan("price", new { id = "text", kind = "usage", meter = Scene.Id("text"), model = "per_unit", unit_price = "0.05" });
        await Admin.Put($"/v1/wallets/{Scene.Id("bank")}", new { owner = Scene.Id("reseller"), currency = "EUR" });
        await Admin.Put($"/v1/wallets/{Scene.Id("units")}", new { owner = Scene.Id("reseller-customer"), unit = Scene.Id("text") });
        await Admin.Post($"/v1/wallets/{Scene.Id("bank")}/top_up", new { amount = "40.00", reference = "paid" });
        var bought = new { to = Scene.Id("units"), quantity = "1000", unit_price = "0.0350", reference = "may" };
        for (var times = 0; times < 2; times++) (await Admin.Post($"/v1/wallets/{Scene.Id("bank")}/transfer", bought)).Json.Amount("available").ShouldBe("5.00");
        // 143 more would cost 5.005.
        (await Admin.TryPost($"/v1/wallets/{Scene.Id("bank")}/transfer", new { to = Scene.Id("units"), quantity = "143", unit_price = "0.0350", reference = "too many" }))
            .Refused(409, "insufficient_funds");
        await Admin.Put($"/v1/subscriptions/{Scene.Id("client")}", new
        {
            customer = Scene.Id("reseller-customer"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("retail"), plan = Scene.Id("price") } },
            funding = new { mode = "prepaid", wallet = Scene.Id("units") },
        });
        await Scene.Clock("05-20");
        (await Admin.Events(new[] { ("a", 300), ("b", 701), ("c", 700) }.Select(one => Scene.Sms(one.Item1, "client", "05-19", one.Item2, type: Scene.Id("text")))))
            .Results.Select(one => (one.Id, one.Code)).ShouldBe([("b", "insufficient_funds")]);
        (await Admin.Get($"/v1/wallets/{Scene.Id("units")}/balance?consistency=exact")).Json.GetProperty("available").Text("quantity").ShouldBe("0");
        (await Admin.Get($"/v1/wallets/{Scene.Id("bank")}/balance?consistency=exact")).Json.Amount("available").ShouldBe("5.00");
    }

    Task Seller(string id, string currency, string country = "FI") => Scene.Seller(id, country, currency);

    // A partner, its customer, and the agreement on which it buys, all named after it.
    async Task Buyer(string id, string currency, string rounding = "half_away_from_zero", string? calendar = null, string rate = "25.5")
    {
        await Scene.Clock("05-01");
        await Scene.Partner(id, currency);
        await Scene.Customer(id + "-customer", id);
        await Admin.Put($"/v1/agreements/{Scene.Id(id)}", new
        {
            kind = "wholesale", seller = Scene.Id("operator"), buyer = Scene.Id(id), calendar = calendar ?? await Scene.Calendar(), due_days = 14, tax = new { category = "S", rate }, rounding,
        });
    }

    async Task Plan(string id, string currency, params object[] charges)
    {
        await Admin.Put($"/v1/plans/{Scene.Id(id)}", new { name = id, currency });
        await Scene.PlanVersion(id, "2020-01-01", charges);
    }

    async Task Sent(params (string Country, int Quantity)[] messages)
    {
        await Scene.Clock("05-20");
        (await Admin.Events(messages.Select((one, n) => Scene.Sms($"e{n}", "sub", "05-19T12:00", one.Quantity, one.Country)))).Accepted.ShouldBe(messages.Length);
    }

    JsonObject Message(string id, string subscription, (string? Country, string? Network, string? Sender) to)
    {
        var sent = Scene.Sms(id, subscription, "05-19T12:00", 1, to.Country);
        if (to.Network is not null) sent["data"]!["mccmnc"] = to.Network;
        if (to.Sender is not null) sent["data"]!["sender_type"] = to.Sender;
        return sent;
    }

    static IEnumerable<(string Charge, string Amount)> Of(JsonElement document) => document.List("lines").Select(line => (line.Text("charge"), line.Amount())).Order();
}
