// APIC: customers that a reseller brought: the provider bills them, the reseller sees their account data and nothing else (domain 1.4).
namespace OrleansBilling.Server.Tests.Parties;

public sealed class ResellersOnSqlite(OnSqlite place) : Resellers(place), IClassFixture<OnSqlite>;

public sealed class ResellersOnPostgres(OnPostgres place) : Resellers(place), IClassFixture<OnPostgres>;

public abstract class Resellers(ServerPlace place) : Scenario(place)
{
    protected override string Zone => "Etc/UTC";

    [Fact]
    public async Task APIC_01_who_is_tagged_gets_the_same_bill_from_the_provider_as_who_is_not()
    {
        await Brought();
        await Scene.Clock("05-01T00:10");
        foreach (var customer in new[] { "x", "z" })
        {
            var invoice = await Scene.TheDocument(customer);
            (invoice.Text("seller"), invoice.Amount("net"), invoice.Amount("total")).ShouldBe((Scene.Id("provider"), "300.00", "376.50"));
            invoice.GetRawText().ShouldNotContain(Scene.Id("rs1"));
        }
    }

    [Fact]
    public async Task APIC_10_a_reseller_sees_the_account_data_of_its_customers_and_nothing_else_of_them()
    {
        await Brought();
        await Scene.Clock("05-01T00:10");
        var rs1 = await KeyOf("rs1", "billing:read", "billing:write", "usage:read", "usage:write");
        var x = (await rs1.Get($"/v1/customers/{Scene.Id("x")}")).Json;
        (x.Text("name"), x.Text("reseller_code"), x.Text("billing_email")).ShouldBe(("X", Scene.Id("RS1"), "ap@x.example"));
        (await rs1.Get("/v1/customers?limit=200")).Json.List("data").Select(one => one.Text("id")).ShouldBe([Scene.Id("own"), Scene.Id("x"), Scene.Id("x2")]);
        await Pages(rs1, Scene.Id("own"), Scene.Id("x"), Scene.Id("x2"));
        (await (await KeyOf("rs2", "billing:read")).Get("/v1/customers")).Json.List("data").ShouldBeEmpty();

        (await rs1.TryGet($"/v1/customers/{Scene.Id("z")}")).Refused(404, "not_found");
        foreach (var hidden in new[] { "customers/{x}/usage", "customers/{x}/balance", "subscriptions/{x-item}", "agreements/{x-bill}", "plans/{item}", "wallets/{x}" })
            (await rs1.TryGet("/v1/" + Named(hidden))).Refused(404, "not_found");
        var invoice = (await Scene.TheDocument("x")).Text("number");
        (await rs1.TryGet($"/v1/documents/{invoice}")).Refused(404, "not_found");
        (await rs1.Get($"/v1/documents?party={Scene.Id("x")}")).Json.List("data").ShouldBeEmpty();
        (await rs1.Get("/v1/subscriptions")).Json.List("data").ShouldBeEmpty();
        (await rs1.Get($"/v1/customers?partner={Scene.Id("rs2")}")).Json.List("data").ShouldBeEmpty();

        var asTold = new { name = "Y", kind = "organization", partner = Scene.Id("rs1"), reseller_code = Scene.Id("RS1") };
        (await rs1.TryPut($"/v1/customers/{Scene.Id("x")}", asTold)).Refused(403, "read_only");
        (await rs1.TryPut($"/v1/customers/{Scene.Id("z")}", asTold)).Refused(404, "not_found");
        (await rs1.TryPost("/v1/documents/preview", new { party = Scene.Id("x"), period = Scene.Month("05") })).Refused(404, "not_found");
    }

    [Fact]
    public async Task APIC_14_neither_a_code_nor_a_tag_changes_once_it_stands()
    {
        await Brought();
        (await Admin.TryPut($"/v1/partners/{Scene.Id("rs1")}", Reseller("RS9"))).Refused(409, "conflict").Fields.ShouldBe(["reseller_code"]);
        (await Admin.TryPut($"/v1/partners/{Scene.Id("rs1")}", Reseller(null))).Refused(409, "conflict").Fields.ShouldBe(["reseller_code"]);
        (await Admin.TryPut($"/v1/partners/{Scene.Id("other")}", Reseller("RS1"))).Refused(409, "conflict").Fields.ShouldBe(["reseller_code"]);
        (await Admin.TryGet($"/v1/partners/{Scene.Id("other")}")).Refused(404, "not_found");
        foreach (var (customer, code) in new[] { ("x", "RS2"), ("x", null), ("z", "RS1") })
            (await Admin.TryPut($"/v1/customers/{Scene.Id(customer)}", Customer("X", code))).Refused(409, "conflict").Fields.ShouldBe(["reseller_code"]);
        (await Admin.TryPut($"/v1/customers/{Scene.Id("new")}", Customer("N", "RS9"))).Refused(400, "invalid_request").Fields.ShouldBe(["reseller_code"]);
        (await Admin.Put($"/v1/customers/{Scene.Id("x")}", Customer("X renamed", "RS1"))).Json.Text("name").ShouldBe("X renamed");
        (await Admin.Put($"/v1/partners/{Scene.Id("rs1")}", Reseller("RS1", "RS1 renamed"))).Json.Text("name").ShouldBe("RS1 renamed");
    }

    [Fact]
    public async Task APIC_14_the_operator_retags_from_now_on_and_past_invoices_keep_their_commission()
    {
        await Brought();
        await BroughtOnCommission();
        var retag = new { reseller_code = Scene.Id("RS2"), reason = "sold to RS2" };
        (await (await KeyOf("rs1", "billing:write")).TryPost($"/v1/customers/{Scene.Id("y")}/retag", retag)).Refused(403, "insufficient_scope");
        (await Admin.TryPost($"/v1/customers/{Scene.Id("y")}/retag", new { reseller_code = Scene.Id("RS9"), reason = "no such" })).Refused(400, "invalid_request")
            .Fields.ShouldBe(["reseller_code"]);
        (await Admin.TryPost($"/v1/customers/{Scene.Id("nobody")}/retag", retag)).Refused(404, "not_found");
        var first = (await Admin.Post($"/v1/customers/{Scene.Id("y")}/retag", retag)).Body;
        (await Admin.Post($"/v1/customers/{Scene.Id("y")}/retag", retag)).Body.ShouldBe(first);
        (await Admin.Get($"/v1/customers/{Scene.Id("y")}/reseller_tags")).Json.List("tags").Select(tag => (tag.Text("reseller_code"), Maybe(tag, "reason")))
            .ShouldBe([(Scene.Id("RS1"), null), (Scene.Id("RS2"), "sold to RS2")]);
        var (rs1, rs2) = (await KeyOf("rs1", "billing:read"), await KeyOf("rs2", "billing:read"));
        (await rs1.TryGet($"/v1/customers/{Scene.Id("y")}")).Refused(404, "not_found");
        (await rs2.Get($"/v1/customers/{Scene.Id("y")}")).Json.Text("reseller_code").ShouldBe(Scene.Id("RS2"));
        await Scene.Clock("06-01T00:10");
        // April's invoice is RS1's, May's is RS2's; each is paid out what it earned.
        (await Paid("rs1"), await Paid("rs2")).ShouldBe(("30.00", "0"));
        await Scene.Clock("07-01T00:10");
        (await Paid("rs1"), await Paid("rs2")).ShouldBe(("30.00", "30.00"));

        // None any more: nobody sees it, nobody earns.
        await Admin.Post($"/v1/customers/{Scene.Id("y")}/retag", new { reason = "direct from now on" });
        (await rs2.TryGet($"/v1/customers/{Scene.Id("y")}")).Refused(404, "not_found");
        await Scene.Clock("08-01T00:10");
        (await Paid("rs1"), await Paid("rs2")).ShouldBe(("30.00", "60.00"));
        await Scene.Clock("09-01T00:10");
        (await Paid("rs2")).ShouldBe("60.00");
    }

    [Fact]
    public async Task APIC_the_report_of_resellers_tells_their_sales_from_others_what_they_were_paid_and_whom_they_brought()
    {
        await Brought();
        await BroughtOnCommission();
        await Admin.Post($"/v1/documents/{(await Scene.TheDocument("y")).Text("number")}/credit_notes", new { mode = "amount", net = "100.00" });
        await Admin.Post($"/v1/customers/{Scene.Id("y")}/retag", new { reseller_code = Scene.Id("RS2"), reason = "sold to RS2" });
        await Scene.Clock("06-01T00:10");
        // 300.00 of x in April and in May and of y in April, less 100.00; y's of May is RS2's. 10 % of 200.00 was payable before 1 June.
        var report = (await Admin.Get($"/v1/reports/resellers?party={Scene.Id("provider")}&from={Scene.Month("04")}&to={Scene.Month("05")}")).Json;
        report.List("rows").Select(row => (Maybe(row, "reseller"), row.Amount("sales"), row.Amount("payouts"), row.Int("customers_acquired"))).ShouldBe(
            [(null, "600.00", "0.00", 0), (Scene.Id("rs1"), "800.00", "20.00", 0), (Scene.Id("rs2"), "300.00", "0.00", 1)]);
        var totals = report.List("totals").ShouldHaveSingleItem();
        (totals.Amount("reseller_sales"), totals.Amount("other_sales"), totals.Amount("payouts"), totals.Int("customers_acquired"))
            .ShouldBe(("1100.00", "600.00", "20.00", 1));
        var march = (await Admin.Get($"/v1/reports/resellers?party={Scene.Id("provider")}&from={Scene.Month("03")}")).Json.List("rows").ShouldHaveSingleItem();
        (march.Text("reseller"), march.Int("customers_acquired")).ShouldBe((Scene.Id("rs1"), 4), "x, x2, own and y");
        var csv = await Admin.Get($"/v1/reports/resellers?party={Scene.Id("provider")}&from={Scene.Month("05")}", "text/csv");
        csv.Lines.Select(line => line.TrimEnd('\r')).ShouldBe(
        [
            "\"reseller\",\"currency\",\"sales\",\"payouts\",\"customers_acquired\"", "\"\",\"EUR\",\"300.00\",\"0.00\",\"0\"",
            $"\"{Scene.Id("rs1")}\",\"EUR\",\"300.00\",\"20.00\",\"0\"", $"\"{Scene.Id("rs2")}\",\"EUR\",\"300.00\",\"0.00\",\"1\"",
        ]);
        var rs1 = await KeyOf("rs1", "billing:read");
        (await rs1.Get($"/v1/reports/resellers?from={Scene.Month("04")}")).Json.List("rows").ShouldBeEmpty("what it sells itself, which is nothing");
        (await rs1.TryGet($"/v1/reports/resellers?party={Scene.Id("provider")}&from={Scene.Month("04")}")).Refused(404, "not_found");
        (await Admin.TryGet("/v1/reports/resellers?from=2025")).Refused(400, "invalid_request").Fields.ShouldBe(["from", "party"], ignoreOrder: true);
    }

    [Fact]
    public async Task APIC_14_customers_that_name_no_code_get_the_default_one()
    {
        await Brought();
        (await Admin.TryPut("/v1/default_reseller_code", new { reseller_code = Scene.Id("RS9") })).Refused(400, "invalid_request").Fields.ShouldBe(["reseller_code"]);
        await Admin.Put("/v1/default_reseller_code", new { reseller_code = Scene.Id("RS2") });
        var rs2 = await KeyOf("rs2", "billing:read");
        await Admin.Put($"/v1/customers/{Scene.Id("new")}", Customer("N", null));
        await Admin.Put($"/v1/customers/{Scene.Id("new")}", Customer("N", null));
        await Admin.Put($"/v1/customers/{Scene.Id("named")}", Customer("M", "RS1"));
        (await rs2.Get("/v1/customers?limit=200")).Json.List("data").Select(one => one.Text("id")).ShouldBe([Scene.Id("new")]);
        await Admin.Put("/v1/default_reseller_code", new { });
        await Admin.Put($"/v1/customers/{Scene.Id("direct")}", Customer("D", null));
        (await rs2.Get("/v1/customers?limit=200")).Json.List("data").Select(one => one.Text("id")).ShouldBe([Scene.Id("new")]);
        Maybe((await Admin.Get("/v1/default_reseller_code")).Json, "reseller_code").ShouldBeNull();
    }

    static string? Maybe(System.Text.Json.JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString() : null;

    async Task<string> Paid(string party) => (await Scene.Documents(party, "payout")).Sum(payout => payout.Amount("total").Exact())
        .ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_code_is_one_partners_even_when_several_ask_at_once_and_the_operators_to_give()
    {
        var tried = await Task.WhenAll(Enumerable.Range(1, 6).Select(n => Admin.TryPut($"/v1/partners/{Scene.Id($"p{n}")}", Reseller("SAME"))));
        tried.Count(answer => answer.Status == 201).ShouldBe(1);
        tried.Count(answer => answer.Status == 409).ShouldBe(5);
        await Scene.Partner("top");
        var top = await KeyOf("top", "billing:read", "billing:write");
        object Below(string? code) => new { name = "Below", country = "FI", currency = "EUR", parent = Scene.Id("top"), reseller_code = code is null ? null : Scene.Id(code) };
        (await top.TryPut($"/v1/partners/{Scene.Id("below")}", Below("OWN"))).Refused(400, "invalid_request").Fields.ShouldBe(["reseller_code"]);
        await top.Put($"/v1/partners/{Scene.Id("below")}", Below(null));
        var stranger = new { name = "S", kind = "organization", partner = Scene.Id("top"), reseller_code = Scene.Id("SAME") };
        (await top.TryPut($"/v1/customers/{Scene.Id("s")}", stranger)).Refused(400, "invalid_request").Fields.ShouldBe(["reseller_code"]);
    }

    // Two resellers; x and x2 carry the code of the first, z none; "own" lies below it as well. x and z run the same item.
    // One more that came to RS1, which earns a tenth of what it is invoiced; April is closed.
    async Task BroughtOnCommission()
    {
        await Admin.Put($"/v1/customers/{Scene.Id("y")}", Customer("Y", "RS1"));
        await Admin.Put($"/v1/agreements/{Scene.Id("y-bill")}", new
        {
            kind = "agency", seller = Scene.Id("provider"), buyer = Scene.Id("y"), calendar = await Scene.Calendar(), due_days = 14,
            tax = new { category = "S", rate = "25.5" }, beneficiary = Scene.Id("rs1"), commission = new { rate = "10", basis = "invoiced" },
        });
        await Scene.Subscribe("y-item", "y", "04-01", ("y-bill", "item"));
        await Scene.Clock("05-01T00:10");
    }

    async Task Brought()
    {
        await Scene.Clock("03-31T12:00");
        await Scene.Seller("provider");
        foreach (var code in new[] { "RS1", "RS2" }) await Admin.Put($"/v1/partners/{Scene.Id(code.ToLowerInvariant())}", Reseller(code));
        await Admin.Put($"/v1/customers/{Scene.Id("x")}", Customer("X", "RS1"));
        await Admin.Put($"/v1/customers/{Scene.Id("x2")}", Customer("X2", "RS1"));
        await Admin.Put($"/v1/customers/{Scene.Id("z")}", Customer("Z", null));
        await Admin.Put($"/v1/customers/{Scene.Id("own")}", new { name = "Own", partner = Scene.Id("rs1"), kind = "organization", reseller_code = Scene.Id("RS1") });
        await Scene.Plan("item", Charge.Monthly("300.00"));
        foreach (var customer in new[] { "x", "z" })
        {
            await Scene.Agreement($"{customer}-bill", "provider", customer);
            await Scene.Subscribe($"{customer}-item", customer, "04-01", ($"{customer}-bill", "item"));
        }
    }

    object Reseller(string? code, string name = "Reseller") =>
        new { name, country = "IE", currency = "EUR", reseller_code = code is null ? null : Scene.Id(code) };

    object Customer(string name, string? code) => new
    {
        name, kind = "organization", currency = "EUR", billing_email = "ap@x.example", reseller_code = code is null ? null : Scene.Id(code),
    };

    string Named(string path) => System.Text.RegularExpressions.Regex.Replace(path, @"\{([\w-]+)\}", match => Scene.Id(match.Groups[1].Value));

    static async Task Pages(Api api, params string[] wanted)
    {
        var (seen, path) = (new List<string>(), "/v1/customers?limit=1");
        for (var pages = 0; pages < 10; pages++)
        {
            var page = (await api.Get(path)).Json;
            seen.AddRange(page.List("data").Select(one => one.Text("id")));
            if (page.GetProperty("next_cursor").GetString() is not { } next) break;
            path = "/v1/customers?limit=1&cursor=" + Uri.EscapeDataString(next);
        }
        seen.ShouldBe(wanted);
    }
}
