// Purchases on account: what is above the service balance is refused, and nothing of it stands (domain 0.3, rule 26; 1.4).
namespace OrleansBilling.Server.Tests.Accounts;

public abstract partial class Charges
{
    [Fact]
    public async Task rule_26_a_purchase_above_the_service_balance_is_refused_and_one_that_is_equal_to_it_is_not()
    {
        await Limited("05-12", "100.00");
        // 20 of 31 days of 124.00 are 80.00; with 10.00 once and 25.5 % tax 112.95.
        await Scene.Plan("pro", InAdvance("124.00"), Setup("10.00"), Driving.Charge.Sms("0.05"));
        Above(await Buy("x-0", "pro"), "customer", "112.95", "100.00");
        (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("x-0")}")).Refused(404, "not_found");
        await Pay("12.94");
        Above(await Buy("x-0", "pro"), "customer", "112.95", "112.94");
        await Pay("0.01");
        (await Buy("x-0", "pro")).Expect(201);
        (await Buy("x-0", "pro")).Expect(200);
        // One day of 20 of 80.00, and 10.00: 14.00, with tax 17.57.
        (await Left()).ShouldBe("95.38");
        // 76.00 and its tax.
        (await TryCharge("all", "76.01", "05-12")).Refused(409, "insufficient_funds");
        await Charge("all", "76.00", "05-12");
        (await Left()).ShouldBe("0.00");
        await Charge("all", "76.00", "05-12");
        Above(await TryCharge("cent", "0.01", "05-12"), "customer", "0.01", "0.00");
        await Charge("given", "-1.00", "05-12");
        (await Left()).ShouldBe("1.25");
        (await Admin.Events(Scene.Sms("e-1", "x-0", "05-12T00:00", 1000))).Only.ShouldBe("accepted", "usage is no purchase: it may take the balance below zero");
        (await Left()).ShouldBe("-61.50");
        await Scene.Plan("free", Driving.Charge.Sms("0.05"));
        (await Buy("x-1", "free")).Expect(201);
    }

    [Fact]
    public async Task rule_26_packages_other_plans_and_periods_to_come_are_bought_on_account_too()
    {
        await Limited("06-01", "60.00");
        await Scene.Plan("small", InAdvance("30.00"), Driving.Charge.Sms("0.05"));
        await Scene.Plan("large", InAdvance("90.00"), Driving.Charge.Sms("0.05"));
        (await Buy("x-0", "small", "06-01")).Expect(201);
        // A day of 30.00 with its tax is 1.26: 1.00 and 0.255.
        (await Left()).ShouldBe("58.74");
        Above(await Package("p", "50.00"), "customer", "62.75", "58.74");
        (await Package("p", "40.00")).Expect(200);
        (await Package("p", "40.00")).Expect(200);
        (await Left()).ShouldBe("8.54");
        var plan = Scene.Id("large");
        // 1.00 for a day of the old plan and 87.00 for 29 of the new one instead of 30.00: 58.00 more.
        Above(await Command("change_plan", new { id = "up", plan, at = Scene.At("06-02") }), "customer", "72.79", "8.54");
        await Pay("64.25");
        (await Command("change_plan", new { id = "up", plan, at = Scene.At("06-02") })).Expect(200);
        (await Command("change_plan", new { id = "up", plan, at = Scene.At("06-02") })).Expect(200);
        await Scene.Clock("06-02");
        // 1.00 of the old plan, 3.00 a day of the new one, 40.00: 44.00 with 11.22.
        (await Left()).ShouldBe("69.03");
        Above(await Command("prepay", new { id = "ahead", periods = 1, from = Scene.Date("07-01") }), "customer", "112.95", "69.03");
        (await Scene.Documents("x")).ShouldBeEmpty();
        await Pay("43.92");
        (await Command("prepay", new { id = "ahead", periods = 1, from = Scene.Date("07-01") })).Expect(200);
        (await Scene.TheDocument("x")).Amount("total").ShouldBe("112.95");
        (await Left()).ShouldBe("0.00");
        (await Command("prepay", new { id = "ahead", periods = 1, from = Scene.Date("07-01") })).Expect(200);
    }

    [Fact]
    public async Task rule_26_each_level_bears_its_part_and_hears_of_no_other_balance()
    {
        await Scene.Clock("06-01");
        await Scene.Seller("operator");
        await Scene.Partner("r");
        await Admin.Put($"/v1/partners/{Scene.Id("sub")}", new { name = "sub", parent = Scene.Id("r"), country = "FI", currency = "EUR" });
        await Scene.Customer("end", "sub");
        await Agreement("op-r", "operator", "r", "25.10");
        await Agreement("r-sub", "r", "sub", "1000.00");
        await Agreement("sub-end", "sub", "end", null);
        foreach (var (plan, price) in new[] { ("cost", "10.00"), ("retail", "20.00") }) await Scene.Plan(plan, InAdvance(price));
        await Admin.Put($"/v1/products/{Scene.Id("seat")}", new
        {
            managed_by = Scene.Id("operator"), shared_with = new[] { Scene.Id("r"), Scene.Id("sub") }, multiple = true,
            plans = new { account = Scene.Id("retail"), reseller = Scene.Id("cost") },
        });
        async Task<Answer> Sold(string id, Api by) => await by.TryPut($"/v1/subscriptions/{Scene.Id(id)}",
            new { customer = Scene.Id("end"), product = Scene.Id("seat"), starts_at = Scene.At("06-01"), funding = new { mode = "postpaid" } });
        (await Sold("one", Admin)).Expect(201);
        // A day of 10.00 is 0.33, with tax 0.41.
        (await Left("r")).ShouldBe("24.69");
        (await TryCharge("rest", "19.67", "06-01", "r")).Expect(200);
        var above = await Sold("two", Admin);
        Above(above, "partner", "12.55", "0.00", "r");
        // What is available to others is not told: sub neither sells nor buys there.
        var told = (await Sold("two", await KeyOf("sub", "billing:write", "billing:read"))).Refused(409, "insufficient_funds").Json;
        (told.Text("limiting_level"), told.TryGetProperty("needed", out _), told.TryGetProperty("available", out _))
            .ShouldBe(("partner:" + Scene.Id("r"), false, false));
        told.Text("detail").ShouldBe($"The service balance of partner:{Scene.Id("r")} is too low.");
        (await Admin.TryGet($"/v1/subscriptions/{Scene.Id("two")}")).Refused(404, "not_found");
        (await Admin.Post("/v1/payments", new { party = Scene.Id("r"), amount = above.Json.Text("needed"), method = "transfer", received_on = Scene.Date("06-01") })).Expect(200);
        (await Sold("two", Admin)).Expect(201);
    }

    [Fact]
    public async Task rule_26_purchases_that_come_together_share_what_there_is()
    {
        await Limited("06-01", "100.00");
        // 20.08 each.
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => TryCharge($"c-{n}", "16.00", "06-01")));
        answers.Count(answer => answer.Status == 200).ShouldBe(4);
        foreach (var refused in answers.Where(answer => answer.Status != 200)) Above(refused, "customer", "20.08", "19.68");
        (await Left()).ShouldBe("19.68");
    }

    async Task Limited(string from, string? limit)
    {
        await Scene.Clock(from);
        await Scene.Meter();
        await Scene.Seller("operator");
        await Admin.Put($"/v1/customers/{Scene.Id("x")}", new { name = "x", country = "FI", currency = "EUR" });
        await Agreement("a", "operator", "x", limit);
    }

    async Task Agreement(string id, string seller, string buyer, string? limit) => await Admin.Put($"/v1/agreements/{Scene.Id(id)}", new
    {
        kind = "wholesale", seller = Scene.Id(seller), buyer = Scene.Id(buyer), calendar = await Scene.Calendar(), credit_limit = limit,
        tax = new { category = "S", rate = "25.5" },
    });

    static object InAdvance(string price) => new { id = "fee", kind = "recurring", every = "month", price, bill = "advance" };

    static object Setup(string price) => new { id = "setup", kind = "one_time", price, on = "start" };

    Dictionary<string, object> Body(string customer, string from, params (string Agreement, string Plan)[] legs) => new()
    {
        ["customer"] = Scene.Id(customer), ["starts_at"] = Scene.At(from), ["funding"] = new { mode = "postpaid" },
        ["legs"] = legs.Select(leg => new { agreement = Scene.Id(leg.Agreement), plan = Scene.Id(leg.Plan) }).ToArray(),
    };

    Task<Answer> Buy(string id, string plan, string from = "05-12") => Admin.TryPut($"/v1/subscriptions/{Scene.Id(id)}", Body("x", from, ("a", plan)));

    Task<Answer> Package(string id, string price) => Admin.TryPost($"/v1/subscriptions/{Scene.Id("x-0")}/grants",
        new { id, meter = "sms.mt.segment", quantity = "100", price });

    Task<Answer> Command(string action, object body) => Admin.TryPost($"/v1/subscriptions/{Scene.Id("x-0")}/{action}", body);

    Task Pay(string amount) =>
        Admin.Post("/v1/payments", new { party = Scene.Id("x"), amount, method = "transfer", received_on = Scene.Date("05-12") });

    async Task<string> Left(string party = "x") =>
        (await Admin.Get($"/v1/{(party == "x" ? "customers" : "partners")}/{Scene.Id(party)}/balance")).Json.List("accounts").ShouldHaveSingleItem().Amount("available");

    void Above(Answer answer, string kind, string needed, string available, string party = "x")
    {
        var told = answer.Refused(409, "insufficient_funds").Json;
        (told.Text("limiting_level"), told.Text("needed"), told.Text("available")).ShouldBe(($"{kind}:{Scene.Id(party)}", needed, available));
    }
}
