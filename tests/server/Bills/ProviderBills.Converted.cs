// Bills in another currency than the invoice's, and charges that go by when they are received (domain 1.2; 0.3, rule 22).
namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task MAES_a_bill_in_another_currency_is_converted_at_the_rate_of_the_invoicing_date_and_shared_then()
    {
        await Open();
        await Scene.Clock("05-01T10:00");
        var body = Body("usd", "12.99");
        body["currency"] = "USD";
        var path = $"/v1/providers/{Scene.Id("crm")}/bills";
        (await Admin.TryPost(path, body)).Refused(400, "invalid_request").Fields.ShouldBe(["currency"]);
        foreach (var (day, rate) in new[] { ("05-01", "1.4000"), ("05-25", "1.5371"), ("05-26", "9.0000") })
            await Admin.Put($"/v1/fx_rates/USD/AUD/{Scene.Date(day)}", new { rate });
        var bill = (await Admin.Post(path, body)).Json;
        (bill.Amount(), bill.GetProperty("amount").Text("currency"), bill.Text("status")).ShouldBe(("12.99", "USD", "submitted"));
        (await Admin.Post(path, body)).Json.Text("id").ShouldBe("usd");
        await Bill("books", "aud", "10.00");
        await Scene.Clock("05-25T00:10");

        // 12.99 × 1.5371 = 19.966929; 70 / 20 / 10 of 19.97 are 13.979, 3.994 and 1.997.
        var invoice = await Scene.TheDocument("cld-1");
        (invoice.Amount("net"), invoice.Amount("tax"), invoice.Amount("total")).ShouldBe(("29.97", "3.00", "32.97"));
        invoice.LineAmounts().ShouldBe(["10.00", "19.97"]);
        var lines = invoice.List("lines").ToList();
        lines[0].TryGetProperty("original", out _).ShouldBeFalse();
        var original = lines[1].GetProperty("original");
        (original.Amount(), original.GetProperty("amount").Text("currency"), original.Text("rate"), original.Text("rate_date"))
            .ShouldBe(("12.99", "USD", "1.5371", Scene.Date("05-25")));
        (await Owed("crm")).ShouldBe(("13.98", "0.00", "0.00"));
        (await Owed("t1")).ShouldBe(("5.99", "0.00", "0.00"));
        (await StatusOf("crm", "usd")).ShouldBe("invoiced");
        await Scene.Clock("06-25T00:10");
        (await Scene.Documents("cld-1")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task MAES_a_recurring_bill_in_another_currency_is_converted_each_time_at_that_times_rate()
    {
        await Open();
        foreach (var (day, rate) in new[] { ("04-25", "1.5"), ("06-25", "2") }) await Admin.Put($"/v1/fx_rates/NZD/AUD/{Scene.Date(day)}", new { rate });
        await Scene.Clock("05-08T12:00");
        var body = Body("r", "9.99");
        (body["every"], body["cycles"], body["currency"]) = ("month", 2, "NZD");
        (await Admin.Post($"/v1/providers/{Scene.Id("crm")}/recurring_bills", body)).Json.GetProperty("amount").Text("currency").ShouldBe("NZD");
        await Scene.Clock("07-25T00:10");
        // 9.99 × 1.5 = 14.985; the second one is of the period that ends on 24 June.
        (await Scene.Documents("cld-1")).Select(one => one.Amount("net")).ShouldBe(["14.99", "19.98"]);
    }

    [Fact]
    public async Task MAES_a_charge_on_a_calendar_by_receipt_time_stands_on_the_invoice_of_the_period_in_which_it_came()
    {
        await Open();
        await Scene.Clock("05-24T23:59");
        var early = new { id = Scene.Id("early"), party = Scene.Id("cld-1"), amount = "7.00", description = "set-up", on = Scene.Date("05-30") };
        await Admin.Post("/v1/charges", early);
        await Scene.Clock("05-25T00:10");
        (await Admin.Post("/v1/charges", early)).Json.Text("status").ShouldBe("invoiced");
        (await Admin.TryPost("/v1/charges", early with { amount = "8.00" })).Refused(409, "id_conflict");
        await Admin.Post("/v1/charges", new { id = Scene.Id("late"), party = Scene.Id("cld-1"), amount = "9.00", description = "help", on = Scene.Date("05-10") });
        await Scene.Clock("06-25T00:10");
        (await Scene.Documents("cld-1")).Select(one => (one.Text("billing_period"), one.Amount("net")))
            .ShouldBe([(Scene.Month("05"), "7.00"), (Scene.Month("06"), "9.00")]);
    }
}
