// A marketplace with one of everything that the API can show: what strangers must not find (MAES-13).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Parties;

public abstract partial class Isolation
{
    // Ids of the marketplace by the segment of a path before them; those that the server makes are filled in as they come.
    readonly Dictionary<string, string> ids = [];

    string T1(string id) => Scene.Id("t1-" + id);

    // Everything happens from 25 April to 16 June: bills are invoiced on the 25th, charged, declined, charged again, paid out on the 15th; the partner owes.
    async Task OneOfEverything()
    {
        foreach (var segment in new[] { "sellers", "partners", "customers", "providers", "plans", "products", "catalogues", "coupons", "dunning_policies", "wallets", "charges", "webhooks", "usage_alerts", "backfills", "price_corrections", "withholdings", "payments" })
            ids[segment] = T1(segment);
        (ids["prices"], ids["parties"], ids["statement_templates"], ids["agreements"], ids["dunning_cases"]) = (T1("partners"), T1("customers"), T1("partners"), T1("market"), T1("whole"));
        (ids["calendars"], ids["meters"], ids["bills"], ids["recurring_bills"], ids["holds"], ids["subscriptions"]) = (T1("cal"), "sms.mt.segment", "b1", "r1", "h1", T1("sub"));
        (ids["tax_rates"], ids["{country}"], ids["fx_rates"], ids["{from}"], ids["{to}"]) = ("AU", Scene.Date("01-01"), "USD", "AUD", Scene.Date("01-01"));
        await Scene.Clock("04-25");
        await Agreements();
        await Services();
        await Scene.Clock("05-10T12:00");
        await Admin.Events(Scene.Sms("1", "t1-sub", "05-10T11:00", 100), Scene.Sms("2", "t1-sub", "05-10T11:00", 1));
        await Sold();
        await Scene.Clock("06-01T00:10");
        ids["runs"] = $"{T1("cal")}:{Scene.Month("05")}";
        ids["documents"] = await Number(Scene.Id("t1-partners"), "invoice");
        ids["statements"] = await Number(Scene.Id("t1-customers"), "statement");
        ids["estimates"] = (await Admin.Get($"/v1/estimates?party={T1("partners")}")).Json.List("data").ShouldHaveSingleItem().Text("number");
        await Owing();
        foreach (var (day, result) in new[] { ("06-02", "declined"), ("06-05", "succeeded") })
        {
            await Scene.Clock(day + "T00:10");
            ids["charge_requests"] = (await Admin.Get($"/v1/charge_requests?status=pending&party={T1("customers")}")).Json.List("data").ShouldHaveSingleItem().Text("id");
            await Admin.Post($"/v1/charge_requests/{ids["charge_requests"]}/result", new { result });
        }

        await Scene.Clock("06-16T12:00");
        ids["payouts"] = await Number(T1("providers"), "payout");
        await Admin.Post($"/v1/subscriptions/{T1("pre")}/holds", new { id = "h1", meter = "sms.mt.segment", quantity = "1", expires_in_seconds = 3600 });
        // What the hold does not need comes back by itself after 30 s, which on a slow machine is while strangers are asked; a refusal has it come back now.
        (await Admin.TryPost($"/v1/wallets/{T1("wallets")}/withdraw", new { amount = "50", reference = "more than is free" })).Refused(409, "insufficient_funds");
        await Eventually(async () => (await Admin.Get($"/v1/wallets/{T1("wallets")}/balance")).Json.Amount("available") == "49.97");
    }

    async Task<string> Number(string party, string kind) => (await Admin.Get($"/v1/documents?party={party}&kind={kind}&limit=200")).Json.List("data").First().Text("number");

    async Task Agreements()
    {
        await Scene.Meter();
        await Admin.Put("/v1/tax_rates/AU/" + Scene.Date("01-01"), new { rate = "10" });
        await Admin.Put("/v1/fx_rates/USD/AUD/" + Scene.Date("01-01"), new { rate = "1.5" });
        await Scene.Seller("t1-sellers", "AU", "AUD");
        await Scene.Partner("t1-partners", "AUD");
        await Scene.Customer("t1-customers", "t1-partners");
        await Admin.Put($"/v1/providers/{T1("providers")}", new { name = "app", country = "AU", currency = "AUD", partner = T1("partners") });
        await Admin.Put($"/v1/calendars/{T1("cal")}", new { anchor_day = 25, time_zone = Zone, period_by = "receipt_time", charge_day = 2, payout_day = 15 });
        await Admin.Put($"/v1/dunning_policies/{T1("dunning_policies")}",
            new { steps = new object[] { new { trigger = "due", days = -10, action = "email" }, new { trigger = "due", days = 1, action = "overdue" } } });
        await Admin.Put($"/v1/coupons/{T1("coupons")}", new { percent = "10", description = "Ten" });
        await Agreement("market", "sellers", "customers", T1("cal"), new()
        {
            ["kind"] = "revenue_share",
            ["splits"] = new object[] { new { party = "provider", percent = "70" }, new { party = T1("partners"), percent = "20" }, new { party = T1("sellers"), percent = "10" } },
        });
        var monthly = await Scene.Calendar();
        await Agreement("whole", "sellers", "partners", monthly, new() { ["dunning_policy"] = T1("dunning_policies") });
        await Agreement("looked-at", "sellers", "partners", monthly, new() { ["estimates"] = true });
        await Agreement("retail", "partners", "customers", monthly, new() { ["documents"] = "statement" });
    }

    Task Agreement(string id, string seller, string buyer, string calendar, Dictionary<string, object> more) => Admin.Put($"/v1/agreements/{T1(id)}",
        new Dictionary<string, object>(more)
        {
            ["kind"] = more.GetValueOrDefault("kind", "wholesale"), ["seller"] = T1(seller), ["buyer"] = T1(buyer), ["calendar"] = calendar, ["due_days"] = 14,
            ["tax"] = new { category = "S", rate = "10" },
        });

    async Task Services()
    {
        await Admin.Put($"/v1/plans/{T1("plans")}", new { name = "plan", currency = "AUD", managed_by = T1("partners") });
        await Scene.PlanVersion("t1-plans", "2020-01-01", Charge.Sms("0.03"));
        await Admin.Put($"/v1/products/{T1("products")}", new { managed_by = T1("partners"), plans = new { account = T1("plans") }, multiple = true });
        await Admin.Put($"/v1/products/{T1("products")}/prices/{T1("partners")}", new { account = T1("plans") });
        await Admin.Put($"/v1/plans/{T1("base")}", new { name = "base", currency = "AUD" });
        await Scene.PlanVersion("t1-base", "2020-01-01", Charge.Sms("0.03"));
        await Admin.Put($"/v1/catalogues/{T1("catalogues")}", new { @base = T1("base") });
        object[] legs = [new { agreement = T1("whole"), plan = T1("plans") }, new { agreement = T1("retail"), plan = T1("plans") }];
        await Admin.Put($"/v1/subscriptions/{T1("sub")}", new { customer = T1("customers"), starts_at = Scene.At("04-25"), legs, funding = new { mode = "postpaid" } });
        await Admin.Put($"/v1/wallets/{T1("wallets")}", new { owner = T1("partners"), currency = "AUD", seller = T1("sellers") });
        await Admin.Post($"/v1/wallets/{T1("wallets")}/top_up", new { amount = "50", reference = "first" });
        ids["top_up_receipts"] = (await Admin.Get($"/v1/top_up_receipts?party={T1("partners")}")).Json.List("data").Single().Text("number");
        await Admin.Put($"/v1/subscriptions/{T1("pre")}", new
        {
            customer = T1("customers"), starts_at = Scene.At("04-25"), legs = new[] { new { agreement = T1("whole"), plan = T1("plans") } },
            funding = new { mode = "prepaid", wallet = T1("wallets") },
        });
        await Admin.Post($"/v1/subscriptions/{T1("sub")}/grants", new { id = "g", agreement = T1("whole"), meter = "sms.mt.segment", quantity = "10", price = "1.00" });
        await Admin.Put($"/v1/webhooks/{T1("webhooks")}", new { url = "http://127.0.0.1:9/hook", party = T1("partners"), disabled = true });
        await Admin.Put($"/v1/usage_alerts/{T1("usage_alerts")}", new { party = T1("partners"), agreement = T1("whole"), metric = "amount", thresholds = new[] { "1000" } });
        await Admin.Put($"/v1/statement_templates/{T1("partners")}", new { note = "thanks" });
        await Admin.Post("/v1/backfills", new { id = T1("backfills"), reason = "lost day" });
        ids["api_keys"] = (await Admin.Post("/v1/api_keys", new { name = "one", party = T1("partners"), scopes = Everything })).Json.Text("id");
        await (await KeyOf("t1-partners", Everything)).Post($"/v1/customers/{T1("customers")}/sessions", new { user = "me", reason = "asked" });
    }

    async Task Sold()
    {
        var bills = $"/v1/providers/{T1("providers")}/";
        await Admin.Put($"{bills}customers/{T1("customers")}", new { });
        await Admin.Post(bills + "bills", new { id = "b1", customer = T1("customers"), amount = "19.95", description = "bill" });
        await Admin.Post(bills + "recurring_bills", new { id = "r1", customer = T1("customers"), amount = "5.00", description = "again", every = "month" });
        foreach (var (id, agreement) in new[] { ("charges", "whole"), ("item", "looked-at") })
            await Admin.Post("/v1/charges", new { id = T1(id), party = T1("partners"), agreement = T1(agreement), amount = "100.00", description = id });
        // Nobody hears of the message in seven days: the report is an orphan.
        await Admin.Post("/v1/delivery_reports", new { id = "lost", subscription = T1("sub"), message_id = "lost", state = "DELIVRD" });
        await Admin.Post("/v1/price_corrections", new
        {
            id = T1("price_corrections"), reason = "final", subscription = T1("sub"),
            prices = new[] { new { @event = new { source = "/scenarios", id = "2", time = Scene.At("05-10T11:00") }, agreement = T1("retail"), unit_price = "0.01" } },
        });
        await Admin.Post("/v1/opening_balances", new
        {
            id = T1("opening"), party = T1("partners"), agreement = T1("whole"),
            documents = new[] { new { reference = "OLD", issue_date = Scene.Date("02-01"), due_date = Scene.Date("12-15"), amount = "30.00" } },
        });
    }

    // The partner's invoice is paid in part, withheld in part, credited in part, and its payment is told of.
    async Task Owing()
    {
        var document = ids["documents"];
        await Admin.Post("/v1/payments", new
        {
            id = T1("payments"), party = T1("partners"), amount = "10.00", received_on = Scene.Date("06-01"), allocations = new[] { new { document, amount = "10.00" } },
        });
        await Admin.Post("/v1/withholdings", new { id = T1("withholdings"), document, amount = "2.00", quarter = Scene.Year + "-Q2" });
        await Admin.Post($"/v1/documents/{document}/credit_notes", new { id = T1("note"), mode = "amount", net = "1.00", reason = "goodwill" });
        await Admin.Post("/v1/payment_notices", new
        {
            id = T1("notice"), party = T1("partners"), amount = "50.00", transaction_id = "bank-1", transaction_date = Scene.Date("06-01"), documents = new[] { document },
        });
    }
}
