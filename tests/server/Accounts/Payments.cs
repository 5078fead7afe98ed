// APIC-07 and its kin: money in, advances, reversal, what a party may still buy (domain 1.4; domain 0.3, rules 19 and 20).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Accounts;

public sealed class PaymentsOnSqlite(OnSqlite place) : Payments(place), IClassFixture<OnSqlite>;

public sealed class PaymentsOnPostgres(OnPostgres place) : Payments(place), IClassFixture<OnPostgres>;

public abstract partial class Payments(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task APIC_07_a_cheque_is_apportioned_and_its_rest_is_an_advance_until_it_bounces()
    {
        var (a, b) = await TwoInvoices();
        var before = await Available();
        var paid = (await Pay("cheque", "400.00", (a, (await State(a)).Outstanding), (b, (await State(b)).Outstanding))).Expect(200).Json;
        paid.Amount("unapplied").ShouldBe("30.00");
        (await State(a)).ShouldBe(("paid", "0.00", Scene.Date("06-01")));
        (await State(b)).ShouldBe(("paid", "0.00", Scene.Date("06-01")));
        (await Available()).ShouldBe(before + 400);

        (await Reverse("cheque", "bounced")).Expect(200);
        (await State(a)).ShouldBe(("issued", "250.00", null));
        (await State(b)).ShouldBe(("issued", "120.00", null));
        (await Available()).ShouldBe(before);
        (await Reverse("cheque", "again")).Refused(409, "already_reversed");
        var rows = (await Admin.Get($"/v1/payments?party={Scene.Id("x")}")).Json.List("data").ToList();
        rows.Select(row => (Scene.Name(row.Text("id")), row.Amount(), row.Text("status")))
            .ShouldBe([("cheque", "400.00", "reversed"), ("cheque/reversal", "-400.00", "posted")]);
        rows[0].List("allocations").Select(part => part.Amount()).ShouldBe(["250.00", "120.00"]);
        rows[0].Amount("unapplied").ShouldBe("0.00", "the advance has gone with it");
        (rows[1].Text("reverses"), rows[1].Text("reason")).ShouldBe((Scene.Id("cheque"), "bounced"));
    }

    [Fact]
    public async Task an_advance_is_used_by_the_next_invoice_by_itself_and_its_reversal_opens_that_again()
    {
        var (a, b) = await TwoInvoices();
        (await Pay("p", "400.00", (a, "250.00"))).Expect(200).Json.Amount("unapplied").ShouldBe("150.00");
        (await State(b)).ShouldBe(("issued", "120.00", null), "what is not allocated waits for the next invoice");
        await Charge("june", "200.00", "06-10");
        await Scene.Clock("07-01T00:10");
        var next = (await Scene.Documents("x"))[^1].Text("number");
        (await State(next)).ShouldBe(("partially_paid", "100.00", null));
        (await Admin.Get($"/v1/payments/{Scene.Id("p")}")).Json.Amount("unapplied").ShouldBe("0.00");
        (await Reverse("p", "bounced")).Expect(200);
        (await State(next)).ShouldBe(("issued", "250.00", null));
        (await State(a)).ShouldBe(("issued", "250.00", null));
    }

    [Fact]
    public async Task parts_add_up_too_much_is_refused_and_the_same_payment_again_changes_nothing()
    {
        var (a, b) = await TwoInvoices();
        (await Pay("p1", "100.00", (a, "100.00"))).Expect(200);
        (await State(a)).ShouldBe(("partially_paid", "150.00", null));
        (await Pay("p1", "100.0", (a, "100"))).Expect(200);
        (await State(a)).ShouldBe(("partially_paid", "150.00", null));
        (await Pay("p1", "101.00", (a, "100.00"))).Refused(409, "id_conflict");
        (await Pay("p2", "200.00", (a, "150.01"))).Refused(409, "exceeds_outstanding");
        (await Pay("p2", "100.00", (a, "60.00"), (b, "40.01"))).Refused(400, "invalid_request").Fields.ShouldBe(["allocations"]);
        (await Pay("p2", "1.00", ("nothing", "1.00"))).Refused(400, "invalid_request").Fields.ShouldBe(["allocations[0].document"]);
        (await Pay("p2", "1.001")).Refused(400, "invalid_request").Fields.ShouldBe(["amount"]);
        (await Pay("p2", "150.00", (a, "150.00"))).Expect(200);
        (await State(a)).ShouldBe(("paid", "0.00", Scene.Date("06-01")));
    }

    [Fact]
    public async Task many_payments_are_decided_one_by_one()
    {
        var (a, b) = await TwoInvoices();
        object One(string id, string amount, string document) => new
        {
            id = Scene.Id(id), party = Scene.Id("x"), amount, received_on = Scene.Date("06-03"), allocations = new[] { new { document, amount } },
        };
        var payments = new[] { One("1", "250.00", a), One("2", "999.00", b), One("3", "20.00", b) };
        var answer = (await Admin.Post("/v1/payments/bulk", new { payments })).Json;
        (answer.Int("posted"), answer.Int("refused")).ShouldBe((2, 1));
        answer.List("results").Select(one => one.Text("status")).ShouldBe(["posted", "refused", "posted"]);
        answer.List("results").ElementAt(1).Text("code").ShouldBe("exceeds_outstanding");
        (await State(a)).ShouldBe(("paid", "0.00", Scene.Date("06-03")));
        (await State(b)).ShouldBe(("partially_paid", "100.00", null));
    }

    [Fact]
    public async Task a_buyer_gives_notice_of_a_payment_and_records_none()
    {
        var (a, _) = await TwoInvoices();
        var buyer = await KeyOf("x", "billing:write", "billing:read");
        var notice = new
        {
            party = Scene.Id("x"), amount = "250.00", method = "transfer", transaction_id = "T-1", transaction_date = Scene.Date("06-01"),
            documents = new[] { a },
        };
        (await buyer.Post("/v1/payment_notices", notice)).Json.Text("transaction_id").ShouldBe("T-1");
        (await Admin.Get($"/v1/payment_notices?party={Scene.Id("x")}")).Json.List("data").ShouldHaveSingleItem();
        (await State(a)).ShouldBe(("issued", "250.00", null));
        var payment = new { party = Scene.Id("x"), amount = "250.00", received_on = Scene.Date("06-01") };
        (await buyer.TryPost("/v1/payments", payment)).Refused(404, "not_found");
        await Scene.Partner("other");
        (await (await KeyOf("other", "billing:write")).TryPost("/v1/payments", payment)).Refused(404, "not_found");
    }

    async Task<(string A, string B)> TwoInvoices()
    {
        await Scene.Clock("03-31T12:00");
        await Scene.Seller("provider", "IE");
        await Scene.Partner("x");
        await Scene.Agreement("a", "provider", "x", rate: "25");
        await Charge("april", "200.00", "04-01");
        await Charge("may", "96.00", "05-10");
        await Scene.Clock("06-01T00:10");
        var invoices = await Scene.Documents("x");
        invoices.Select(one => one.Amount("total")).ShouldBe(["250.00", "120.00"]);
        return (invoices[0].Text("number"), invoices[1].Text("number"));
    }

    Task<Answer> Charge(string id, string amount, string on) => Admin.Post("/v1/charges",
        new { id = Scene.Id(id), party = Scene.Id("x"), amount, description = id, on = Scene.Date(on) });

    Task<Answer> Pay(string id, string amount, params (string Document, string Amount)[] parts) => Admin.TryPost("/v1/payments", new
    {
        id = Scene.Id(id), party = Scene.Id("x"), amount, method = "cheque", received_on = Scene.Date("06-01"),
        allocations = parts.Select(part => new { document = part.Document, amount = part.Amount }),
    });

    Task<Answer> Reverse(string id, string reason) => Admin.TryPost($"/v1/payments/{Scene.Id(id)}/reverse", new { reason });

    async Task<(string Status, string Outstanding, string? PaidOn)> State(string number)
    {
        var document = (await Admin.Get("/v1/documents/" + number)).Json;
        return (document.Text("status"), document.Amount("outstanding"), document.TryGetProperty("paid_on", out var day) ? day.GetString() : null);
    }

    async Task<decimal> Available() =>
        (await Admin.Get($"/v1/partners/{Scene.Id("x")}/balance?consistency=exact")).Json.Amount("available").Exact();
}
