// Books around an account: balances taken over, receipts, credit that is allocated by hand, receivables by age.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Accounts;

public abstract partial class Credits
{
    [Fact]
    public async Task balances_are_taken_over_paid_and_used_and_are_nobodys_revenue()
    {
        var invoice = await Invoice("100.00");
        var body = new
        {
            id = Scene.Id("o"), party = Scene.Id("x"),
            documents = new[]
            {
                new { reference = "OLD-7", issue_date = Scene.Date("02-01"), due_date = Scene.Date("02-15"), amount = "300.00" },
                new { reference = "OLD-9", issue_date = Scene.Date("05-01"), due_date = Scene.Date("05-20"), amount = "80.00" },
            },
            credits = new[] { new { reference = "advance", amount = "25.00" } },
        };
        var taken = (await Admin.Post("/v1/opening_balances", body)).Json;
        var numbers = taken.List("documents").Select(one => one.Text("number")).ToList();
        numbers.ShouldBe([$"opening-{Scene.Id("o")}-1", $"opening-{Scene.Id("o")}-2"]);
        (await Admin.Post("/v1/opening_balances", body)).Json.List("documents").Count().ShouldBe(2);
        (await Admin.TryPost("/v1/opening_balances", body with { credits = [] })).Refused(409, "id_conflict");
        await Scene.Partner("y");
        await Scene.Agreement("b", "operator", "y");
        (await Admin.TryPost("/v1/opening_balances", body with { party = Scene.Id("y") })).Refused(409, "id_conflict");
        (await Admin.TryPost("/v1/opening_balances", new { id = Scene.Id("o2"), party = Scene.Id("x") })).Refused(400, "invalid_request").Fields.ShouldBe(["documents"]);

        var old = (await Admin.Get("/v1/documents/" + numbers[0])).Json;
        (old.Text("kind"), old.Text("status"), old.Amount("total"), old.Amount("outstanding"), old.Text("due_date"), old.Text("payment_reference"))
            .ShouldBe(("opening_balance", "issued", "300.00", "300.00", Scene.Date("02-15"), "OLD-7"));
        old.LineAmounts().ShouldBe(["300.00"]);
        (await State(invoice)).ShouldBe(("issued", "125.50"), "the advance is for what is issued from now on");

        // 06-01: the invoice is due on 06-15, OLD-9 was 12 days ago and OLD-7 106.
        var report = (await Admin.Get($"/v1/reports/receivables?seller={Scene.Id("operator")}&as_of={Scene.Date("06-01")}")).Json;
        var row = report.List("rows").ShouldHaveSingleItem();
        (row.Text("party"), row.Amount("not_due"), row.Amount("days_1_30"), row.Amount("days_31_60"), row.Amount("days_61_90"), row.Amount("days_over_90"))
            .ShouldBe((Scene.Id("x"), "125.50", "80.00", "0.00", "0.00", "300.00"));
        (row.Amount("total"), row.Amount("unapplied"), report.List("totals").Single().Amount("total")).ShouldBe(("505.50", "25.00", "505.50"));
        var later = (await Admin.Get($"/v1/reports/receivables?party={Scene.Id("x")}&as_of={Scene.Date("07-16")}")).Json.List("rows").Single();
        (later.Amount("not_due"), later.Amount("days_31_60"), later.Amount("days_over_90")).ShouldBe(("0.00", "205.50", "300.00"));
        var csv = (await Admin.Get($"/v1/reports/receivables?seller={Scene.Id("operator")}&as_of={Scene.Date("06-01")}", "text/csv")).Lines;
        csv.Select(line => line.TrimEnd('\r').Replace("\"", "", StringComparison.Ordinal)).ShouldBe(["seller,party,currency,not_due,days_1_30,days_31_60,days_61_90,days_over_90,total,unapplied",
            $"{Scene.Id("operator")},{Scene.Id("x")},EUR,125.50,80.00,0.00,0.00,300.00,505.50,25.00"]);
        (await (await KeyOf("x", "billing:read")).Get("/v1/reports/receivables")).Json.List("rows").ShouldBeEmpty("a buyer is owed nothing");

        (await Balance("opening_balance"), await Balance("receivable"), await Balance("unapplied")).ShouldBe(("-355.00", "505.50", "-25.00"));
        await Admin.Post("/v1/payments", new
        {
            party = Scene.Id("x"), amount = "300.00", received_on = Scene.Date("06-02"), allocations = new[] { new { document = numbers[0], amount = "300.00" } },
        });
        (await State(numbers[0])).ShouldBe(("paid", "0.00"));
        await Charge("40.00", "06-10");
        await Scene.Clock("07-01T00:10");
        (await State((await Scene.Documents("x"))[^1].Text("number"))).ShouldBe(("partially_paid", "25.20"));
        (await Balance("unapplied"), await Balance("receivable"), await Balance("opening_balance")).ShouldBe(("0.00", "230.70", "-355.00"));
    }

    [Fact]
    public async Task an_advance_goes_to_the_document_that_is_named_and_each_payment_has_its_receipt()
    {
        var invoice = await Invoice("100.00");
        foreach (var (id, amount) in new[] { ("first", "30.00"), ("second", "50.00") })
            await Admin.Post("/v1/payments", new { id = Scene.Id(id), party = Scene.Id("x"), amount, method = "cheque", received_on = Scene.Date("06-01"), reference = "CH 1" });
        var body = new
        {
            id = Scene.Id("a"), party = Scene.Id("x"), source = Scene.Id("second"), allocations = new[] { new { document = invoice, amount = "45.00" } },
        };
        var account = (await Admin.Post("/v1/allocations", body)).Json;
        (account.Amount("outstanding"), account.Amount("unapplied"), account.List("open").Single().Amount("outstanding")).ShouldBe(("80.50", "35.00", "80.50"));
        (await Admin.Post("/v1/allocations", body)).Json.Amount("outstanding").ShouldBe("80.50");
        (await Admin.TryPost("/v1/allocations", body with { allocations = [new { document = invoice, amount = "44.00" }] })).Refused(409, "id_conflict");
        (await Unapplied("first"), await Unapplied("second")).ShouldBe(("30.00", "5.00"));
        (await Admin.TryPost("/v1/allocations", body with { id = Scene.Id("a2") })).Refused(409, "insufficient_credit");
        (await Admin.TryPost("/v1/allocations", body with { id = Scene.Id("a2"), source = "nobody" })).Refused(400, "invalid_request").Fields.ShouldBe(["source"]);
        var buyer = await KeyOf("x", "billing:write", "billing:read");
        (await buyer.TryPost("/v1/allocations", body with { id = Scene.Id("a3") })).Refused(404, "not_found");
        // Without a source the oldest is used first.
        await Admin.Post("/v1/allocations", new { party = Scene.Id("x"), allocations = new[] { new { document = invoice, amount = "32.00" } } });
        (await Unapplied("first"), await Unapplied("second"), (await State(invoice)).Outstanding).ShouldBe(("0.00", "3.00", "48.50"));

        var receipt = (await buyer.Get($"/v1/payments/{Scene.Id("second")}/receipt")).Json;
        (receipt.Text("number"), receipt.Text("status"), receipt.Amount(), receipt.Amount("advance"), receipt.Text("method"), receipt.Text("reference"))
            .ShouldBe((Scene.Id("second"), "posted", "50.00", "50.00", "cheque", "CH 1"));
        (receipt.GetProperty("seller_party").Text("name"), receipt.GetProperty("buyer_party").Text("name")).ShouldBe(("operator", "x"));
        receipt.List("allocations").ShouldBeEmpty("what became of the advance later stands in the payment");
        await Admin.Post($"/v1/payments/{Scene.Id("second")}/reverse", new { reason = "bounced" });
        var after = (await buyer.Get($"/v1/payments/{Scene.Id("second")}/receipt")).Json;
        (after.Text("status"), after.Amount()).ShouldBe(("reversed", "50.00"));
        await Scene.Partner("other");
        (await (await KeyOf("other", "billing:read")).TryGet($"/v1/payments/{Scene.Id("second")}/receipt")).Refused(404, "not_found");
    }

    [Fact]
    public async Task a_credit_note_lowers_revenue_and_margin_and_a_balance_taken_over_raises_neither()
    {
        var invoice = await Invoice("100.00");
        await Credit(invoice, new { mode = "amount", net = "40.00" });
        await Admin.Post("/v1/opening_balances", new
        {
            id = Scene.Id("o"), party = Scene.Id("x"),
            documents = new[] { new { reference = "OLD", issue_date = Scene.Date("05-01"), due_date = Scene.Date("05-20"), amount = "80.00" } },
        });
        var query = $"party={Scene.Id("operator")}&from={Scene.Month("05")}";
        (await Admin.Get("/v1/reports/margin?group_by=none&" + query)).Json.List("totals").Single().Amount("revenue").ShouldBe("60.00");
        (await Admin.Get("/v1/reports/revenue?" + query)).Json.List("rows").Single().List("amounts").Single().Text("revenue").ShouldBe("60.00");
    }

    async Task<string> Unapplied(string payment) => (await Admin.Get($"/v1/payments/{Scene.Id(payment)}")).Json.Amount("unapplied");
}
