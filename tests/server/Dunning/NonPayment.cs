// Non-payment: policies, and what they do on which day to whom, until it is paid (domain 1.1, 1.4, 1.5; 0.3, rules 1, 20, 21).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Dunning;

public sealed class NonPaymentOnSqlite(OnSqlite place) : NonPayment(place), IClassFixture<OnSqlite>;

public sealed class NonPaymentOnPostgres(OnPostgres place) : NonPayment(place), IClassFixture<OnPostgres>;

public abstract partial class NonPayment(ServerPlace place) : Scenario(place)
{
    int sent;

    [Fact]
    public async Task ANTX_08_never_paid_reminded_overdue_frozen_suspended_and_active_again()
    {
        await Policy("antx", ("due", -3, "remind"), ("due", 1, "overdue"), ("due", 7, "freeze"), ("due", 21, "suspend"));
        await Invoiced("nordreach", "antx", 14, "alfa", "beta", "gamma");
        await Scene.Clock("06-21T23:59");
        (await Told("nordreach")).ShouldBe(["06-12 remind", "06-16 overdue"]);
        (await State("partners", "nordreach")).ShouldBe("active");
        await Scene.Clock("06-22T00:00:01");
        (await State("partners", "nordreach")).ShouldBe("frozen");
        (await Admin.TryPut(Subscription("alfa-number"), Body("alfa"))).Refused(409, "party_not_active");
        (await Send("alfa")).ShouldBe("accepted", "running traffic goes on");
        await Scene.Clock("07-05T23:59:59");
        (await State("partners", "nordreach")).ShouldBe("frozen");
        await Scene.Clock("07-06T00:00:01");
        (await State("partners", "nordreach")).ShouldBe("suspended");
        foreach (var customer in new[] { "alfa", "beta", "gamma" }) (await Send(customer)).ShouldBe("partner_suspended");
        (await Told("nordreach")).ShouldBe(["06-12 remind", "06-16 overdue", "06-22 freeze", "07-06 suspend"]);
        await Scene.Clock("07-06T10:00");
        await PayAll("nordreach");
        (await State("partners", "nordreach")).ShouldBe("active", "at once when it is posted");
        (await Send("alfa")).ShouldBe("accepted");
        await Scene.Clock("07-07");
        (await Told("nordreach")).Count.ShouldBe(4);
    }

    [Fact]
    public async Task PORT_13_limited_suspended_lifted_for_some_days_and_paid()
    {
        await Policy("port", ("expiry", 0, "overdue"), ("due", 5, "limit"), ("due", 10, "suspend"));
        await Invoiced("r", "port", 15, "sub-1", "sub-2");
        var number = (await Scene.TheDocument("r")).Text("number");
        (await Admin.Get("/v1/documents/" + number)).Json.Text("due_date").ShouldBe(Scene.Date("06-16"));
        await Scene.Clock("06-16T23:59:59");
        (await Admin.Get($"/v1/dunning_cases?party={Scene.Id("r")}")).Json.List("data").ShouldBeEmpty("it is due, and not overdue");
        await Scene.Clock("06-17T00:00:01");
        (await Admin.Get($"/v1/dunning_cases?party={Scene.Id("r")}")).Json.List("data").ShouldHaveSingleItem().Text("state").ShouldBe("running");
        await Scene.Clock("06-20T23:59");
        (await State("partners", "r")).ShouldBe("active");
        (await Told("r")).ShouldBe(["06-17 overdue"]);
        await Scene.Clock("06-21T00:01");
        (await State("partners", "r")).ShouldBe("limited");
        (await Send("sub-1")).ShouldBe("accepted");
        await Scene.Clock("06-25T23:59");
        (await State("partners", "r")).ShouldBe("limited");
        await Scene.Clock("06-26T00:01");
        (await State("partners", "r")).ShouldBe("suspended");
        (await State("customers", "sub-1")).ShouldBe("partner_suspended");
        (await State("customers", "sub-2")).ShouldBe("partner_suspended");
        (await Send("sub-1")).ShouldBe("partner_suspended");
        (await Admin.TryPost($"/v1/partners/{Scene.Id("r")}/resume")).Refused(409, "set_by_dunning");
        await Scene.Clock("06-27T09:00");
        var lifted = (await Admin.Post($"/v1/partners/{Scene.Id("r")}/lift", new { until = Scene.Date("06-30"), reason = "promised" })).Json;
        (lifted.Text("state"), lifted.Text("lifted_until")).ShouldBe(("active", Scene.Date("06-30")));
        (await Send("sub-1")).ShouldBe("accepted");
        await Scene.Clock("06-30T23:59:59");
        (await State("partners", "r")).ShouldBe("active", "the lift includes its date");
        await Scene.Clock("07-01T00:00:01");
        (await State("partners", "r")).ShouldBe("suspended");
        (await Send("sub-2")).ShouldBe("partner_suspended");
        await Scene.Clock("07-02T12:00");
        await PayAll("r");
        (await State("partners", "r")).ShouldBe("active");
        (await Send("sub-2")).ShouldBe("accepted");
    }

    [Fact]
    public async Task APIC_11_mailed_restricted_disabled_and_active_at_payment()
    {
        await Policy("apic", ("due", -3, "email"), ("expiry", 0, "restrict"), ("expiry", 10, "disable"));
        await Invoiced("x", "apic", 15, direct: true);
        var invoice = await Scene.TheDocument("x");
        (invoice.Text("issue_date"), invoice.Text("due_date")).ShouldBe((Scene.Date("06-01"), Scene.Date("06-16")));
        await Scene.Clock("06-16T23:59");
        ((await Told("x")).Single(), await State("customers", "x")).ShouldBe(("06-13 email", "active"));
        await Scene.Clock("06-17T00:01");
        (await State("customers", "x")).ShouldBe("restricted");
        (await Send("x")).ShouldBe("accepted");
        (await Admin.TryPut(Subscription("x-more"), Body("x"))).Refused(409, "party_not_active");
        await Scene.Clock("06-26T23:59");
        (await State("customers", "x")).ShouldBe("restricted");
        await Scene.Clock("06-27T00:01");
        (await State("customers", "x")).ShouldBe("disabled");
        (await Send("x")).ShouldBe("subscription_not_active");
        await Scene.Clock("06-28T10:00");
        await PayAll("x");
        (await State("customers", "x")).ShouldBe("active");
        (await Send("x")).ShouldBe("accepted");
        (await Told("x")).ShouldBe(["06-13 email", "06-17 restrict", "06-27 disable"]);
    }

    [Fact]
    public async Task rule_20_a_payment_that_comes_back_reopens_the_old_episode_at_todays_age()
    {
        await Policy("back", ("due", 1, "overdue"), ("due", 7, "freeze"), ("due", 10, "sms"), ("due", 21, "suspend"));
        await Invoiced("r", "back", 14, "sub-1");
        await Scene.Clock("06-22T09:00");
        (await State("partners", "r")).ShouldBe("frozen");
        var payment = (await PayAll("r")).Text("id");
        (await State("partners", "r")).ShouldBe("active");
        await Scene.Clock("07-06T09:00");
        var other = await Scene.Documents("r");
        foreach (var document in other.Where(one => one.Amount("outstanding") != "0.00").ToList()) await Pay("r", document);
        await Admin.Post($"/v1/payments/{payment}/reverse", new { reason = "bounced" });
        (await State("partners", "r")).ShouldBe("suspended", "21 days behind the old due date");
        (await Told("r")).ShouldBe(["06-16 overdue", "06-22 freeze", "07-06 suspend"], "steps of before are not repeated, and that of 06-25 is past");
    }

    [Fact]
    public async Task rule_21_interest_and_late_fees_stand_on_the_next_invoice()
    {
        await Policy("costly", new { trigger = "due", days = 5, action = "late_fee", amount = "7.50" }, new { trigger = "due", days = 10, action = "interest" });
        await Invoiced("r", "costly", 14, "sub-1");
        var first = await Scene.TheDocument("r");
        first.Amount("total").ShouldBe("38.91", "31.00 and 25.5 %");
        await Scene.Clock("07-01T00:10");
        var next = await Scene.Document((await Scene.Documents("r")).Single(one => one.Text("number") != first.Text("number")));
        // 38.91 × 12 % × 10 ÷ 365 = 0.1279… → 0.13, and 40.00.
        next.SortedAmounts().ShouldBe(["7.50", "31.00", "40.13"]);
        next.List("lines").Single(line => line.Amount() == "40.13").Days().ShouldBe((Scene.Date("06-16"), Scene.Date("06-25")));
        await Scene.Clock("08-01T00:10");
        (await Scene.Documents("r")).Count(one => one.Amount("net") == "31.00").ShouldBe(1, "once per document: what is late of the second one stands on the third");
    }

    [Fact]
    public async Task a_disputed_invoice_waits_and_a_state_does_not_lessen_before_all_is_paid()
    {
        await Policy("wait", ("due", 7, "freeze"));
        await Invoiced("r", "wait", 14, "sub-1");
        var number = (await Scene.TheDocument("r")).Text("number");
        await Scene.Clock("06-20");
        await Admin.Post($"/v1/documents/{number}/dispute", new { reason = "counted twice" });
        await Scene.Clock("06-25");
        (await State("partners", "r")).ShouldBe("active");
        await Admin.Post($"/v1/documents/{number}/dispute/end");
        (await State("partners", "r")).ShouldBe("frozen");
        await Scene.Clock("07-16T10:00");
        await Pay("r", (await Scene.Documents("r")).Single(one => one.Text("number") == number));
        (await State("partners", "r")).ShouldBe("frozen", "the invoice of July is overdue");
        await PayAll("r");
        (await State("partners", "r")).ShouldBe("active");
        (await (await KeyOf("sub-1", "billing:write")).TryPost($"/v1/documents/{number}/dispute", new { reason = "no" })).Refused(404, "not_found");
    }

    [Fact]
    public async Task a_policy_given_later_counts_at_once_and_taken_away_ends_what_it_began()
    {
        await Policy("late", ("due", 7, "freeze"));
        await Invoiced("r", null, 14, "sub-1");
        await Scene.Clock("06-25T10:00");
        (await State("partners", "r")).ShouldBe("active");
        await Agreement("r", "late", 14);
        await Scene.Clock("06-25T10:01");
        (await State("partners", "r")).ShouldBe("frozen");
        await Policy("late", ("due", 20, "freeze"), ("due", 9, "suspend"));
        await Scene.Clock("06-25T10:02");
        (await State("partners", "r")).ShouldBe("suspended");
        await Agreement("r", null, 14);
        await Scene.Clock("06-25T10:03");
        (await State("partners", "r")).ShouldBe("active");
    }

    [Fact]
    public async Task bodies_are_checked_and_cases_are_seen_by_who_owes_and_who_is_owed()
    {
        (await Admin.TryPut($"/v1/dunning_policies/{Scene.Id("bad")}", new { steps = new[] { new { trigger = "payday", days = 1, action = "email" } } }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["steps[0].trigger"]);
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "other");
        (await Admin.TryPut($"/v1/agreements/{Scene.Id("wholesale")}", AgreementBody("other", "nothing", 14))).Refused(400, "invalid_request").Fields
            .ShouldBe(["dunning_policy"]);
        await Policy("seen", ("due", 1, "overdue"));
        await Invoiced("r", "seen", 14, "sub-1");
        await Scene.Clock("06-17");
        var mine = (await (await KeyOf("r", "billing:read")).Get("/v1/dunning_cases")).Json.List("data").ShouldHaveSingleItem();
        (mine.Text("agreement"), mine.Text("state"), mine.Text("asks")).ShouldBe((Scene.Id("r-wholesale"), "running", "active"));
        (await (await KeyOf("other", "billing:read")).Get("/v1/dunning_cases")).Json.List("data").ShouldBeEmpty();
        (await (await KeyOf("other", "billing:read")).TryGet($"/v1/dunning_cases/{Scene.Id("r-wholesale")}/facts")).Refused(404, "not_found");
        var facts = (await Admin.Get($"/v1/dunning_cases/{Scene.Id("r-wholesale")}/facts")).Json.List("data").Select(one => one.GetProperty("fact").Text("fact"));
        facts.ShouldBe(["episode_began", "step_taken", "effects_done"]);
    }

    Task<Answer> Policy(string id, params (string Trigger, int Days, string Action)[] steps) =>
        Policy(id, [.. steps.Select(step => (object)new { trigger = step.Trigger, days = step.Days, action = step.Action })]);

    Task<Answer> Policy(string id, params object[] steps) => Admin.Put($"/v1/dunning_policies/{Scene.Id(id)}", new { steps });

    /// <summary>A buyer whose customers (or who itself) had a plan of 31.00 all May, invoiced on 1 June.</summary>
    Task Invoiced(string buyer, string? policy, int dueDays, params string[] customers) => Invoiced(buyer, policy, dueDays, false, customers);

    async Task Invoiced(string buyer, string? policy, int dueDays, bool direct, params string[] customers)
    {
        await Scene.Clock("05-01");
        await Scene.Meter();
        await Scene.Seller("operator");
        if (direct) await Admin.Put($"/v1/customers/{Scene.Id(buyer)}", new { name = buyer, country = "FI", currency = "EUR" });
        else await Scene.Partner(buyer);
        await Agreement(buyer, policy, dueDays);
        await Scene.Plan("pro", Charge.Monthly("31.00"), Charge.Sms("0.05"));
        foreach (var customer in customers) await Scene.Customer(customer, buyer);
        foreach (var customer in direct ? [buyer] : customers) await Scene.Subscribe(customer + "-0", customer, "05-01", (buyer + "-wholesale", "pro"));
        await Scene.Clock("06-01T00:10");
    }

    async Task Agreement(string buyer, string? policy, int dueDays, string? creditLimit = null)
    {
        var calendar = await Scene.Calendar();
        await Admin.Put($"/v1/agreements/{Scene.Id(buyer + "-wholesale")}", AgreementBody(buyer, policy, dueDays, calendar, creditLimit));
    }

    object AgreementBody(string buyer, string? policy, int dueDays, string? calendar = null, string? creditLimit = null)
    {
        var body = new Dictionary<string, object>
        {
            ["kind"] = "wholesale", ["seller"] = Scene.Id("operator"), ["buyer"] = Scene.Id(buyer), ["calendar"] = calendar ?? "Europe.Helsinki-1-PT0S",
            ["due_days"] = dueDays, ["tax"] = new { category = "S", rate = "25.5" }, ["late_interest"] = new { rate = "12", compensation = "40.00" },
        };
        if (policy is not null) body["dunning_policy"] = Scene.Id(policy);
        if (creditLimit is not null) body["credit_limit"] = creditLimit;
        return body;
    }

    async Task<string> State(string kind, string id) => (await Admin.Get($"/v1/{kind}/{Scene.Id(id)}")).Json.Text("state");

    /// <summary>Messages of dunning to a party, oldest first, with their local dates.</summary>
    async Task<IReadOnlyList<string>> Told(string party) => [.. (await Admin.Get($"/v1/notifications?party={Scene.Id(party)}&limit=200")).Json.List("data")
        .Where(one => one.Text("kind").StartsWith("dunning_", StringComparison.Ordinal))
        .Select(one => (At: DateTimeOffset.Parse(one.Text("at"), System.Globalization.CultureInfo.InvariantCulture), Kind: one.Text("kind")["dunning_".Length..]))
        .OrderBy(one => one.At).Select(one => $"{TimeZoneInfo.ConvertTime(one.At, TimeZoneInfo.FindSystemTimeZoneById(Zone)):MM-dd} {one.Kind}")];

    /// <summary>Pays whatever is open.</summary>
    async Task<JsonElement> PayAll(string party)
    {
        JsonElement last = default;
        foreach (var document in (await Scene.Documents(party)).Where(one => one.Amount("outstanding") != "0.00").ToList()) last = await Pay(party, document);
        return last;
    }

    async Task<JsonElement> Pay(string party, JsonElement document) => (await Admin.Post("/v1/payments", new
    {
        party = Scene.Id(party), amount = document.Amount("outstanding"), method = "transfer", received_on = Scene.Date("06-20"), reference = document.Text("number"),
        allocations = new[] { new { document = document.Text("number"), amount = document.Amount("outstanding") } },
    })).Json;

    async Task<string> Send(string customer) => (await Admin.Events(Scene.Sms($"e-{++sent}", customer + "-0", "06-15T12:00"))).Only;

    string Subscription(string id) => $"/v1/subscriptions/{Scene.Id(id)}";

    object Body(string customer) => new
    {
        customer = Scene.Id(customer), starts_at = Scene.At("06-15"), funding = new { mode = "postpaid" },
        legs = new[] { new { agreement = Scene.Id((customer == "x" ? "x" : "nordreach") + "-wholesale"), plan = Scene.Id("pro") } },
    };
}
