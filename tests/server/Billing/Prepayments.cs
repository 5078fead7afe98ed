// Fees of several periods paid with one invoice: what is issued, what later documents say, when the revenue is earned (domain 0.3, rule 24; 1.3).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Billing;

public sealed class PrepaymentsOnSqlite(OnSqlite place) : Prepayments(place), IClassFixture<OnSqlite>;

public sealed class PrepaymentsOnPostgres(OnPostgres place) : Prepayments(place), IClassFixture<OnPostgres>;

public abstract class Prepayments(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task WLSM_three_months_paid_ahead_are_one_invoice_and_each_later_document_says_prepaid_k_of_3()
    {
        await Reseller("05-12", Charge.Monthly("31.00"), Charge.Sms("0.0500"));
        var asked = new { id = "p1", periods = 3 };
        var bought = (await Prepay(asked)).Expect(200);
        var prepaid = bought.Json.List("changes").ShouldHaveSingleItem().GetProperty("prepaid");
        // 20 of 31 days of May, June, July.
        (prepaid.Text("from"), prepaid.Text("to"), prepaid.Text("amount")).ShouldBe((Scene.Date("05-12"), Scene.Date("07-31"), "82.00"));

        var invoice = await Scene.TheDocument("rs1");
        (invoice.Text("issue_date"), invoice.Text("due_date"), invoice.Text("billing_period"), invoice.Text("status"))
            .ShouldBe((Scene.Date("05-12"), Scene.Date("05-26"), Scene.Month("05"), "issued"));
        (invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("total"), invoice.Amount("outstanding")).ShouldBe(("82.00", "20.91", "102.91", "102.91"));
        var line = invoice.List("lines").ShouldHaveSingleItem();
        (line.Text("kind"), line.Text("quantity"), line.Days()).ShouldBe(("prepayment", "3", (Scene.Date("05-12"), Scene.Date("07-31"))));
        line.Text("description").ShouldStartWith("basic – monthly fee, 3 in advance");
        (await Balance("deferred")).ShouldBe("-82.00");

        // The same again is bought once; what is paid for is not sold twice, and stays what it is.
        (await Prepay(asked)).Expect(200).Body.ShouldBe(bought.Body);
        (await Prepay(new { id = "p1", periods = 4 })).Refused(409, "idempotency_conflict");
        (await Prepay(new { id = "p2", periods = 1, from = Scene.Date("07-31") })).Refused(409, "prepaid");
        await Scene.Plan("pro", Charge.Monthly("62.00"));

        await Scene.Clock("05-20");
        (await Command("change_plan", new { plan = Scene.Id("pro") })).Refused(409, "prepaid");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-19", 10));
        var preview = (await Admin.Post("/v1/documents/preview", new { party = Scene.Id("rs1") })).Json.List("documents").ShouldHaveSingleItem();
        await Scene.Clock("09-01T00:10");
        var may = await Invoice("06-01");
        may.LineAmounts().ShouldBe(["0.00", "0.50"]);
        preview.LineAmounts().ShouldBe(may.LineAmounts());
        Fees(may).ShouldBe([("prepaid", $"basic – monthly fee, May {Scene.Year}, prepaid 1/3", "0.00")]);
        var june = await Invoice("07-01");
        (june.Amount("total"), june.Text("status")).ShouldBe(("0.00", "paid"));
        Fees(june).ShouldBe([("prepaid", $"basic – monthly fee, June {Scene.Year}, prepaid 2/3", "0.00")]);
        Fees(await Invoice("08-01")).ShouldBe([("prepaid", $"basic – monthly fee, July {Scene.Year}, prepaid 3/3", "0.00")]);
        Fees(await Invoice("09-01")).ShouldBe([("recurring", $"basic – monthly fee, August {Scene.Year}", "31.00")]);
        (await Balance("deferred")).ShouldBe("0.00");
        (await Released()).ShouldBe(["27.33", "27.33", "27.34"]);
        await Verified();
    }

    [Fact]
    public async Task an_early_end_gives_nothing_back_and_days_without_service_are_credited_as_ever()
    {
        await Reseller("05-01", new { id = "fee", kind = "recurring", every = "month", price = "31.00", credit_days_when = new[] { "suspended" } }, Charge.Sms("0.0500"));
        (await Prepay(new { id = "p1", periods = 6 })).Expect(200);
        await Scene.Clock("05-10");
        await Admin.Events(Scene.Sms("1", "alfa-0", "05-09", 400));
        await Command("suspend", new { id = "off", at = Scene.At("05-10") });
        await Command("resume", new { id = "on", at = Scene.At("05-20") });
        await Scene.Clock("06-15");
        (await Command("cancel", new { id = "bye" })).Expect(200);
        await Scene.Clock("11-01T00:10");
        var invoices = await Scene.Documents("rs1");
        invoices.Select(one => (one.Text("issue_date"), one.Amount("net"))).ShouldBe([(Scene.Date("05-01"), "186.00"), (Scene.Date("06-01"), "10.00"),
            (Scene.Date("07-01"), "0.00")]);
        // 10 to 19 May at the price that was paid for them.
        (await Invoice("06-01")).SortedAmounts().ShouldBe(["-10.00", "0.00", "20.00"]);
        (await Balance("deferred")).ShouldBe("0.00");
        (await Released()).ShouldBe(["31.00", "31.00", "31.00", "31.00", "31.00", "31.00"]);
    }

    [Fact]
    public async Task what_was_posted_before_it_was_prepaid_is_given_back_by_the_next_close()
    {
        await Reseller("05-01", new { id = "fee", kind = "recurring", every = "month", price = "31.00", bill = "advance", advance_periods = 1 }, Charge.Sms("0.0500"));
        await Scene.Clock("06-02");
        // June was posted with May.
        (await Invoice("06-01")).LineAmounts().ShouldBe(["31.00", "31.00"]);
        (await Prepay(new { id = "p1", periods = 2 })).Expect(200).Json.List("changes").Single().GetProperty("prepaid").Text("amount").ShouldBe("62.00");
        await Admin.Events(Scene.Sms("1", "alfa-0", "06-01T12:00", 1000));
        await Scene.Clock("07-01T00:10");
        var july = await Invoice("07-01");
        july.List("lines").Select(line => (line.Text("kind"), line.Amount())).ShouldBe([("credit", "-31.00"), ("prepaid", "0.00"), ("prepaid", "0.00"),
            ("usage", "50.00")], ignoreOrder: true);
    }

    [Fact]
    public async Task what_cannot_be_prepaid_is_said_by_field_and_strangers_find_nothing()
    {
        await Reseller("05-01", Charge.Monthly("31.00"), Charge.Monthly("5.00", id: "extra"));
        (await Prepay(new { periods = 3 })).Expect(400).Fields.ShouldBe(["charge"]);
        (await Prepay(new { periods = 3, charge = "sms" })).Expect(400).Fields.ShouldBe(["charge"]);
        (await Prepay(new { periods = 0, charge = "fee" })).Expect(400).Fields.ShouldBe(["periods"]);
        (await Prepay(new { periods = 37, charge = "fee" })).Expect(400).Fields.ShouldBe(["periods"]);
        (await Prepay(new { periods = 2, charge = "fee", agreement = Scene.Id("nothing") })).Expect(400).Fields.ShouldBe(["agreement"]);
        (await Prepay(new { periods = 2, charge = "fee", from = Scene.Date("01-01") })).Expect(400).Fields.ShouldBe(["from"]);
        await Scene.Partner("other");
        (await (await KeyOf("other", "billing:write")).TryPost($"/v1/subscriptions/{Scene.Id("alfa-0")}/prepay", new { periods = 2, charge = "fee" }))
            .Refused(404, "not_found");
        (await Scene.Documents("rs1")).ShouldBeEmpty();
        (await Prepay(new { periods = 2, charge = "extra" })).Expect(200);
        (await Scene.TheDocument("rs1")).Amount("net").ShouldBe("10.00");
    }

    [Theory]
    [InlineData("prepayment.bought"), InlineData("close.numbered")]
    public async Task a_server_that_dies_between_a_prepayment_and_its_invoice_leaves_one_invoice(string point)
    {
        await Reseller("05-12", Charge.Monthly("31.00"), Charge.Sms("0.0500"));
        await Place.Server.Stop();
        await Place.StartUntil(point);
        var asked = new { id = "p1", periods = 3 };
        await Should.ThrowAsync<Exception>(() => Prepay(asked));
        await Place.Server.Died();
        // It was bought and has no invoice: that is what a proof of the store says now.
        var (code, output) = await Place.RunOnStore("verify");
        (code, output.Contains($"subscription {Scene.Id("alfa-0")}, prepayment p1: came to 82.00 and has no invoice", StringComparison.Ordinal)).ShouldBe((1, true), output);
        await Place.Start();
        await Scene.Clock("05-12T00:05");
        var invoice = await Scene.TheDocument("rs1");
        (invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("total")).ShouldBe(("82.00", "20.91", "102.91"));
        (await Prepay(asked)).Expect(200).Json.List("changes").ShouldHaveSingleItem();
        (await Scene.Documents("rs1")).Count.ShouldBe(1);
        (await Balance("deferred")).ShouldBe("-82.00");
        await Verified();
    }

    async Task Reseller(string from, params object[] charges)
    {
        await Scene.Clock(from);
        await Scene.Wholesale("operator", "rs1");
        await Scene.Customer("alfa", "rs1");
        await Scene.Plan("basic", charges);
        await Scene.Subscribe("alfa-0", "alfa", from, ("wholesale", "basic"));
    }

    Task<Answer> Prepay(object body) => Command("prepay", body);

    Task<Answer> Command(string action, object body) => Admin.TryPost($"/v1/subscriptions/{Scene.Id("alfa-0")}/{action}", body);

    async Task<JsonElement> Invoice(string issued) =>
        await Scene.Document((await Scene.Documents("rs1")).Single(one => one.Text("issue_date") == Scene.Date(issued)));

    static IEnumerable<(string, string, string)> Fees(JsonElement document) => document.List("lines").Where(line => line.Text("kind") is "prepaid" or "recurring")
        .Select(line => (line.Text("kind"), line.Text("description"), line.Amount()));

    async Task<string> Balance(string ledger) => (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("operator")}")).Json.List("data")
        .Single(one => one.Text("ledger") == ledger).Amount("balance");

    async Task<IReadOnlyList<string>> Released() => [.. (await Admin.Get($"/v1/ledger/postings?seller={Scene.Id("operator")}&limit=200")).Json.List("data")
        .Where(one => one.Text("ledger") == "deferred").Select(one => one.Amount()).Where(amount => amount.Exact() > 0)];

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
