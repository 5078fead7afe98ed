// Withholdings by fiscal quarter: read, listed, added up; and who sees them (domain 1.4).
namespace OrleansBilling.Server.Tests.Accounts;

public abstract partial class Credits
{
    [Fact]
    public async Task withheld_tax_is_listed_and_added_up_by_quarter_without_what_was_reversed()
    {
        var invoice = await Invoice("100.00");
        var (second, third) = ($"{Scene.Year}-Q2", $"{Scene.Year}-Q3");
        foreach (var (id, amount, quarter) in new[] { ("w1", "10.00", second), ("w2", "5.50", second), ("w3", "7.00", second), ("w4", "3.25", third) })
            await Admin.Post("/v1/withholdings", new { id = Scene.Id(id), document = invoice, amount, quarter });
        await Admin.Post($"/v1/withholdings/{Scene.Id("w3")}/reverse", new { reason = "certificate missing" });
        var read = (await Admin.Get($"/v1/withholdings/{Scene.Id("w3")}")).Json;
        (read.Text("status"), read.Amount(), read.Text("quarter"), read.Text("document"), read.Text("reason")).ShouldBe(("reversed", "7.00", second, invoice, "certificate missing"));
        (await Admin.TryGet($"/v1/withholdings/{Scene.Id("none")}")).Refused(404, "not_found");

        async Task<IEnumerable<string>> Listed(Api api, string query) => (await api.Get($"/v1/withholdings?party={Scene.Id("x")}&{query}")).Json.List("data").Select(one => Scene.Name(one.Text("id")));
        (await Listed(Admin, "")).ShouldBe(["w1", "w2", "w3", "w4"]);
        (await Listed(Admin, "quarter=" + second)).ShouldBe(["w1", "w2", "w3"]);
        (await Listed(Admin, $"quarter={second}&status=posted")).ShouldBe(["w1", "w2"]);
        (await Listed(Admin, "quarter=" + third)).ShouldBe(["w4"]);
        (await Admin.TryGet("/v1/withholdings?quarter=Q2&status=open&party=a b")).Refused(400, "invalid_request").Fields.Order().ShouldBe(["party", "quarter", "status"]);

        var report = (await Admin.Get($"/v1/reports/withholdings?quarter={second}&seller={Scene.Id("operator")}")).Json;
        var row = report.List("rows").ShouldHaveSingleItem();
        (row.Text("seller"), row.Text("party"), row.Amount(), row.Int("count")).ShouldBe((Scene.Id("operator"), Scene.Id("x"), "15.50", 2));
        report.List("totals").ShouldHaveSingleItem().Amount().ShouldBe("15.50");
        (await Admin.Get($"/v1/reports/withholdings?quarter={second}&seller={Scene.Id("operator")}", "text/csv")).Lines.Select(line => line.TrimEnd('\r').Replace("\"", "", StringComparison.Ordinal))
            .ShouldBe(["quarter,seller,party,currency,amount,count", $"{second},{Scene.Id("operator")},{Scene.Id("x")},EUR,15.50,2"]);
        var all = (await Sum(second)) + (await Sum(third));
        (await Balance("withheld_tax")).Exact().ShouldBe(all, "the ledger has what the quarters have");
        all.ShouldBe(18.75m);
        (await Admin.TryGet("/v1/reports/withholdings")).Refused(400, "invalid_request").Fields.ShouldBe(["quarter"]);

        // Who withheld and from whom see it; nobody else does.
        await Scene.Partner("other");
        var (seller, buyer, other) = (await KeyOf("operator", "billing:read"), await KeyOf("x", "billing:read"), await KeyOf("other", "billing:read"));
        foreach (var key in new[] { seller, buyer })
        {
            (await key.Get($"/v1/withholdings/{Scene.Id("w1")}")).Json.Amount().ShouldBe("10.00");
            (await key.Get("/v1/reports/withholdings?quarter=" + second)).Json.List("rows").Single().Amount().ShouldBe("15.50");
        }

        (await other.TryGet($"/v1/withholdings/{Scene.Id("w1")}")).Refused(404, "not_found");
        (await Listed(other, "quarter=" + second)).ShouldBeEmpty();
        (await other.Get("/v1/reports/withholdings?quarter=" + second)).Json.List("rows").ShouldBeEmpty();

        async Task<decimal> Sum(string quarter) => (await Admin.Get($"/v1/reports/withholdings?quarter={quarter}&party={Scene.Id("x")}")).Json.List("rows").Sum(one => one.Amount().Exact());
    }

    [Fact]
    public async Task what_a_balance_says_is_invoiced_and_unapplied_is_what_the_ledger_says_and_unbilled_becomes_the_next_invoice()
    {
        var invoice = await Invoice("100.00");
        await Charge("40.00", "06-10");
        await Compare("125.50", "0.00", "50.20");
        await Admin.Post("/v1/payments", new
        {
            id = Scene.Id("p"), party = Scene.Id("x"), amount = "150.00", received_on = Scene.Date("06-02"), allocations = new[] { new { document = invoice, amount = "100.00" } },
        });
        await Compare("25.50", "50.00", "50.20");
        await Credit(invoice, new { mode = "amount", net = "30.00" });
        await Compare("0.00", "62.15", "50.20");
        await Admin.Post($"/v1/payments/{Scene.Id("p")}/reverse", new { reason = "bounced" });
        await Compare("100.00", "12.15", "50.20");
        await Scene.Clock("07-01T00:10");
        (await Scene.Documents("x"))[^1].Amount("total").ShouldBe("50.20", "what was unbilled");
        await Compare("138.05", "0.00", "0.00");

        // invoiced is the ledger's receivable, and what documents leave outstanding; unapplied the ledger's.
        async Task Compare(string invoiced, string unapplied, string unbilled)
        {
            var balance = (await Admin.Get($"/v1/partners/{Scene.Id("x")}/balance")).Json.List("accounts").ShouldHaveSingleItem();
            (balance.Amount("invoiced"), balance.Amount("unapplied"), balance.Amount("unbilled")).ShouldBe((invoiced, unapplied, unbilled));
            balance.Amount("available").Exact().ShouldBe(unapplied.Exact() - invoiced.Exact() - unbilled.Exact());
            var books = (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("operator")}&party={Scene.Id("x")}")).Json.List("data")
                .ToDictionary(row => row.Text("ledger"), row => row.Amount("balance").Exact());
            (books["receivable"], -books.GetValueOrDefault("unapplied")).ShouldBe((invoiced.Exact(), unapplied.Exact()));
            (await Scene.Documents("x")).Sum(one => one.Amount("outstanding").Exact()).ShouldBe(invoiced.Exact());
        }
    }
}
