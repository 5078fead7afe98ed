// Statements on demand: rendered again until they are closed, then frozen; how they look to the client, and as CSV (WLSM-13, domain 1.3 and 3.4).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Documents;

public sealed class StatementsOnDemandOnSqlite(OnSqlite place) : StatementsOnDemand(place), IClassFixture<OnSqlite>;

public sealed class StatementsOnDemandOnPostgres(OnPostgres place) : StatementsOnDemand(place), IClassFixture<OnPostgres>;

public abstract class StatementsOnDemand(ServerPlace place) : Scenario(place)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Scene.Clock("05-01");
        await Scene.Wholesale("operator", "reseller");
        await Scene.Customer("bistro", "reseller");
        // A day and a half of grace: a statement can be closed before the calendar closes itself.
        await Scene.Agreement("retail", "reseller", "bistro", await Scene.Calendar(grace: "PT36H"), documents: "statement");
        await Scene.Plan("price", Charge.Monthly("49.00"), new { id = "sms", kind = "usage", meter = "sms.mt.segment", model = "per_unit", included = "5000", overage = "0.0250", description = "=SMS overage" });
        await Scene.Subscribe("bistro-1", "bistro", "05-01", ("retail", "price"));
        await Scene.Clock("05-12T12:00");
    }

    [Fact]
    public async Task a_statement_is_rendered_from_what_stands_until_it_is_closed_and_never_changes_then()
    {
        await Admin.Events(Scene.Sms("a", "bistro-1", "05-12T11:00", 6000));
        var open = (await Post("current")).Expect(200).Json;
        (open.Text("number"), open.Text("status"), open.Amount("net")).ShouldBe(($"{Scene.Id("retail")}:{Scene.Month("05")}", "open", "74.00"));
        await Admin.Events(Scene.Sms("b", "bistro-1", "05-12T11:30", 2451));
        // 49.00 and 3,451 × 0.025 = 86.275.
        var again = (await Post(Scene.Month("05"))).Expect(200).Json;
        (again.Amount("net"), again.Text("as_of").Length > 0).ShouldBe(("135.28", true));
        (await Close(open.Text("number"))).Refused(409, "period_not_finished");
        await Scene.Clock("06-01T10:00");
        await Admin.Events(Scene.Sms("late", "bistro-1", "05-31T23:00", 4));
        var closed = (await Close(open.Text("number"))).Expect(200).Json;
        (closed.Text("status") != "open", closed.Amount("net")).ShouldBe((true, "135.38"));
        closed.Text("number").ShouldNotBe(open.Text("number"));
        // What comes now is late; the statement stays what it is, by any of its names.
        await Admin.Events(Scene.Sms("later", "bistro-1", "05-31T23:30", 100));
        (await Post(Scene.Month("05"))).Expect(200).Json.ToString().ShouldBe(closed.ToString());
        (await Close(open.Text("number"))).Expect(200).Json.ToString().ShouldBe(closed.ToString());
        (await Admin.Get("/v1/statements/" + closed.Text("number"))).Json.ToString().ShouldBe(closed.ToString());
        (await Admin.Get("/v1/statements/" + open.Text("number"))).Json.ToString().ShouldBe(closed.ToString());
        // The calendar's own close finds it issued.
        await Scene.Clock("06-03");
        (await Scene.TheDocument("bistro", "statement")).ToString().ShouldBe(closed.ToString());
        var june = (await Post("current")).Expect(200).Json;
        june.List("lines").Select(line => (line.GetProperty("late").GetBoolean(), line.Amount())).ShouldBe([(false, "49.00"), (true, "2.50")], ignoreOrder: true);
    }

    [Fact]
    public async Task WLSM_13_the_client_sees_no_unit_price_and_the_resellers_note_and_logo_and_the_totals_are_the_same()
    {
        await Admin.Events(Scene.Sms("a", "bistro-1", "05-12T11:00", 8451));
        await Scene.Plan("keyword", Charge.Monthly("10.00", prorateFirst: false));
        foreach (var id in new[] { "kw-1", "kw-2" }) await Scene.Subscribe(id, "bistro", "05-01", ("retail", "keyword"));
        var reseller = await KeyOf("reseller", "billing:read", "billing:write");
        var template = new { columns = new[] { "description", "quantity", "amount", "period" }, note = "Thank you, Bistro", logo = "https://reseller.example/logo.png" };
        (await reseller.TryPut($"/v1/statement_templates/{Scene.Id("reseller")}", template)).Expect(200);
        (await reseller.Get($"/v1/statement_templates/{Scene.Id("reseller")}")).Json.Text("note").ShouldBe("Thank you, Bistro");
        await Scene.Clock("06-03");
        var number = (await Scene.TheDocument("bistro", "statement")).Text("number");
        var client = await KeyOf("bistro", "billing:read");
        var seen = (await client.Get("/v1/documents/" + number)).Json;
        seen.List("lines").SelectMany(line => line.EnumerateObject().Select(member => member.Name)).Distinct().ShouldBe(["description", "quantity", "amount", "period"], ignoreOrder: true);
        (seen.Amount("net"), seen.Text("note"), seen.Text("logo")).ShouldBe(("155.28", "Thank you, Bistro", "https://reseller.example/logo.png"));
        seen.SortedAmounts().ShouldBe(["10.00", "10.00", "49.00", "86.28"]);
        seen.ToString().ShouldNotContain("operator", Case.Insensitive);
        var own = (await reseller.Get("/v1/documents/" + number)).Json;
        own.List("lines").ShouldAllBe(line => line.EnumerateObject().Any(member => member.Name == "unit_price"));
        own.Amount("total").ShouldBe(seen.Amount("total"));
        own.LineAmounts().ShouldBe(seen.LineAmounts());
        // The same in the file for a spreadsheet: text that looks like a formula is text, numbers are numbers.
        var csv = (await client.Get($"/v1/documents/{number}.csv")).Lines.Select(line => line.TrimEnd('\r')).ToList();
        csv[0].ShouldBe("\"description\",\"quantity\",\"amount\",\"currency\",\"from\",\"to\"");
        csv.Single(line => line.Contains("overage", StringComparison.Ordinal)).ShouldStartWith("\"'=SMS overage (5000 included)\",\"8451\",\"86.28\",\"EUR\"");
        csv.ShouldAllBe(line => !line.Contains("operator", StringComparison.OrdinalIgnoreCase));
        (await client.Get("/v1/documents/" + number, "text/csv")).Lines.Count.ShouldBe(csv.Count);
        (await Admin.Get($"/v1/documents/{number}.csv")).Lines[0].ShouldContain("\"unit_price\"");
    }

    [Fact]
    public async Task WLSM_13_brand_address_tax_and_groups_are_configuration_of_the_reseller_and_hide_nothing_from_it()
    {
        await Admin.Events(Scene.Sms("a", "bistro-1", "05-12T11:00", 8451));
        var reseller = await KeyOf("reseller", "billing:read", "billing:write");
        var template = $"/v1/statement_templates/{Scene.Id("reseller")}";
        var look = new { brand = "Ciao SMS", address = new[] { "Via Roma 1", "00100 Roma" }, tax_display = "net", group_by = "charge" };
        (await reseller.TryPut(template, look)).Expect(200);
        var set = (await reseller.Get(template)).Json;
        (set.Text("brand"), set.Text("tax_display"), set.Text("group_by"), set.GetProperty("address").GetArrayLength()).ShouldBe(("Ciao SMS", "net", "charge", 2));
        (await reseller.TryPut(template, new { brand = "", address = new[] { "1", "2", "3", "4", "5", "6", "7" }, tax_display = "gross", group_by = "colour" }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["brand", "address", "tax_display", "group_by"], ignoreOrder: true);

        var client = await KeyOf("bistro", "billing:read");
        foreach (var closed in new[] { false, true })
        {
            if (closed) await Scene.Clock("06-03");
            var path = closed ? "/v1/documents/" + (await Scene.TheDocument("bistro", "statement")).Text("number") : $"/v1/statements/{Scene.Id("retail")}:{Scene.Month("05")}";
            var seen = (await client.Get(path)).Json;
            (seen.Text("brand"), seen.GetProperty("brand_address")[1].GetString(), seen.Amount("net")).ShouldBe(("Ciao SMS", "00100 Roma", "135.28"));
            foreach (var hidden in new[] { "tax", "total", "outstanding", "tax_breakdown", "lines" }) seen.TryGetProperty(hidden, out _).ShouldBeFalse(hidden);
            seen.List("groups").Select(group => (group.Text("charge"), group.Amount())).ShouldBe([("fee", "49.00"), ("sms", "86.28")]);
            // All of it for the reseller, line by line.
            var own = (await reseller.Get(path)).Json;
            (own.Text("brand"), own.Amount("total"), own.LineAmounts().Count, own.List("tax_breakdown").Single().Amount("tax")).ShouldBe(("Ciao SMS", "169.78", 2, "34.50"));
            if (!closed) continue;
            (await client.Get(path + "?group_by=customer")).Json.List("groups").Single().Amount().ShouldBe("135.28");
            (await client.Get(path + ".csv")).Lines[0].ShouldNotContain("tax");
            (await reseller.Get(path + ".csv")).Lines[0].ShouldContain("tax_rate");
        }
    }

    [Fact]
    public async Task a_negative_amount_is_a_number_in_the_file_and_groups_add_rounded_lines()
    {
        await Scene.Customer("cafe", "reseller");
        await Scene.Plan("odd", Charge.Sms("0.0033"));
        await Scene.Subscribe("odd-1", "bistro", "05-01", ("wholesale", "odd"));
        await Scene.Subscribe("odd-2", "cafe", "05-01", ("wholesale", "odd"));
        await Scene.Subscribe("odd-3", "cafe", "05-01", ("wholesale", "odd"));
        await Admin.Events(Scene.Sms("a", "odd-1", "05-12T11:00", 5), Scene.Sms("b", "odd-2", "05-12T11:00", 5), Scene.Sms("c", "odd-3", "05-12T11:00", 5));
        await Scene.Clock("06-01T01:00");
        await Admin.Post("/v1/corrections", new { id = Scene.Id("c"), subscription = Scene.Id("odd-1"), action = "retract", reason = "wrong",
            corrects = new { source = "/scenarios", id = "a", time = Scene.At("05-12T11:00") } });
        await Admin.Events(Scene.Sms("d", "odd-1", "06-01T00:30", 1000));
        await Scene.Clock("07-01T01:00");
        var documents = await Scene.Documents("reseller");
        // Three lines of 0.0165 are 0.02 each.
        var may = documents[0].Text("number");
        Groups(await Admin.Get($"/v1/documents/{may}?group_by=customer")).ShouldBe([(Scene.Id("bistro"), "0.02", 1), (Scene.Id("cafe"), "0.04", 2)]);
        var byCharge = (await Admin.Get($"/v1/documents/{may}?group_by=charge")).Json;
        byCharge.List("groups").Select(one => (one.Text("charge"), one.Text("quantity"), one.Amount())).ShouldBe([("sms", "15", "0.06")]);
        byCharge.Amount("net").ShouldBe("0.06");
        (await Admin.TryGet($"/v1/documents/{may}?group_by=colour")).Refused(400, "invalid_request").Fields.ShouldBe(["group_by"]);
        (await Admin.Get($"/v1/documents/{documents[1].Text("number")}.csv")).Lines.ShouldContain(line => line.Contains(",\"-0.02\",\"EUR\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task an_invoice_is_read_by_purchase_order_and_another_order_counts_for_lines_to_come()
    {
        await Scene.Plan("fee", Charge.Monthly("10.00"));
        foreach (var (id, order) in new[] { ("x", "PO-1"), ("y", "PO-2"), ("z", "PO-1") }) await Order(id, order);
        await Scene.Clock("06-01T01:00");
        await Order("z", "PO-3");
        await Scene.Clock("07-01T01:00");
        var documents = await Scene.Documents("reseller");
        (await ByOrder(documents[0])).ShouldBe([("PO-1", "20.00", 2), ("PO-2", "10.00", 1)]);
        (await ByOrder(documents[1])).ShouldBe([("PO-1", "10.00", 1), ("PO-2", "10.00", 1), ("PO-3", "10.00", 1)]);
        (await Admin.Get($"/v1/documents/{documents[1].Text("number")}.csv")).Lines.Count(line => line.Contains("\"PO-3\"", StringComparison.Ordinal)).ShouldBe(1);
        (await TryOrder("x", " ")).Refused(400, "invalid_request").Fields.ShouldBe(["purchase_order"]);
    }

    [Fact]
    public async Task a_statement_is_seen_by_seller_and_buyer_and_closed_by_the_seller_alone()
    {
        await Admin.Events(Scene.Sms("a", "bistro-1", "05-12T11:00", 10));
        await Scene.Customer("other", "reseller");
        var body = new { agreement = Scene.Id("retail"), period = Scene.Month("05") };
        (await (await KeyOf("bistro", "billing:read")).TryPost("/v1/statements", body)).Expect(200);
        (await (await KeyOf("other", "billing:read")).TryPost("/v1/statements", body)).Refused(404, "not_found");
        await Scene.Clock("06-01T10:00");
        var name = $"{Scene.Id("retail")}:{Scene.Month("05")}";
        (await (await KeyOf("bistro", "billing:read", "billing:write")).TryPost($"/v1/statements/{name}/close", new { })).Refused(404, "not_found");
        (await (await KeyOf("reseller", "billing:read", "billing:write")).TryPost($"/v1/statements/{name}/close", new { })).Expect(200);
        (await Admin.TryPost("/v1/statements", new { agreement = Scene.Id("wholesale"), period = "current" })).Refused(409, "no_statement");
        (await Admin.TryPost("/v1/statements", new { agreement = Scene.Id("retail"), period = "May" })).Refused(400, "invalid_request").Fields.ShouldBe(["period"]);
        (await Admin.TryPost("/v1/statements", new { agreement = Scene.Id("nobody") })).Refused(404, "not_found");
        (await Admin.TryGet("/v1/statements/NONE-2025-000001")).Refused(404, "not_found");
        (await Admin.TryPut($"/v1/statement_templates/{Scene.Id("reseller")}", new { columns = new[] { "description", "colour" }, logo = "javascript:alert(1)" }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["columns", "columns[1]", "logo"], ignoreOrder: true);
        (await (await KeyOf("other", "billing:write")).TryPut($"/v1/statement_templates/{Scene.Id("reseller")}", new { note = "x" })).Refused(404, "not_found");
    }

    private Task<Answer> Post(string period) => Admin.TryPost("/v1/statements", new { agreement = Scene.Id("retail"), period });

    private Task<Answer> Close(string name) => Admin.TryPost($"/v1/statements/{name}/close", new { });

    private async Task Order(string id, string order)
    {
        (await TryOrder(id, order)).Expect(200, 201);
        Scene.EndsLater(id, Ordered(order));
    }

    private Task<Answer> TryOrder(string id, string order) => Admin.TryPut($"/v1/subscriptions/{Scene.Id(id)}", Ordered(order));

    private Dictionary<string, object> Ordered(string order) => new()
    {
        ["customer"] = Scene.Id("bistro"), ["starts_at"] = Scene.At("05-01"), ["purchase_order"] = order,
        ["legs"] = new[] { new { agreement = Scene.Id("wholesale"), plan = Scene.Id("fee") } }, ["funding"] = new { mode = "postpaid" },
    };

    private async Task<IEnumerable<(string, string, int)>> ByOrder(JsonElement document) =>
        (await Admin.Get($"/v1/documents/{document.Text("number")}?group_by=purchase_order")).Json.List("groups")
            .Where(one => one.GetProperty("purchase_order").ValueKind == JsonValueKind.String)
            .Select(one => (one.Text("purchase_order"), one.Amount(), one.GetProperty("lines").GetInt32()));

    private static IEnumerable<(string, string, int)> Groups(Answer answer) =>
        answer.Json.List("groups").Select(one => (one.Text("customer"), one.Amount(), one.Int("lines")));
}
