// PORT: products that partners sell: a fee per account at each level, own prices, who may write what (domain 1.5).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class ProductsOnSqlite(OnSqlite place) : Products(place), IClassFixture<OnSqlite>;

public sealed class ProductsOnPostgres(OnPostgres place) : Products(place), IClassFixture<OnPostgres>;

public abstract class Products(ServerPlace place) : Scenario(place)
{
    protected override string Zone => "Etc/UTC";

    [Fact]
    public async Task PORT_01_a_product_charges_the_reseller_per_account_and_each_account_its_price()
    {
        await Recording();
        await Accounts("r", 3);
        await Scene.Clock("05-01T00:10");
        var invoice = await Scene.TheDocument("r");
        (invoice.Amount("net"), string.Join('+', invoice.LineAmounts())).ShouldBe(("30.00", "10.00+10.00+10.00"));
        foreach (var n in Enumerable.Range(1, 3)) (await Scene.TheDocument($"r-{n}", "statement")).Amount("net").ShouldBe("20.00");
        (await Margin("r", "none")).ShouldBe(["60.00 - 30.00 = 30.00, 50 %"]);
        var legs = (await Admin.Get($"/v1/subscriptions/{Scene.Id("r-1-sub")}")).Json.List("legs").ToList();
        legs.Select(leg => (leg.Text("agreement"), leg.Text("plan"))).ShouldBe(
            [(Scene.Id("op-r"), Scene.Id("reseller-fee")), (Scene.Id("r-1-retail"), Scene.Id("account-fee"))]);
    }

    [Fact]
    public async Task PORT_02_a_reseller_with_its_own_price_still_pays_the_fee()
    {
        await Recording();
        var r = await KeyOf("r", "billing:read", "billing:write");
        foreach (var (account, price) in new[] { (1, "25.00"), (2, "8.00") })
        {
            await OwnPlan(r, "r", $"own-{account}", price);
            await r.Put($"/v1/products/{Scene.Id("recording")}/prices/{Scene.Id("r")}", new { account = Scene.Id($"own-{account}") });
            await Account("r", account, r);
        }
        await Scene.Clock("05-01T00:10");
        (await Scene.TheDocument("r")).LineAmounts().ShouldBe(["10.00", "10.00"]);
        (await Scene.TheDocument("r-1", "statement")).Amount("net").ShouldBe("25.00");
        (await Scene.TheDocument("r-2", "statement")).Amount("net").ShouldBe("8.00");
        (await Margin("r", "customer")).ShouldBe(["r-1: 25.00 - 10.00 = 15.00, 60 %", "r-2: 8.00 - 10.00 = -2.00, -25 %, below cost"]);
        var csv = (await r.Get($"/v1/reports/margin?from={Scene.Month("04")}", "text/csv")).Lines;
        csv[2].TrimEnd().ShouldBe($"\"{Scene.Id("r-2")}\",\"\",\"EUR\",\"8.00\",\"10.00\",\"-2.00\",\"-25\",\"true\"");
        (await r.TryGet($"/v1/reports/margin?party={Scene.Id("operator")}&from={Scene.Month("04")}")).Refused(404, "not_found");
        (await r.TryGet("/v1/reports/margin?from=may&group_by=colour")).Refused(400, "invalid_request").Fields.Order().ShouldBe(["from", "group_by"]);
    }

    [Fact]
    public async Task PORT_14_a_discount_on_fees_is_taken_from_each_account()
    {
        await Recording();
        await Scene.Agreement("op-r", "operator", "r", feeAdjustment: "-10");
        await Accounts("r", 25);
        await Scene.Clock("05-01T00:10");
        var invoice = await Scene.TheDocument("r");
        invoice.Amount("net").ShouldBe("225.00");
        invoice.List("lines").Select(line => (line.Amount(), line.Text("unit_price"))).Distinct().ShouldBe([("9.00", "9.00")]);
        (await Scene.TheDocument("r-25", "statement")).Amount("net").ShouldBe("20.00");
    }

    [Fact]
    public async Task PORT_04_two_hundred_and_fifty_accounts_are_as_many_fees()
    {
        await Recording();
        await Accounts("r", 250);
        await Scene.Clock("05-01T00:10");
        var invoice = await Scene.TheDocument("r");
        (invoice.Amount("net"), invoice.LineAmounts().Count, invoice.LineAmounts().Distinct().Single()).ShouldBe(("2500.00", 250, "10.00"));
    }

    [Fact]
    public async Task PORT_04_without_the_flag_the_second_account_is_refused_until_the_first_has_ended()
    {
        await Recording();
        await Accounts("r", 2);
        await Product("single", multiple: false);
        await Subscribe("once", "r-1", "single");
        await Subscribe("once", "r-1", "single");
        var second = await Admin.TryPut($"/v1/subscriptions/{Scene.Id("twice")}", Body("r-2", "single"));
        second.Refused(409, "conflict").Fields.ShouldBe(["product"]);
        second.Body.ShouldContain("multiple");
        await Admin.Put($"/v1/subscriptions/{Scene.Id("once")}", Body("r-1", "single", ends: Scene.At("04-11")));
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("twice")}", Body("r-2", "single", starts: "04-10"))).Refused(409, "conflict");
        await Admin.Put($"/v1/subscriptions/{Scene.Id("twice")}", Body("r-2", "single", starts: "04-11", ends: Scene.At("04-21")));
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("once")}", Body("r-1", "single"))).Refused(409, "conflict");
    }

    [Fact]
    public async Task PORT_04_claims_made_at_once_leave_the_product_with_one_account()
    {
        await Recording();
        await Accounts("r", 8);
        await Product("single", multiple: false);
        var tried = await Task.WhenAll(Enumerable.Range(1, 8).Select(n => Admin.TryPut($"/v1/subscriptions/{Scene.Id($"at-once-{n}")}", Body($"r-{n}", "single"))));
        tried.Count(answer => answer.Status == 201).ShouldBe(1);
        tried.Count(answer => answer.Status == 409).ShouldBe(7);
    }

    [Fact]
    public async Task PORT_06_a_product_of_the_resellers_own_has_no_fee_for_the_reseller()
    {
        await Recording();
        var r = await KeyOf("r", "billing:read", "billing:write");
        await OwnPlan(r, "r", "hosting", "7.00");
        await r.Put($"/v1/products/{Scene.Id("own")}", new { managed_by = Scene.Id("r"), multiple = true, plans = new { account = Scene.Id("hosting") } });
        await Account("r", 1, r, product: "own");
        await Scene.Clock("05-01T00:10");
        (await Scene.Documents("r")).ShouldBeEmpty();
        (await Scene.TheDocument("r-1", "statement")).Amount("net").ShouldBe("7.00");
    }

    [Fact]
    public async Task PORT_07_who_manages_a_product_edits_its_price_and_nobody_else_sees_it()
    {
        await Recording();
        await Reseller("r2");
        await Scene.Plan("p-reseller", Charge.Monthly("10.00"));
        var (r1, r2) = (await KeyOf("r", "billing:read", "billing:write"), await KeyOf("r2", "billing:read", "billing:write"));
        await OwnPlan(r1, "r", "p-account", "20.00");
        await Admin.Put($"/v1/products/{Scene.Id("p")}", new
        {
            managed_by = Scene.Id("r"), multiple = true, plans = new { account = Scene.Id("p-account"), reseller = Scene.Id("p-reseller") },
        });
        await Account("r", 1, r1, product: "p");

        object Version(string price) => new { effective_from = $"{Scene.Year}-04-01", charges = new[] { Charge.Monthly(price) } };
        (await r1.TryPost($"/v1/plans/{Scene.Id("p-account")}/versions", Version("22.00"))).Status.ShouldBe(201);
        (await r1.TryPost($"/v1/plans/{Scene.Id("p-reseller")}/versions", Version("1.00"))).Refused(403, "read_only");
        (await r1.Get($"/v1/plans/{Scene.Id("p-reseller")}/versions")).Json.List("data").Single().List("charges").Single().Text("price").ShouldBe("10.00");
        var withoutFee = new { managed_by = Scene.Id("r"), multiple = true, plans = new { account = Scene.Id("p-account") } };
        (await r1.TryPut($"/v1/products/{Scene.Id("p")}", withoutFee)).Refused(400, "invalid_request").Fields.ShouldBe(["plans.reseller"]);

        await Customer("r2", 1, r2);
        (await r2.Get("/v1/products?limit=200")).Json.List("data").Select(one => one.Text("id")).ShouldNotContain(Scene.Id("p"));
        (await r2.TryPut($"/v1/subscriptions/{Scene.Id("stolen")}", Body("r2-1", "p"))).Refused(404, "not_found");
        (await r2.TryPost($"/v1/plans/{Scene.Id("p-account")}/versions", Version("1.00"))).Refused(404, "not_found");
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("stolen")}", Body("r2-1", "p"))).Refused(400, "invalid_request").Fields.ShouldBe(["product"]);

        await Scene.Clock("05-01T00:10");
        (await Scene.TheDocument("r")).Amount("net").ShouldBe("10.00");
        (await Scene.TheDocument("r-1", "statement")).Amount("net").ShouldBe("22.00");
    }

    [Fact]
    public async Task A_chain_of_resellers_pays_level_by_level_and_each_sees_its_own_two_legs()
    {
        await Recording();
        await Reseller("sub", parent: "r", key: await KeyOf("r", "billing:read", "billing:write"));
        var (r, sub) = (await KeyOf("r", "billing:read", "billing:write", "usage:read"), await KeyOf("sub", "billing:read", "billing:write", "usage:read"));
        await OwnPlan(r, "r", "r-to-sub", "14.00");
        await r.Put($"/v1/products/{Scene.Id("recording")}/prices/{Scene.Id("r")}", new { reseller = Scene.Id("r-to-sub") });
        await Account("sub", 1, sub);
        await Account("sub", 2, sub);
        await Account("r", 1, r);

        Seen(await sub.Get($"/v1/products/{Scene.Id("recording")}")).ShouldBe((Scene.Id("account-fee"), Scene.Id("r-to-sub")));
        Seen(await r.Get($"/v1/products/{Scene.Id("recording")}")).ShouldBe((Scene.Id("account-fee"), Scene.Id("reseller-fee")));
        (await sub.TryGet($"/v1/plans/{Scene.Id("reseller-fee")}")).Refused(404, "not_found");
        (await sub.Get($"/v1/subscriptions/{Scene.Id("sub-1-sub")}")).Json.List("legs").Select(leg => leg.Text("plan"))
            .ShouldBe([Scene.Id("r-to-sub"), Scene.Id("account-fee")]);
        (await r.Get("/v1/customers?limit=200")).Json.List("data").Select(one => one.Text("id")).ShouldBe([Scene.Id("r-1"), Scene.Id("sub-1"), Scene.Id("sub-2")]);
        (await r.Get("/v1/subscriptions?limit=1")).Json.Text("next_cursor").ShouldNotBeEmpty();
        (await r.Get("/v1/partners")).Json.List("data").Select(one => one.Text("id")).Order().ShouldBe(new[] { Scene.Id("r"), Scene.Id("sub") }.Order());
        (await sub.Get("/v1/partners")).Json.List("data").Select(one => one.Text("id")).ShouldBe([Scene.Id("sub")]);

        await Scene.Clock("05-01T00:10");
        (await Bought("r")).LineAmounts().ShouldBe(["10.00", "10.00", "10.00"]);
        (await Bought("sub")).LineAmounts().ShouldBe(["14.00", "14.00"]);
        (await Margin("r", "customer")).ShouldBe(["r-1: 20.00 - 10.00 = 10.00, 50 %", "sub-1: 14.00 - 10.00 = 4.00, 28.57 %", "sub-2: 14.00 - 10.00 = 4.00, 28.57 %"]);
        (await Margin("sub", "none")).ShouldBe(["40.00 - 28.00 = 12.00, 30 %"]);
        foreach (var account in new[] { "sub-1", "sub-2", "r-1" }) (await Scene.TheDocument(account, "statement")).Amount("net").ShouldBe("20.00");

        async Task<JsonElement> Bought(string party) =>
            await Scene.Document((await Scene.Documents(party)).Single(one => one.Text("buyer") == Scene.Id(party)));
        static (string, string) Seen(Answer product) => (product.Json.GetProperty("plans").Text("account"), product.Json.GetProperty("plans").Text("reseller"));
    }

    [Fact]
    public async Task Usage_of_a_partner_counts_what_is_used_below_its_partners_and_each_level_sees_its_own_amounts()
    {
        await Recording();
        await Scene.Meter();
        await Reseller("sub", parent: "r");
        foreach (var (id, price) in new[] { ("seg-r", "0.03"), ("seg-sub", "0.04"), ("seg-c", "0.05") }) await Scene.Plan(id, Charge.Sms(price));
        await Admin.Put($"/v1/products/{Scene.Id("sms")}", new
        {
            managed_by = Scene.Id("operator"), shared_with = new[] { Scene.Id("r") }, plans = new { account = Scene.Id("seg-c"), reseller = Scene.Id("seg-r") }, multiple = true,
        });
        await Admin.Put($"/v1/products/{Scene.Id("sms")}/prices/{Scene.Id("r")}", new { reseller = Scene.Id("seg-sub") });
        await Account("sub", 1, Admin, "sms");
        await Account("r", 1, Admin, "sms");
        await Scene.Clock("04-10T12:00");
        await Admin.Events(Scene.Sms("1", "sub-1-sub", "04-10T10:00", 1000, "FI"), Scene.Sms("2", "r-1-sub", "04-10T10:00", 500, "EE"));

        (await Seen("r", "partners/r")).ShouldBe("1500: op-r 45.00, r-1-retail 25.00, r-sub 40.00");
        (await Seen("sub", "partners/sub")).ShouldBe("1000: r-sub 40.00, sub-1-retail 50.00");
        (await Seen("sub-1", "customers/sub-1")).ShouldBe("1000: sub-1-retail 50.00");
        (await (await KeyOf("sub", "usage:read")).TryGet($"/v1/partners/{Scene.Id("r")}/usage")).Refused(404, "not_found");
        var countries = (await Admin.Get($"/v1/partners/{Scene.Id("r")}/usage?group_by=country")).Json.List("meters").Single().List("groups")
            .Select(group => (group.GetProperty("dimensions").Text("country"), group.Text("quantity")));
        countries.ShouldBe([("EE", "500"), ("FI", "1000")], ignoreOrder: true);

        async Task<string> Seen(string key, string party)
        {
            var meter = (await (await KeyOf(key, "usage:read")).Get($"/v1/{party.Split('/')[0]}/{Scene.Id(party.Split('/')[1])}/usage")).Json.List("meters").Single();
            return $"{meter.Text("quantity")}: {string.Join(", ", meter.List("legs").Select(leg => $"{Scene.Name(leg.Text("agreement"))} {leg.Amount()}"))}";
        }
    }

    [Fact]
    public async Task A_customer_of_the_operators_own_buys_a_product_without_any_reseller()
    {
        await Recording();
        await Admin.Put($"/v1/customers/{Scene.Id("direct")}", new { name = "Direct", kind = "organization" });
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("direct-sub")}", Body("direct", "recording"))).Refused(400, "invalid_request").Fields.ShouldBe(["product"]);
        await Scene.Agreement("op-direct", "operator", "direct");
        await Subscribe("direct-sub", "direct", "recording");
        Scene.EndsLater("direct-sub", Body("direct", "recording"));
        await Scene.Clock("05-01T00:10");
        (await Scene.TheDocument("direct")).LineAmounts().ShouldBe(["20.00"]);
    }

    async Task<IReadOnlyList<string>> Margin(string party, string groupBy) =>
        [.. (await Admin.Get($"/v1/reports/margin?party={Scene.Id(party)}&from={Scene.Month("04")}&group_by={groupBy}")).Json.List("rows").Select(row =>
            $"{(row.TryGetProperty("customer", out var customer) ? Scene.Name(customer.GetString()!) + ": " : "")}{row.Amount("revenue")} - {row.Amount("cost")} = "
            + $"{row.Amount("margin")}, {row.Text("margin_percent").Exact():0.##} %{(row.GetProperty("below_cost").GetBoolean() ? ", below cost" : "")}")];

    // The operator's product, sold by R: 10.00 for each account, 20.00 recommended.
    async Task Recording()
    {
        await Scene.Clock("04-01");
        await Scene.Seller("operator");
        await Reseller("r");
        await Scene.Plan("reseller-fee", Charge.Monthly("10.00"));
        await Scene.Plan("account-fee", Charge.Monthly("20.00"));
        await Product("recording", multiple: true);
    }

    async Task Reseller(string id, string? parent = null, Api? key = null)
    {
        await (key ?? Admin).Put($"/v1/partners/{Scene.Id(id)}", parent is null
            ? new { name = id, country = "IE", currency = "EUR" } : new { name = id, country = "IE", currency = "EUR", parent = Scene.Id(parent) });
        await Scene.Agreement(parent is null ? $"op-{id}" : $"{parent}-{id}", parent ?? "operator", id);
    }

    Task Product(string id, bool multiple) => Admin.Put($"/v1/products/{Scene.Id(id)}", new
    {
        managed_by = Scene.Id("operator"), shared_with = new[] { Scene.Id("r") }, multiple,
        plans = new { account = Scene.Id("account-fee"), reseller = Scene.Id("reseller-fee") },
    });

    async Task OwnPlan(Api key, string partner, string id, string price)
    {
        await key.Put($"/v1/plans/{Scene.Id(id)}", new { name = id, currency = "EUR", managed_by = Scene.Id(partner) });
        await key.Post($"/v1/plans/{Scene.Id(id)}/versions", new { effective_from = "2020-01-01", charges = new[] { Charge.Monthly(price) } });
    }

    async Task Accounts(string partner, int count)
    {
        foreach (var n in Enumerable.Range(1, count)) await Account(partner, n, Admin);
    }

    async Task Account(string partner, int n, Api key, string product = "recording")
    {
        await Customer(partner, n, key);
        await key.Put($"/v1/subscriptions/{Scene.Id($"{partner}-{n}-sub")}", Body($"{partner}-{n}", product));
        Scene.EndsLater($"{partner}-{n}-sub", Body($"{partner}-{n}", product));
    }

    async Task Customer(string partner, int n, Api key)
    {
        await key.Put($"/v1/customers/{Scene.Id($"{partner}-{n}")}", new { name = $"Account {n}", partner = Scene.Id(partner), kind = "organization" });
        await key.Put($"/v1/agreements/{Scene.Id($"{partner}-{n}-retail")}", new
        {
            kind = "wholesale", seller = Scene.Id(partner), buyer = Scene.Id($"{partner}-{n}"), calendar = await Scene.Calendar(), due_days = 15,
            tax = new { category = "S", rate = "23" }, documents = "statement",
        });
    }

    Task Subscribe(string id, string customer, string product) => Admin.Put($"/v1/subscriptions/{Scene.Id(id)}", Body(customer, product));

    Dictionary<string, object> Body(string customer, string product, string starts = "04-01", string? ends = null)
    {
        var body = new Dictionary<string, object>
        {
            ["customer"] = Scene.Id(customer), ["product"] = Scene.Id(product), ["starts_at"] = Scene.At(starts), ["funding"] = new { mode = "postpaid" },
        };
        if (ends is not null) body["ends_at"] = ends;
        return body;
    }
}
