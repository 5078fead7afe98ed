// Non-payment by amounts: a service balance that falls, and what is overdue in all (domain 1.4; 0.3, rule 26).
namespace OrleansBilling.Server.Tests.Dunning;

public abstract partial class NonPayment
{
    [Fact]
    public async Task rule_26_a_service_balance_below_its_amount_restricts_until_it_is_there_again()
    {
        await Policy("low", new { trigger = "balance", below = "0.00", action = "restrict" }, new { trigger = "balance", below_percent = 50, action = "email" });
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator");
        await Admin.Put($"/v1/customers/{Scene.Id("x")}", new { name = "x", country = "FI", currency = "EUR" });
        await Agreement("x", "low", 14, creditLimit: "20.00");
        await Scene.Plan("pro", Charge.Sms("0.05"));
        await Scene.Subscribe("x-0", "x", "05-01", ("x-wholesale", "pro"));
        await Scene.Clock("05-02T10:10");
        // 200 × 0.05 = 10.00, with 25.5 % 12.55: 7.45 are left of 20.00, less than the half.
        await Used(200, "05-02T10:00");
        await Scene.Clock("05-02T11:00:30");
        ((await Told("x")).ShouldHaveSingleItem(), await State("customers", "x")).ShouldBe(("05-02 email", "active"));
        // 400 × 0.05 = 20.00, with tax 25.10.
        await Used(200, "05-02T11:00");
        await Scene.Clock("05-02T12:00:30");
        (await State("customers", "x")).ShouldBe("restricted");
        (await Admin.TryPut(Subscription("x-more"), Body("x"))).Refused(409, "party_not_active");
        var low = (await Admin.Get($"/v1/dunning_cases/{Scene.Id("x-wholesale")}/facts")).Json.List("data").Select(one => one.GetProperty("fact"))
            .Where(fact => fact.Text("fact") == "balance_fell").ToList();
        low.Select(fact => (fact.Text("step"), fact.Text("available"))).ShouldBe([("balance<50%:email", "7.45"), ("balance<0:restrict", "-5.10")]);
        await Admin.Post("/v1/payments", new { party = Scene.Id("x"), amount = "10.00", method = "transfer", received_on = Scene.Date("05-02") });
        (await State("customers", "x")).ShouldBe("active", "4.90: at once when it is posted");
        await Used(200, "05-02T12:00");
        await Scene.Clock("05-02T13:00:30");
        (await State("customers", "x")).ShouldBe("restricted");
        var mine = (await (await KeyOf("x", "billing:read")).Get("/v1/dunning_cases")).Json.List("data").ShouldHaveSingleItem();
        (mine.Text("state"), mine.Text("asks")).ShouldBe(("resting", "restricted"));
        mine.GetProperty("below").EnumerateArray().Select(one => one.GetString()).ShouldBe(["balance<50%:email", "balance<0:restrict"]);
        (await Told("x")).ShouldBe(["05-02 email", "05-02 restrict", "05-02 restrict"], "the half was not reached again, so that is told once");
        await Agreement("x", null, 14, creditLimit: "20.00");
        await Scene.Clock("05-02T13:01");
        (await State("customers", "x")).ShouldBe("active");
    }

    [Fact]
    public async Task rule_26_a_balance_is_crossed_by_a_days_fee_at_midnight_and_by_a_package_on_the_next_hour()
    {
        await Policy("low", new { trigger = "balance", below = "20.00", action = "email" }, new { trigger = "balance", below = "10.00", action = "restrict" });
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator");
        await Admin.Put($"/v1/customers/{Scene.Id("x")}", new { name = "x", country = "FI", currency = "EUR" });
        await Agreement("x", "low", 14, creditLimit: "20.00");
        await Admin.Post("/v1/payments", new { party = Scene.Id("x"), amount = "20.00", method = "transfer", received_on = Scene.Date("05-01") });
        await Scene.Plan("pro", Charge.Monthly("31.00"), Charge.Sms("0.05"));
        await Scene.Subscribe("x-0", "x", "05-01", ("x-wholesale", "pro"));
        // 1.255 a day with tax: 21.18 are left on the 15th, 19.92 on the 16th.
        await Scene.Clock("05-15T23:59:59");
        (await Told("x")).ShouldBeEmpty();
        await Scene.Clock("05-16T00:00:01");
        (await Told("x")).ShouldBe(["05-16 email"]);
        await Scene.Clock("05-16T10:10");
        // 8.00 and tax are 10.04.
        await Admin.Post($"/v1/subscriptions/{Scene.Id("x-0")}/grants", new { id = "p", meter = "sms.mt.segment", quantity = "100", price = "8.00" });
        await Scene.Clock("05-16T10:59:59");
        (await State("customers", "x")).ShouldBe("active");
        await Scene.Clock("05-16T11:00:01");
        (await State("customers", "x")).ShouldBe("restricted");
        var fell = (await Admin.Get($"/v1/dunning_cases/{Scene.Id("x-wholesale")}/facts")).Json.List("data").Select(one => one.GetProperty("fact"))
            .Where(fact => fact.Text("fact") == "balance_fell").Select(fact => (At(fact.Text("at")), fact.Text("available")));
        fell.ShouldBe([(At(Scene.At("05-16T00:00")), "19.92"), (At(Scene.At("05-16T11:00")), "9.88")]);

        static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task more_than_an_amount_overdue_limits_whatever_the_days()
    {
        await Policy("much", new { trigger = "overdue", above = "50.00", action = "limit" });
        await Invoiced("r", "much", 14, "sub-1");
        await Scene.Clock("07-15T23:59");
        (await State("partners", "r")).ShouldBe("active", "38.91 are overdue");
        await Scene.Clock("07-16T00:01");
        (await State("partners", "r")).ShouldBe("limited", "77.82 are");
        await PayAll("r");
        (await State("partners", "r")).ShouldBe("active");
    }

    /// <summary>Segments of x at a moment, one event.</summary>
    async Task Used(int segments, string at) => (await Admin.Events(Scene.Sms($"e-{++sent}", "x-0", at, segments))).Only.ShouldBe("accepted");
}
