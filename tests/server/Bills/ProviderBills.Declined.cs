// MAES-08: a card that is declined is tried again, by its own days and by dunning, and shares wait for the money (domain 1.2).
namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task MAES_08_a_declined_card_is_tried_again_and_shares_wait_for_the_money()
    {
        await Open();
        await ThreeBills();
        await Scene.Clock("06-02T00:10");
        var invoice = (await Scene.TheDocument("cld-1")).Text("number");
        (await Requests()).ShouldHaveSingleItem().Amount().ShouldBe("71.34");
        await Charged("declined");
        var arrears = (await Admin.Get($"/v1/arrears?party={Scene.Id("cld-1")}")).Json.List("data").ShouldHaveSingleItem();
        (arrears.Text("reason"), arrears.Text("state"), arrears.Text("next_at")).ShouldBe(("payment_failed", "pending", $"{Scene.Date("06-05")}T00:00:00Z"));
        (await Owed("crm"), await Owed("books"), await Owed("sms")).ShouldBe((("13.97", "0.00", "0.00"), ("20.93", "0.00", "0.00"), ("15.00", "0.00", "0.00")));
        await Scene.Clock("06-05T00:10");
        await Charged("declined");
        arrears = (await Admin.Get($"/v1/arrears?party={Scene.Id("cld-1")}")).Json.List("data").ShouldHaveSingleItem();
        (arrears.Text("state"), arrears.Int("declined"), arrears.Amount("outstanding"), arrears.Text("next_at")).ShouldBe(("pending", 2, "71.34", $"{Scene.Date("06-09")}T00:00:00Z"));
        await Scene.Clock("06-08T00:10");
        (await Requests("pending")).ShouldBeEmpty();
        await Scene.Clock("06-09T10:00");
        await Charged("succeeded");
        (await Requests()).Select(one => (one.Amount(), one.Text("at")[..10], one.Text("status"))).ShouldBe(
            [("71.34", Scene.Date("06-02"), "declined"), ("71.34", Scene.Date("06-05"), "declined"), ("71.34", Scene.Date("06-09"), "succeeded")]);
        var settled = (await Admin.Get("/v1/documents/" + invoice)).Json;
        (settled.Text("status"), settled.Text("paid_on"), settled.Amount("outstanding")).ShouldBe(("paid", Scene.Date("06-09"), "0.00"));
        (await Admin.Get($"/v1/arrears?party={Scene.Id("cld-1")}")).Json.List("data").Single().Text("state").ShouldBe("resolved");
        (await Owed("crm"), await Owed("books"), await Owed("sms")).ShouldBe((("0.00", "13.97", "0.00"), ("0.00", "20.93", "0.00"), ("0.00", "15.00", "0.00")));
        await Scene.Clock("06-15T00:10");
        var paid = await Payouts("05");
        (paid["crm"], paid["books"], paid["sms"]).ShouldBe(("13.97", "20.93", "15.00"));
        new[] { "crm", "books", "sms" }.Sum(provider => paid[provider].Exact()).ShouldBe(49.90m);
    }

    [Fact]
    public async Task MAES_08_after_the_last_retry_somebody_must_act_and_a_transfer_settles_it()
    {
        await Open();
        await ThreeBills();
        foreach (var day in new[] { "06-02", "06-05", "06-09", "06-16" })
        {
            await Scene.Clock(day + "T00:10");
            await Charged("declined");
        }

        await Scene.Clock("07-02T00:10");
        (await Requests("pending")).ShouldBeEmpty();
        (await Admin.Get($"/v1/arrears?party={Scene.Id("cld-1")}")).Json.List("data").Single().Text("state").ShouldBe("in_progress");
        var invoice = await Scene.TheDocument("cld-1");
        var payment = new
        {
            id = Scene.Id("by-bank"), party = Scene.Id("cld-1"), amount = invoice.Amount("outstanding"), method = "transfer", received_on = Scene.Date("07-02"),
            allocations = new[] { new { document = invoice.Text("number"), amount = invoice.Amount("outstanding") } },
        };
        await Admin.Post("/v1/payments", payment);
        (await Owed("crm")).ShouldBe(("0.00", "13.97", "0.00"));
        await Admin.Post($"/v1/payments/{Scene.Id("by-bank")}/reverse", new { reason = "bounced" });
        (await Owed("crm")).ShouldBe(("13.97", "0.00", "0.00"));
        await Scene.Clock("07-15T00:10");
        (await Payouts("06")).ShouldBeEmpty();
    }

    [Fact]
    public async Task dunning_has_a_declined_card_charged_again_between_the_days_of_its_own()
    {
        await Admin.Put($"/v1/dunning_policies/{Scene.Id("cards")}", new
        {
            steps = new[] { new { trigger = "due", days = 2, action = "collect" }, new { trigger = "due", days = 5, action = "collect" } },
        });
        await Open(dunningPolicy: "cards");
        await ThreeBills();
        var number = (await Scene.TheDocument("cld-1")).Text("number");
        var days = new List<string>();
        foreach (var (day, result) in new[] { ("06-02", "declined"), ("06-04", "declined"), ("06-05", "declined"), ("06-07", "succeeded") })
        {
            await Scene.Clock(day + "T00:10");
            (await Requests("pending")).ShouldHaveSingleItem().Text("at").ShouldBe($"{Scene.Date(day)}T00:00:00Z");
            days.Add((await Requests("pending")).Single().Text("id"));
            await Charged(result);
        }

        days.ShouldBe([number + ":1", number + ":2", number + ":3", number + ":4"]);
        await Scene.Clock("06-17T00:10");
        (await Requests()).Count.ShouldBe(4, "paid: neither dunning nor the days of its own ask any more");
        (await Requests()).ShouldAllBe(request => request.Amount() == "71.34");
        (await Admin.Get($"/v1/arrears?party={Scene.Id("cld-1")}")).Json.List("data").Single().Text("state").ShouldBe("resolved");
    }
}
