// Money that a card holder's bank takes back (decision 346).
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Collection;

public abstract partial class CardCharging
{
    [Fact]
    public async Task MAES_08_what_a_bank_takes_back_is_owed_again_and_dunned_and_the_card_is_charged_again_when_somebody_says_so()
    {
        await Admin.Put($"/v1/dunning_policies/{Scene.Id("cards")}", new
        {
            steps = new object[]
            {
                new { trigger = "due", days = 5, action = "collect" }, new { trigger = "due", days = 14, action = "suspend" }, new { trigger = "due", days = 20, action = "collect" },
            },
        });
        await Billed("cards", ("a", 10m), ("b", 20m));
        foreach (var customer in new[] { "a", "b" }) provider.Fund(Scene.Id(customer), 100);
        (await collector.Round()).ShouldBe(2);
        await Scene.Clock("06-15T00:10");
        ((await Payouts("05"))["crm"], await Owed("crm")).ShouldBe(("21.00", ("0.00", "0.00", "21.00")));
        await TheBooksAgree();

        await Scene.Clock("06-20T10:00");
        var charge = (await Requests(null, "a")).Single();
        await provider.ChargeBack(charge.Text("id"));
        await TheBooksAgree();
        (await Invoice("a"), await Arrears("a"), await State("a")).ShouldBe((("issued", "11.00"), "in_progress", "suspended"));
        (await Invoice("b"), await Arrears("b"), await State("b")).ShouldBe((("paid", "0.00"), null, "active"));
        (await Situation("a")).Text("reason").ShouldBe("payment_reversed");
        (await Situation("a")).TryGetProperty("next_at", out _).ShouldBeFalse("nobody asks by himself");
        (await Receivable(), await Owed("crm")).ShouldBe((11m, ("7.00", "-7.00", "21.00")), "what was paid on is carried to the next payout");

        // Neither the day of the first charge nor a step of dunning asks this card for this invoice again. The next invoice is charged on its own day.
        await BillTo("a", "20.00", "june");
        await Scene.Clock("07-02T00:10");
        var pending = (await Requests("pending", "a")).ShouldHaveSingleItem();
        (pending.Amount(), pending.Text("document") == charge.Text("document")).ShouldBe(("22.00", false));
        (await collector.Round()).ShouldBe(1);
        (await Invoice("a"), await State("a")).ShouldBe((("issued", "11.00"), "suspended"));

        (await AskFor("a", "again", await KeyOf("a", "billing:read", "billing:write"))).Refused(400, "invalid_request").Fields.ShouldBe(["document"]);
        (await AskFor("b", "other")).Refused(409, "nothing_outstanding");
        var asked = (await AskFor("a", "again")).Expect(200).Json;
        (asked.Text("id"), asked.Amount(), asked.Text("status"), asked.Int("attempt")).ShouldBe((charge.Text("document") + ":2", "11.00", "pending", 2));
        foreach (var id in new[] { "again", "meanwhile" }) (await AskFor("a", id)).Expect(200).Json.Text("id").ShouldBe(asked.Text("id"));
        (await Arrears("a")).ShouldBe("pending");
        (await collector.Round()).ShouldBe(1);
        (await AskFor("a", "again")).Expect(200).Json.Text("status").ShouldBe("succeeded");
        (await Invoice("a"), await Arrears("a"), await State("a")).ShouldBe((("paid", "0.00"), "resolved", "active"));
        await TheBooksAgree();
        (await Receivable(), provider.Taken.Values.Sum()).ShouldBe((0m, 11m + 22 + 22));
        // 7.00 of the first invoice twice given and once taken back, 14.00 of the second.
        await Scene.Clock("07-15T00:10");
        (await Payouts("06"))["crm"].ShouldBe("14.00");
        collector.Refused.ShouldBeEmpty();
        await Verified();
    }

    // The first invoice of a customer.
    async Task<(string Status, string Outstanding)> Invoice(string customer)
    {
        var first = (await Scene.Documents(customer))[0];
        return (first.Text("status"), first.Amount("outstanding"));
    }

    async Task<string> State(string customer) => (await Admin.Get("/v1/customers/" + Scene.Id(customer))).Json.Text("state");

    async Task<JsonElement> Situation(string customer) => (await Admin.Get("/v1/arrears?party=" + Scene.Id(customer))).Json.List("data").Single();

    async Task<Answer> AskFor(string customer, string id, Api? by = null) =>
        await (by ?? seller).TryPost("/v1/charge_requests", new { id = Scene.Id(id), document = (await Scene.Documents(customer))[0].Text("number") });
}
