// APIC: the provider bills, a reseller that brought the customer earns a commission and is paid offline (domain 1.4).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task APIC_01_and_10_the_same_bill_with_and_without_a_reseller_whose_name_stands_nowhere()
    {
        await Resold("paid");
        var (x, y) = (await Scene.TheDocument("x"), await Scene.TheDocument("y"));
        foreach (var invoice in new[] { x, y })
        {
            (invoice.Amount("net"), invoice.Amount("total"), invoice.Text("seller")).ShouldBe(("300.00", "376.50", Scene.Id("operator")));
            invoice.GetRawText().ShouldNotContain("rs1");
        }

        var reseller = await KeyOf("rs1", "billing:read", "usage:read");
        (await reseller.TryGet("/v1/documents/" + x.Text("number"))).Refused(404, "not_found");
        (await reseller.TryGet("/v1/customers/" + Scene.Id("y"))).Refused(404, "not_found");
        (await reseller.TryGet("/v1/agreements/" + Scene.Id("x"))).Refused(404, "not_found");
        (await reseller.Get("/v1/payables")).Json.List("data").Single().Amount("accrued").ShouldBe("30.00");
    }

    [Fact]
    public async Task APIC_a_commission_is_of_invoices_paid_in_the_month_and_a_reversal_carries_it_forward()
    {
        await Resold("paid");
        await Scene.Clock("05-10");
        await Pay("april", await Scene.TheDocument("x"));
        (await Owed("rs1")).ShouldBe(("0.00", "30.00", "0.00"));
        await Scene.Clock("06-01T00:10");
        (await Payouts("05")).ShouldBe(new Dictionary<string, string> { ["rs1"] = "30.00" });
        var payout = await Scene.TheDocument("rs1", "payout");
        await Admin.Post($"/v1/payouts/{payout.Text("number")}/mark_paid", new { paid_on = Scene.Date("06-05"), reference = "offline-1" });
        await Admin.Post($"/v1/payments/{Scene.Id("april")}/reverse", new { reason = "bounced" });
        (await Owed("rs1")).ShouldBe(("60.00", "-30.00", "0.00"));
        await Pay("may", (await Scene.Documents("x"))[1]);
        (await Owed("rs1")).ShouldBe(("30.00", "0.00", "0.00"));
        await Scene.Clock("07-01T00:10");
        (await Payouts("06")).ShouldBeEmpty();
        await Pay("june", (await Scene.Documents("x"))[2]);
        await Scene.Clock("08-01T00:10");
        (await Payouts("07")).ShouldBe(new Dictionary<string, string> { ["rs1"] = "30.00" });
    }

    [Fact]
    public async Task APIC_on_the_invoiced_basis_a_commission_is_earned_by_the_issue()
    {
        await Resold("invoiced");
        (await Owed("rs1")).ShouldBe(("0.00", "30.00", "0.00"));
        await Scene.Clock("06-01T00:10");
        (await Payouts("05")).ShouldBe(new Dictionary<string, string> { ["rs1"] = "30.00" });
    }

    [Fact]
    public async Task APIC_a_credit_note_keeps_its_own_part_of_the_commission_that_it_takes_back()
    {
        await Resold("paid");
        var invoice = (await Scene.TheDocument("x")).Text("number");
        foreach (var (id, net, left) in new[] { ("c1", "33.33", "26.67"), ("c2", "33.33", "23.34") })
        {
            await Admin.Post($"/v1/documents/{invoice}/credit_notes", new { id = Scene.Id(id), mode = "amount", net, reason = "goodwill" });
            (await Owed("rs1")).ShouldBe((left, "0.00", "0.00"));
        }

        await Admin.Post($"/v1/documents/{invoice}/credit_notes", new { id = Scene.Id("c3"), mode = "full", reason = "all of it" });
        (await Owed("rs1")).Accrued.ShouldBe("0.00");
        // 10 % of 33.33 are 3.333; the last note takes what is left of 30.00.
        await using var store = await Place.OpenStore();
        await using var sql = store.CreateCommand();
        sql.CommandText = $"select body from documents where number like '{invoice}%' order by number";
        await using var rows = await sql.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var commissions = new List<decimal>();
        while (await rows.ReadAsync(TestContext.Current.CancellationToken))
            commissions.Add(JsonSerializer.Deserialize<JsonElement>(rows.GetString(0)).GetProperty("commission").Text("amount").Exact());
        commissions.ShouldBe([30m, 3.33m, 3.33m, 23.34m]);
    }

    [Fact]
    public async Task APIC_a_resellers_statement_lists_its_commission_invoice_by_invoice_as_json_and_csv_and_nothing_of_what_was_invoiced()
    {
        await Resold("paid");
        await Scene.Clock("06-01T00:10");
        var documents = (await Scene.Documents("x")).ToList();
        var invoices = documents.ConvertAll(one => one.Text("number"));
        await Pay("april", documents[0]);
        await Pay("may", documents[1]);
        // A part of what the customer paid for May is credited before the payout.
        await Admin.Post($"/v1/documents/{invoices[1]}/credit_notes", new { id = Scene.Id("n"), mode = "amount", net = "100.00", reason = "goodwill" });
        await Scene.Clock("07-01T00:10");
        var key = await KeyOf("rs1", "billing:read");
        var number = (await key.Get("/v1/payouts")).Json.List("data").ShouldHaveSingleItem().Text("id");
        var statement = (await key.Get("/v1/documents/" + number)).Json;
        (statement.Text("kind"), statement.Text("buyer"), statement.Amount("total")).ShouldBe(("payout", Scene.Id("rs1"), "50.00"));
        statement.List("lines").Select(line => (line.Text("description"), line.Amount())).ShouldBe(
            [($"Share of invoice {invoices[0]}", "30.00"), ($"Share of invoice {invoices[1]}", "20.00")], ignoreOrder: true);
        statement.List("lines").ShouldAllBe(line => line.Text("customer") == Scene.Id("x"));
        statement.GetRawText().ShouldNotContain("300.00");
        statement.GetRawText().ShouldNotContain("376.50");
        var csv = (await key.Get("/v1/documents/" + number, "text/csv")).Lines.Select(line => line.TrimEnd('\r').Replace("\"", "", StringComparison.Ordinal).Split(',')).ToList();
        var (description, customer, amount, currency) = (Array.IndexOf(csv[0], "description"), Array.IndexOf(csv[0], "customer"), Array.IndexOf(csv[0], "amount"), Array.IndexOf(csv[0], "currency"));
        csv.Skip(1).Select(cells => (cells[description], cells[customer], cells[amount], cells[currency])).ShouldBe(
            statement.List("lines").Select(line => (line.Text("description"), line.Text("customer"), line.Amount(), "EUR")));
        (await key.TryGet("/v1/documents/" + invoices[0])).Refused(404, "not_found");
        (await (await KeyOf("x", "billing:read")).TryGet("/v1/documents/" + number)).Refused(404, "not_found");
    }

    // X was brought by RS1 for 10 %, Y by nobody; each runs an item of 300.00 a month from April on.
    async Task Resold(string basis)
    {
        await Scene.Clock("04-01");
        var calendar = await Scene.Calendar();
        await Scene.Seller("operator");
        await Scene.Partner("rs1");
        await Scene.Plan("item", Charge.Monthly("300.00"));
        foreach (var customer in new[] { "x", "y" })
        {
            await Admin.Put($"/v1/customers/{Scene.Id(customer)}", new { name = customer, kind = "organization" });
            await Admin.Put($"/v1/agreements/{Scene.Id(customer)}", new
            {
                kind = "agency", seller = Scene.Id("operator"), buyer = Scene.Id(customer), calendar, due_days = 15, tax = new { category = "S", rate = "25.5" },
                beneficiary = customer == "x" ? Scene.Id("rs1") : null, commission = customer == "x" ? new { rate = "10", basis } : null,
            });
            await Scene.Subscribe("sub-" + customer, customer, "04-01", (customer, "item"));
        }

        await Scene.Clock("05-01T00:10");
    }

    Task Pay(string id, JsonElement document) => Admin.Post("/v1/payments", new
    {
        id = Scene.Id(id), party = Scene.Id("x"), amount = document.Amount("total"), method = "transfer", received_on = Scene.Date("05-10"),
        allocations = new[] { new { document = document.Text("number"), amount = document.Amount("total") } },
    });
}
