// Credit notes, withholdings, statements and the ledger (domain 0.3, rules 18 and 19; U1 and CN1 of domain 5.1).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Accounts;

public sealed class CreditsOnSqlite(OnSqlite place) : Credits(place), IClassFixture<OnSqlite>;

public sealed class CreditsOnPostgres(OnPostgres place) : Credits(place), IClassFixture<OnPostgres>;

public abstract partial class Credits(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task U1_CN1_a_part_is_credited_and_the_last_note_takes_what_is_left_of_the_tax()
    {
        var invoice = await Invoice("25.00", "555.30", "9.90", "180.05", "4.00", "40.79");
        var first = await Credit(invoice, new
        {
            mode = "lines", reason = "wrong number", lines = new[] { new { description = "SMS segments FI", quantity = "1000", unit_price = "0.0450" } },
        });
        (first.Text("number"), first.Text("kind"), first.Text("corrects")).ShouldBe((invoice + "-C", "credit_note", invoice));
        (first.Amount("net"), first.Amount("tax"), first.Amount("total")).ShouldBe(("45.00", "11.48", "56.48"));
        var line = first.List("lines").ShouldHaveSingleItem();
        (line.Text("quantity"), line.Text("unit_price"), line.Amount()).ShouldBe(("1000", "0.045", "45.00"));
        (await State(invoice)).ShouldBe(("issued", "966.40"));

        (await TryCredit(invoice, new { mode = "amount", net = "770.05" })).Refused(409, "exceeds_invoice");
        var second = await Credit(invoice, new { mode = "amount", net = "100.00", reason = "goodwill" });
        (second.Text("number"), second.Amount("tax")).ShouldBe((invoice + "-C2", "25.50"));
        var last = await Credit(invoice, new { mode = "full" });
        (last.Text("number"), last.Amount("net"), last.Amount("tax")).ShouldBe((invoice + "-C3", "670.04", "170.86"));
        (await State(invoice)).ShouldBe(("cancelled", "0.00"));
        (await TryCredit(invoice, new { mode = "full" })).Refused(409, "fully_credited");
        (await Scene.Documents("x", "credit_note")).Sum(note => note.Amount("tax").Exact()).ShouldBe(207.84m);
        (await Balance("revenue:credited")).ShouldBe("815.04");
        (await Balance("receivable")).ShouldBe("0.00");
    }

    [Fact]
    public async Task credit_on_a_paid_invoice_is_used_by_the_next_one()
    {
        var invoice = await Invoice("100.00");
        var (_, open) = await State(invoice);
        await Admin.Post("/v1/payments", new
        {
            party = Scene.Id("x"), amount = open, received_on = Scene.Date("06-01"), allocations = new[] { new { document = invoice, amount = open } },
        });
        var note = await Credit(invoice, new { id = Scene.Id("c"), mode = "amount", net = "40.00" });
        (note.Amount("total"), note.Amount("outstanding")).ShouldBe(("50.20", "0.00"));
        (await Credit(invoice, new { id = Scene.Id("c"), mode = "amount", net = "40.00" })).Text("number").ShouldBe(note.Text("number"));
        (await TryCredit(invoice, new { id = Scene.Id("c"), mode = "amount", net = "41.00" })).Refused(409, "id_conflict");
        (await State(invoice)).ShouldBe(("paid", "0.00"));
        await Charge("60.00", "06-10");
        await Scene.Clock("07-01T00:10");
        (await State((await Scene.Documents("x"))[^1].Text("number"))).ShouldBe(("partially_paid", "25.10"));

        var statement = (await Admin.Get($"/v1/parties/{Scene.Id("x")}/account_statement?from={Scene.Date("06-01")}&to={Scene.Date("07-31")}")).Json;
        var own = statement.List("statements").ShouldHaveSingleItem();
        (own.Amount("opening"), own.Amount("closing")).ShouldBe(("0.00", "25.10"));
        own.List("rows").Select(row => (row.Text("kind"), row.Amount(), row.Amount("balance"))).ShouldBe(
            [("invoice", "125.50", "125.50"), ("payment", "-125.50", "0.00"), ("credit_note", "-50.20", "-50.20"), ("invoice", "75.30", "25.10")]);
        var books = (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("operator")}")).Json;
        books.GetProperty("balanced").GetBoolean().ShouldBeTrue();
        books.List("data").Select(row => (row.Text("ledger"), row.Amount("balance"))).ShouldBe(
            [("cash", "125.50"), ("receivable", "25.10"), ("revenue:charge", "-160.00"), ("revenue:credited", "40.00"), ("tax_payable", "-30.60"),
                ("unapplied", "0.00")]);
        var postings = (await Admin.Get($"/v1/ledger/postings?seller={Scene.Id("operator")}&limit=3")).Json;
        postings.List("data").Count().ShouldBe(3);
        (await Admin.Get($"/v1/ledger/postings?seller={Scene.Id("operator")}&cursor={Uri.EscapeDataString(postings.Text("next_cursor"))}")).Json
            .List("data").Sum(row => row.Amount().Exact()).ShouldBe(-postings.List("data").Sum(row => row.Amount().Exact()));
    }

    [Fact]
    public async Task withheld_tax_settles_an_invoice_until_it_is_reversed()
    {
        var invoice = await Invoice("100.00");
        var body = new { id = Scene.Id("w"), document = invoice, amount = "10.00", quarter = $"{Scene.Year}-Q2" };
        (await Admin.Post("/v1/withholdings", body)).Json.Text("status").ShouldBe("posted");
        (await Admin.Post("/v1/withholdings", body)).Json.Text("status").ShouldBe("posted");
        (await State(invoice)).ShouldBe(("partially_paid", "115.50"));
        (await Balance("withheld_tax")).ShouldBe("10.00");
        (await Admin.Post($"/v1/withholdings/{Scene.Id("w")}/reverse", new { reason = "certificate missing" })).Json.Text("status").ShouldBe("reversed");
        (await State(invoice)).ShouldBe(("issued", "125.50"));
        (await Admin.TryPost($"/v1/withholdings/{Scene.Id("w")}/reverse", new { reason = "again" })).Refused(409, "already_reversed");
        (await Admin.TryPost("/v1/withholdings", new { document = invoice, amount = "200.00", quarter = "Q2" }))
            .Refused(400, "invalid_request").Fields.ShouldBe(["quarter"]);
        (await Admin.TryPost("/v1/withholdings", body with { id = Scene.Id("w2"), amount = "125.51" })).Refused(409, "exceeds_outstanding");
    }

    async Task<string> Invoice(params string[] nets)
    {
        await Scene.Clock("05-01");
        await Scene.Seller("operator");
        await Scene.Partner("x");
        await Scene.Agreement("a", "operator", "x");
        foreach (var net in nets) await Charge(net, "05-10");
        await Scene.Clock("06-01T12:00");
        return (await Scene.TheDocument("x")).Text("number");
    }

    Task<Answer> Charge(string amount, string on) =>
        Admin.Post("/v1/charges", new { party = Scene.Id("x"), amount, description = "item", on = Scene.Date(on) });

    async Task<JsonElement> Credit(string invoice, object body) => (await TryCredit(invoice, body)).Expect(200).Json;

    Task<Answer> TryCredit(string invoice, object body) => Admin.TryPost($"/v1/documents/{invoice}/credit_notes", body);

    async Task<(string Status, string Outstanding)> State(string number)
    {
        var document = (await Admin.Get("/v1/documents/" + number)).Json;
        return (document.Text("status"), document.Amount("outstanding"));
    }

    async Task<string> Balance(string ledger) => (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("operator")}")).Json.List("data")
        .Single(row => row.Text("ledger") == ledger).Amount("balance");
}
