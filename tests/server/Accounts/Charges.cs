// APIC: one-time charges and discounts on the documents of a close (domain 1.4).
namespace OrleansBilling.Server.Tests.Accounts;

public sealed class ChargesOnSqlite(OnSqlite place) : Charges(place), IClassFixture<OnSqlite>;

public sealed class ChargesOnPostgres(OnPostgres place) : Charges(place), IClassFixture<OnPostgres>;

public abstract partial class Charges(ServerPlace place) : Scenario(place)
{
    [Fact]
    public async Task APIC_15_a_discount_stands_on_the_next_invoice_and_what_is_larger_than_it_stays_for_the_one_after()
    {
        await Customer("06-01", "40.00");
        await Scene.Clock("06-10T12:00");
        await Charge("small", "-25.00", "06-10");
        await Scene.Clock("07-01T00:10");
        await Charge("large", "-100.00", "07-02");
        (await Preview("x")).LineAmounts().ShouldBe(["40.00", "-40.00"]);
        await Scene.Clock("10-01T00:10");

        var invoices = await Invoices();
        invoices.Select(one => string.Join(' ', one.LineAmounts())).ShouldBe(["40.00 -25.00", "40.00 -40.00", "40.00 -40.00", "40.00 -20.00"]);
        invoices.Select(one => one.Amount("total")).ShouldBe(["18.83", "0.00", "0.00", "25.10"]);
        (invoices[0].Text("issue_date"), invoices[1].Text("status"), invoices[1].Text("paid_on")).ShouldBe((Scene.Date("07-01"), "paid", Scene.Date("08-01")));
        var line = invoices[0].List("lines").Last();
        (line.Text("description"), line.Text("kind"), line.Text("subscription"), line.Text("charge")).ShouldBe(("small", "charge", null, Scene.Id("small")));
        (await Read("large")).Status.ShouldBe("invoiced");
    }

    [Fact]
    public async Task a_charge_falls_into_the_period_of_its_day_and_needs_no_subscription()
    {
        await Customer("05-01", null);
        await Scene.Clock("05-02");
        await Charge("early", "120.00", "05-31");
        await Charge("next", "7.125", "06-01");
        await Charge("gone", "1.00", "05-20");
        (await Admin.Delete($"/v1/charges/{Scene.Id("gone")}")).Expect(200).Json.Text("status").ShouldBe("cancelled");
        (await Admin.Delete($"/v1/charges/{Scene.Id("gone")}")).Expect(200).Json.Text("status").ShouldBe("cancelled");
        await Scene.Clock("06-01T00:10");
        await Charge("late", "3.00", "05-15");
        (await Admin.Delete($"/v1/charges/{Scene.Id("early")}")).Refused(409, "already_invoiced");
        await Scene.Clock("07-01T00:10");

        (await Invoices()).Select(one => string.Join(' ', one.LineAmounts())).ShouldBe(["120.00", "3.00 7.13"]);
        (await Invoices())[0].Days().ShouldBe((Scene.Date("05-01"), Scene.Date("05-31")));
        var listed = (await Admin.Get($"/v1/charges?party={Scene.Id("x")}")).Json.List("data").Select(one => (Scene.Name(one.Text("id")), one.Text("status")));
        listed.ShouldBe([("early", "invoiced"), ("gone", "cancelled"), ("late", "invoiced"), ("next", "invoiced")]);
    }

    [Fact]
    public async Task the_same_charge_again_changes_nothing_and_another_one_of_its_id_is_refused()
    {
        await Customer("05-01", null);
        await Scene.Clock("05-02");
        await Charge("a", "5.00", "05-10");
        await Charge("a", "5.0", "05-10");
        (await TryCharge("a", "5.01", "05-10")).Refused(409, "id_conflict");
        var body = new { party = Scene.Id("x"), amount = "2.00", description = "by key", on = Scene.Date("05-10") };
        var first = (await Admin.TryPost("/v1/charges", body, "k1" + Scene.Id("x"))).Expect(200).Json.Text("id");
        (await Admin.TryPost("/v1/charges", body, "k1" + Scene.Id("x"))).Expect(200).Json.Text("id").ShouldBe(first);
        await Scene.Clock("06-01T00:10");
        (await Invoices()).ShouldHaveSingleItem().SortedAmounts().ShouldBe(["2.00", "5.00"]);
    }

    [Fact]
    public async Task what_is_wrong_is_named_and_strangers_find_neither_party_nor_charge()
    {
        await Customer("05-01", null);
        await Scene.Clock("05-02");
        await Charge("a", "5.00", "05-10");
        var wrong = await Admin.TryPost("/v1/charges", new { party = Scene.Id("x"), amount = "0", description = " ", quantity = "0", id = "a b" });
        wrong.Refused(400, "invalid_request").Fields.Order().ShouldBe(["amount", "description", "id", "quantity"]);
        (await TryCharge("b", "1.00", "05-10", party: "nobody")).Refused(404, "not_found");
        await Scene.Partner("other");
        var stranger = await KeyOf("other", "billing:write", "billing:read");
        (await stranger.TryPost("/v1/charges", new { party = Scene.Id("x"), amount = "1.00", description = "d" })).Refused(404, "not_found");
        (await stranger.TryGet($"/v1/charges/{Scene.Id("a")}")).Refused(404, "not_found");
        (await stranger.Get("/v1/charges")).Json.List("data").ShouldBeEmpty();
        var buyer = await KeyOf("x", "billing:write", "billing:read");
        (await buyer.Get($"/v1/charges/{Scene.Id("a")}")).Json.Amount().ShouldBe("5.00");
        (await buyer.Delete($"/v1/charges/{Scene.Id("a")}")).Refused(404, "not_found");
        await Scene.Agreement("second", "operator", "x");
        (await TryCharge("c", "1.00", "05-10")).Refused(400, "invalid_request").Fields.ShouldBe(["agreement"]);
    }

    async Task Customer(string from, string? fee)
    {
        await Scene.Clock(from);
        await Scene.Seller("operator");
        await Scene.Partner("x");
        await Scene.Agreement("a", "operator", "x");
        if (fee is null) return;
        await Scene.Plan("item", Driving.Charge.Monthly(fee));
        await Scene.Customer("end", "x");
        await Scene.Subscribe("item-0", "end", from, ("a", "item"));
    }

    async Task Charge(string id, string amount, string on) => (await TryCharge(id, amount, on)).Expect(200);

    Task<Answer> TryCharge(string id, string amount, string on, string party = "x") =>
        Admin.TryPost("/v1/charges", new { id = Scene.Id(id), party = Scene.Id(party), amount, description = id, on = Scene.Date(on) });

    async Task<(string Status, string Remaining)> Read(string id)
    {
        var charge = (await Admin.Get($"/v1/charges/{Scene.Id(id)}")).Json;
        return (charge.Text("status"), charge.Amount("remaining"));
    }

    async Task<System.Text.Json.JsonElement> Preview(string party) =>
        (await Admin.Post("/v1/documents/preview", new { party = Scene.Id(party) })).Json.List("documents").ShouldHaveSingleItem();

    async Task<List<System.Text.Json.JsonElement>> Invoices()
    {
        var invoices = new List<System.Text.Json.JsonElement>();
        foreach (var listed in await Scene.Documents("x")) invoices.Add(await Scene.Document(listed));
        return invoices;
    }
}
