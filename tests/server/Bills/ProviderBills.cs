// MAES: application providers' bills become one customer invoice, are charged to the card, shared and paid on (domain 1.2).
namespace OrleansBilling.Server.Tests.Bills;

public sealed class ProviderBillsOnSqlite(OnSqlite place) : ProviderBills(place), IClassFixture<OnSqlite>;

public sealed class ProviderBillsOnPostgres(OnPostgres place) : ProviderBills(place), IClassFixture<OnPostgres>;

public abstract partial class ProviderBills(ServerPlace place) : Marketplace(place)
{
    [Fact]
    public async Task MAES_01_three_providers_bills_are_one_invoice_one_charge_and_four_payouts()
    {
        await Open();
        await ThreeBills();
        var invoice = await Scene.TheDocument("cld-1");
        invoice.Days().ShouldBe((Scene.Date("04-25"), Scene.Date("05-24")));
        (invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("total")).ShouldBe(("64.85", "6.49", "71.34"));
        // Grouped by provider: books, crm, sms.
        invoice.LineAmounts().ShouldBe(["29.90", "19.95", "15.00"]);
        foreach (var provider in new[] { "crm", "books", "sms" }) (await StatusOf(provider, "bill-" + provider)).ShouldBe("invoiced");
        (await Owed("crm")).ShouldBe(("13.97", "0.00", "0.00"));
        (await Requests()).ShouldBeEmpty();

        await Scene.Clock("06-02T00:10");
        var request = (await Requests()).ShouldHaveSingleItem();
        (request.Amount(), request.Text("document"), request.Text("at")).ShouldBe(("71.34", invoice.Text("number"), $"{Scene.Date("06-02")}T00:00:00Z"));
        await Charged("succeeded");
        var paid = await Scene.Document(invoice);
        (paid.Text("status"), paid.Amount("outstanding")).ShouldBe(("paid", "0.00"));
        (await Owed("crm")).ShouldBe(("0.00", "13.97", "0.00"));

        await Scene.Clock("06-15T00:10");
        (await Payouts("05")).ShouldBe(new Dictionary<string, string> { ["crm"] = "13.97", ["books"] = "20.93", ["sms"] = "15.00", ["t1"] = "9.97" },
            ignoreOrder: true);
    }

    [Fact]
    public async Task MAES_01_a_payout_is_marked_paid_comes_back_and_is_paid_again()
    {
        await Open();
        await ThreeBills();
        await Scene.Clock("06-02T00:10");
        await Charged("succeeded");
        await Scene.Clock("06-15T00:10");
        var payout = await Scene.TheDocument("crm", "payout");
        (payout.Amount("total"), payout.Text("status"), payout.LineAmounts().Single()).ShouldBe(("13.97", "issued", "13.97"));
        var path = "/v1/payouts/" + payout.Text("number");
        (await Admin.TryPost(path + "/return", new { reason = "AC04" })).Refused(409, "not_paid");
        (await Admin.Post(path + "/mark_paid", new { paid_on = Scene.Date("06-16"), reference = "PO-1" })).Json.Text("status").ShouldBe("paid");
        (await Admin.Post(path + "/mark_paid", new { paid_on = Scene.Date("06-16"), reference = "PO-1" })).Json.Text("status").ShouldBe("paid");
        (await Admin.TryPost(path + "/mark_paid", new { paid_on = Scene.Date("06-17"), reference = "PO-1" })).Refused(409, "id_conflict");
        (await Scene.Document(payout)).Text("status").ShouldBe("paid");
        (await Owed("crm")).ShouldBe(("0.00", "0.00", "0.00"));
        (await Admin.Post(path + "/return", new { reason = "AC04" })).Json.Text("status").ShouldBe("returned");
        (await Owed("crm")).ShouldBe(("0.00", "13.97", "0.00"));
        await Scene.Clock("07-15T00:10");
        (await Payouts("06")).ShouldBe(new Dictionary<string, string> { ["crm"] = "13.97" });
    }

    [Fact]
    public async Task MAES_04_a_submitted_bill_is_cancelled_an_invoiced_one_is_not()
    {
        await Open();
        await Scene.Clock("05-01T10:00");
        await Bill("crm", "b", "19.95");
        await Scene.Clock("05-25T00:10");
        await Bill("crm", "a", "5.00");
        var bills = $"/v1/providers/{Scene.Id("crm")}/bills/";
        (await Admin.Delete(bills + "a")).Expect(200).Json.Text("status").ShouldBe("cancelled");
        (await Admin.Delete(bills + "b")).Refused(400, "invalid_request").Fields.ShouldBe(["status"]);
        (await Admin.Delete(bills + "a")).Expect(200).Json.Text("status").ShouldBe("cancelled");
        (await Admin.Delete(bills + "nothing")).Refused(404, "not_found");
        foreach (var (bill, amount, status) in new[] { ("a", "5.00", "cancelled"), ("b", "19.95", "invoiced") })
        {
            var stands = (await Admin.Get(bills + bill)).Json;
            (stands.Amount(), stands.Text("status")).ShouldBe((amount, status));
        }

        (await Scene.TheDocument("cld-1")).Amount("net").ShouldBe("19.95");
        await Scene.Clock("06-25T00:10");
        (await Scene.Documents("cld-1")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task MAES_05_a_recurring_bill_bills_at_once_then_three_times_and_expires()
    {
        await Open();
        await Scene.Clock("05-08T12:00");
        var body = Body("r", "29.90");
        (body["every"], body["cycles"], body["starts_at"], body["initial_amount"]) = ("month", 3, Scene.At("05-10"), "50.00");
        var path = $"/v1/providers/{Scene.Id("crm")}/recurring_bills";
        var made = (await Admin.Post(path, body)).Json;
        (made.Text("status"), made.Text("next_execution_at"), made.Int("remaining_cycles")).ShouldBe(("submitted", $"{Scene.Date("05-10")}T00:00:00Z", 3));
        (await Admin.Post(path, body)).Json.Text("status").ShouldBe("submitted");
        await Scene.Clock("05-10T00:10");
        (await Admin.Get(path + "/r")).Json.Text("status").ShouldBe("active");
        await Scene.Clock("08-01T00:10");
        (await Admin.Get(path + "/r")).Json.Text("status").ShouldBe("expired");
        var invoices = await Scene.Documents("cld-1");
        invoices.Select(one => (one.Text("issue_date"), one.Amount("net")))
            .ShouldBe([(Scene.Date("05-25"), "79.90"), (Scene.Date("06-25"), "29.90"), (Scene.Date("07-25"), "29.90")]);
        invoices.Sum(one => one.Amount("net").Exact()).ShouldBe(139.70m);
        (await Admin.Get($"/v1/providers/{Scene.Id("crm")}/bills")).Json.List("data")
            .Select(one => (one.Text("id"), one.Amount(), one.Text("status"), one.Text("received_at")[..10])).ShouldBe(
            [
                ("r~1", "29.90", "invoiced", Scene.Date("05-10")), ("r~2", "29.90", "invoiced", Scene.Date("06-10")),
                ("r~3", "29.90", "invoiced", Scene.Date("07-10")), ("r~initial", "50.00", "invoiced", Scene.Date("05-08")),
            ]);
    }

    [Theory]
    [InlineData("bills", "amount", "0", "amount")]
    [InlineData("bills", "amount", "-5", "amount")]
    [InlineData("bills", "amount", "19.955", "amount")]
    [InlineData("bills", "units", "0", "units")]
    [InlineData("bills", "currency", "XXQ", "currency")]
    [InlineData("bills", "currency", "EUR", "currency")]
    [InlineData("bills", "description", " ", "description")]
    [InlineData("bills", "customer", "nobody", "customer")]
    [InlineData("bills", "colour", "red", "colour")]
    [InlineData("recurring_bills", "frequency", 13, "frequency")]
    [InlineData("recurring_bills", "starts_at", "2001-01-01T00:00:00Z", "starts_at")]
    public async Task MAES_07_what_is_wrong_is_named_and_nothing_is_stored(string kind, string member, object value, string field)
    {
        await Open();
        var (path, body) = ($"/v1/providers/{Scene.Id("crm")}/{kind}", Body("b", "19.95"));
        body[member] = value;
        (await Admin.TryPost(path, body)).Refused(400, "invalid_request").Fields.ShouldBe([field]);
        (await Admin.Get(path)).Json.List("data").ShouldBeEmpty();
    }

    [Fact]
    public async Task MAES_07_twice_in_half_a_month_and_a_start_of_yesterday_are_refused()
    {
        await Open();
        await Scene.Clock("05-08T12:00");
        var (path, body) = ($"/v1/providers/{Scene.Id("crm")}/recurring_bills", Body("r", "19.95"));
        (body["every"], body["frequency"]) = ("semi_month", 2);
        (await Admin.TryPost(path, body)).Refused(400, "invalid_request").Fields.ShouldBe(["frequency"]);
        (body["every"], body["frequency"], body["starts_at"]) = ("month", 1, Scene.At("05-07T12:00"));
        (await Admin.TryPost(path, body)).Refused(400, "invalid_request").Fields.ShouldBe(["starts_at"]);
        (await Admin.Get(path)).Json.List("data").ShouldBeEmpty();
    }

    [Fact]
    public async Task MAES_07_a_customer_that_does_not_use_the_app_is_not_charged_by_it()
    {
        await Open();
        await Scene.Partner("t2", "AUD");
        await Scene.Customer("cld-2", "t2");
        foreach (var kind in new[] { "bills", "recurring_bills" })
        {
            var (path, body) = ($"/v1/providers/{Scene.Id("crm")}/{kind}", Body("b", "19.95"));
            body["customer"] = Scene.Id("cld-2");
            (await Admin.TryPost(path, body)).Refused(400, "invalid_request").Fields.ShouldBe(["customer"]);
            (await Admin.Get(path)).Json.List("data").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task MAES_13_a_provider_of_another_tenant_sees_and_bills_nobody_of_this_one()
    {
        await Open();
        await Scene.Partner("t2", "AUD");
        await Provider("other", "t2");
        await Scene.Clock("05-01T10:00");
        await Bill("crm", "b", "19.95");
        var other = await KeyOf("other", "billing:read", "billing:write");
        (await TryBill("other", "b", "1.00", by: other)).Refused(400, "invalid_request").Fields.ShouldBe(["customer"]);
        (await other.Get($"/v1/providers/{Scene.Id("other")}/bills")).Json.List("data").ShouldBeEmpty();
        (await other.TryGet($"/v1/providers/{Scene.Id("crm")}/bills")).Refused(404, "not_found");
        (await TryBill("crm", "c", "1.00", by: other)).Refused(404, "not_found");
        (await other.TryGet($"/v1/customers/{Scene.Id("cld-1")}")).Refused(404, "not_found");
        var own = await KeyOf("crm", "billing:read", "billing:write");
        (await own.Get($"/v1/providers/{Scene.Id("crm")}/bills")).Json.List("data").ShouldHaveSingleItem();
        (await TryBill("crm", "b", "19.95", by: own)).Expect(200);
        (await TryBill("crm", "b", "19.96", by: own)).Refused(409, "id_conflict");
        (await own.TryGet($"/v1/customers/{Scene.Id("cld-1")}")).Refused(404, "not_found");
    }

    [Fact]
    public async Task MAES_14_who_has_left_is_told_to_the_provider_once_and_may_be_billed_for_thirty_days()
    {
        await Open();
        using var receiver = new Receiver();
        await Admin.Put($"/v1/webhooks/{Scene.Id("crm")}", new { url = receiver.Url, party = Scene.Id("crm"), kinds = new[] { "customer_left" } });
        receiver.Answer(500);
        await Scene.Clock("06-03T09:00");
        var use = $"/v1/providers/{Scene.Id("crm")}/customers/{Scene.Id("cld-1")}";
        (await Admin.Delete(use)).Expect(200);
        (await Admin.Delete(use)).Expect(200);
        var told = (await (await KeyOf("crm", "billing:read")).Get($"/v1/notifications?party={Scene.Id("crm")}")).Json.List("data").ShouldHaveSingleItem();
        told.Text("kind").ShouldBe("customer_left");
        var first = await receiver.Next();
        (first.Json.Text("type"), first.Json.Text("party")).ShouldBe(("customer_left", Scene.Id("crm")));
        // The server must have heard the answer before the clock goes on, or the next attempt is counted from the day after.
        var deliveries = $"/v1/webhooks/{Scene.Id("crm")}/deliveries";
        await Eventually(async () => (await Admin.Get(deliveries)).Json.List("data").ToList() is [var one] && one.GetProperty("attempts").GetInt32() == 1);
        await Scene.Clock("06-04T09:00");
        (await receiver.Next()).Id.ShouldBe(first.Id, "the same message until it is taken");
        await Bill("crm", "last", "12.00");
        await Scene.Clock("07-10T09:00");
        (await TryBill("crm", "too-late", "12.00")).Refused(409, "customer_left");
        (await TryBill("crm", "last", "12.00")).Expect(200);
        receiver.HasMore.ShouldBeFalse("it was taken");
    }

    [Theory]
    [InlineData("reject"), InlineData("warn")]
    public async Task Before_a_trial_is_over_commissionable_bills_are_refused_or_warned_of_and_third_party_bills_pass(string policy)
    {
        await Open(policy);
        await Admin.Put($"/v1/providers/{Scene.Id("crm")}/customers/{Scene.Id("cld-1")}", new { trial_ends_at = Scene.At("05-10") });
        await Scene.Clock("05-09T23:59");
        var early = await TryBill("crm", "early", "19.95");
        if (policy == "reject") early.Refused(409, "free_trial");
        else early.Expect(200).Json.Text("warning").ShouldBe("free_trial");
        (await TryBill("crm", "credits", "5.00", commissionable: false)).Expect(200).Json.TryGetProperty("warning", out _).ShouldBeFalse();
        await Scene.Clock("05-10T00:00");
        (await TryBill("crm", "due", "19.95")).Expect(200).Json.TryGetProperty("warning", out _).ShouldBeFalse();
    }
}
