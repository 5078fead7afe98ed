// Two marketplaces in one installation, each with its own seller, currency, zone and days; one application that bills on both; one customer of two sellers.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Bills;

public abstract partial class ProviderBills
{
    [Fact]
    public async Task MAES_two_marketplaces_bill_charge_and_pay_out_each_on_the_days_of_its_own_zone_and_in_its_own_money()
    {
        await Scene.Clock("04-20");
        // The application is of no tenant: it bills customers of both.
        await Provider("crm");
        await Seat("east", "AU", "AUD", "Australia/Sydney", anchor: 25, charge: 2, payout: 15, ("70", "20", "10"));
        await Seat("north", "FI", "EUR", "Europe/Helsinki", anchor: 1, charge: 10, payout: 20, ("60", "25", "15"));
        await AroundMidnight();
        await Scene.Clock("06-01T01:00");
        var (east, north) = (await Scene.TheDocument("c-east"), await Scene.TheDocument("c-north"));
        (east.Days(), east.Text("issue_date"), east.Text("currency"), east.Amount("net"), east.Amount("total"), east.Text("seller"))
            .ShouldBe(((Scene.Date("04-25"), Scene.Date("05-24")), Scene.Date("05-25"), "AUD", "100.00", "110.00", Scene.Id("east")));
        (north.Days(), north.Text("issue_date"), north.Text("currency"), north.Amount("net"), north.Amount("total"), north.Text("seller"))
            .ShouldBe(((Scene.Date("05-01"), Scene.Date("05-31")), Scene.Date("06-01"), "EUR", "100.00", "125.50", Scene.Id("north")));
        (east.Text("number")[^6..], north.Text("number")[^6..]).ShouldBe(("000001", "000001"), "each seller has a series of its own");

        // Charged at midnight of the 2nd in Sydney and of the 10th in Helsinki; paid at once.
        foreach (var (customer, before, at, amount) in new[] { ("c-east", "06-01T13:59:59", "06-01T14:00:00", "110.00"), ("c-north", "06-09T20:59:59", "06-09T21:00:00", "125.50") })
        {
            await Scene.Clock(before);
            (await Requests(null, customer)).ShouldBeEmpty();
            await Scene.Clock(at);
            var request = (await Requests(null, customer)).ShouldHaveSingleItem();
            (request.Text("at"), request.Amount()).ShouldBe(($"{Scene.Year}-{at}Z", amount));
            await Admin.Post($"/v1/charge_requests/{request.Text("id")}/result", new { result = "succeeded" });
        }

        (await Payables("crm")).ShouldBe(["AUD 70.00", "EUR 60.00"]);
        await Scene.Clock("06-14T13:59:59");
        (await Payouts("05")).ShouldBeEmpty();
        await Scene.Clock("06-14T14:00:01");
        (await Paid("crm")).ShouldBe(["AUD 70.00"]);
        await Scene.Clock("06-19T20:59:59");
        (await Paid("crm")).ShouldBe(["AUD 70.00"], "the 20th has not begun in Helsinki");
        await Scene.Clock("06-19T21:00:01");
        foreach (var (party, paid) in new[] { ("crm", "AUD 70.00, EUR 60.00"), ("t-east", "AUD 20.00"), ("t-north", "EUR 25.00") }) string.Join(", ", await Paid(party)).ShouldBe(paid);
        (await Payables("crm")).ShouldBe(["AUD 0.00", "EUR 0.00"]);

        await BalancedByThemselves();
        // What came ten minutes behind midnight stands on the next one.
        await Scene.Clock("07-01T01:00");
        foreach (var customer in new[] { "c-east", "c-north" }) (await Scene.Documents(customer)).Select(one => one.Amount("net")).ShouldBe(["100.00", "40.00"]);
    }

    [Fact]
    public async Task a_customer_of_two_sellers_has_two_accounts_in_two_currencies_and_money_of_one_settles_nothing_of_the_other()
    {
        await Scene.Clock("05-01");
        await Admin.Put($"/v1/customers/{Scene.Id("both")}", new { name = "both", country = "FI" });
        foreach (var (seller, country, currency) in new[] { ("sydney", "AU", "AUD"), ("oulu", "FI", "EUR") })
        {
            await Scene.Seller(seller, country, currency);
            await Scene.Agreement(seller, seller, "both", rate: currency == "AUD" ? "10" : "25.5");
            await Admin.Post("/v1/charges", new { party = Scene.Id("both"), agreement = Scene.Id(seller), amount = "100.00", description = "item", on = Scene.Date("05-10") });
        }

        await Scene.Clock("06-01T00:10");
        var invoices = (await Scene.Documents("both")).OrderBy(one => one.Text("currency"), StringComparer.Ordinal).ToList();
        invoices.Select(one => (one.Text("currency"), one.Text("seller"), one.Amount("total"))).ShouldBe([("AUD", Scene.Id("sydney"), "110.00"), ("EUR", Scene.Id("oulu"), "125.50")]);
        var (aud, eur) = (invoices[0].Text("number"), invoices[1].Text("number"));
        (await Pay(new { party = Scene.Id("both"), amount = "10.00", received_on = Scene.Date("06-01") })).Refused(400, "invalid_request").Fields.ShouldBe(["seller"]);
        (await Pay(new
        {
            party = Scene.Id("both"), amount = "200.00", received_on = Scene.Date("06-01"),
            allocations = new[] { new { document = aud, amount = "110.00" }, new { document = eur, amount = "90.00" } },
        })).Refused(400, "invalid_request").Fields.ShouldBe(["allocations[1].document"]);
        (await Pay(new
        {
            party = Scene.Id("both"), seller = Scene.Id("sydney"), amount = "150.00", received_on = Scene.Date("06-01"),
            allocations = new[] { new { document = aud, amount = "110.00" } },
        })).Expect(200);
        (await Scene.Documents("both")).ToDictionary(one => one.Text("currency"), one => (one.Text("status"), one.Amount("outstanding")))
            .ShouldBe(new Dictionary<string, (string, string)> { ["AUD"] = ("paid", "0.00"), ["EUR"] = ("issued", "125.50") }, ignoreOrder: true);
        var balance = (await Admin.Get($"/v1/customers/{Scene.Id("both")}/balance")).Json;
        balance.List("accounts").Select(one => (Scene.Name(one.Text("seller")), one.GetProperty("available").Text("currency"), one.Amount("available"),
            one.Amount("unapplied"), one.Amount("invoiced"))).ShouldBe([("oulu", "EUR", "-125.50", "0.00", "125.50"), ("sydney", "AUD", "40.00", "40.00", "0.00")], ignoreOrder: true);
        var statements = (await Admin.Get($"/v1/parties/{Scene.Id("both")}/account_statement")).Json.List("statements").ToList();
        statements.Select(one => (Scene.Name(one.Text("seller")), one.Amount("closing"))).ShouldBe([("oulu", "125.50"), ("sydney", "-40.00")], ignoreOrder: true);
        // The advance in AUD is used by the next invoice in AUD alone.
        foreach (var seller in new[] { "sydney", "oulu" })
            await Admin.Post("/v1/charges", new { party = Scene.Id("both"), agreement = Scene.Id(seller), amount = "10.00", description = "june", on = Scene.Date("06-10") });
        await Scene.Clock("07-01T00:10");
        (await Scene.Documents("both")).Where(one => one.Text("issue_date") == Scene.Date("07-01")).ToDictionary(one => one.Text("currency"), one => one.Amount("outstanding"))
            .ShouldBe(new Dictionary<string, string> { ["AUD"] = "0.00", ["EUR"] = "12.55" }, ignoreOrder: true);

        Task<Answer> Pay(object body) => Admin.TryPost("/v1/payments", body);
    }

    // Each seller's books, in its own money.
    async Task BalancedByThemselves()
    {
        foreach (var (seller, currency, cash, revenue) in new[] { ("east", "AUD", "110.00", "-100.00"), ("north", "EUR", "125.50", "-100.00") })
        {
            var books = (await (await KeyOf(seller, "billing:read")).Get("/v1/ledger/trial_balance")).Json;
            books.GetProperty("balanced").GetBoolean().ShouldBeTrue();
            var rows = books.List("data").ToDictionary(row => row.Text("ledger"), row => (row.Text("currency"), row.Amount("balance")));
            rows.Values.ShouldAllBe(row => row.Item1 == currency);
            (rows["cash"].Item2, rows["receivable"].Item2, rows.Where(row => row.Key.StartsWith("revenue:", StringComparison.Ordinal)).Single().Value.Item2).ShouldBe((cash, "0.00", revenue));
        }
    }

    // Ten minutes before and behind midnight of each zone decide the invoice; in UTC both are of the same day.
    async Task AroundMidnight()
    {
        foreach (var (place, midnight, id) in new[] { ("east", "05-25", "a"), ("north", "06-01", "b") })
        {
            var instant = DateTimeOffset.Parse(Scene.At(midnight, otherZone: place == "east" ? "Australia/Sydney" : "Europe/Helsinki"), System.Globalization.CultureInfo.InvariantCulture);
            foreach (var (minutes, amount) in new[] { (-10, "100.00"), (10, "40.00") })
            {
                await Admin.Advance(instant.AddMinutes(minutes).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
                await Sell(place, id + amount, amount);
            }
        }
    }

    // A seller with a tenant and one customer, and its own days.
    async Task Seat(string id, string country, string currency, string zone, int anchor, int charge, int payout, (string Provider, string Tenant, string Seller) split)
    {
        await Scene.Seller(id, country, currency, zone);
        await Scene.Partner("t-" + id, currency);
        await Scene.Customer("c-" + id, "t-" + id);
        await Admin.Put($"/v1/calendars/{Scene.Id(id)}", new { anchor_day = anchor, time_zone = zone, grace = "PT0S", period_by = "receipt_time", charge_day = charge, payout_day = payout });
        await Admin.Put($"/v1/agreements/{Scene.Id(id)}", new
        {
            kind = "revenue_share", seller = Scene.Id(id), buyer = Scene.Id("c-" + id), calendar = Scene.Id(id), due_days = 8, tax = new { category = "S", rate = currency == "AUD" ? "10" : "25.5" },
            splits = new object[]
            {
                new { party = "provider", percent = split.Provider }, new { party = Scene.Id("t-" + id), percent = split.Tenant }, new { party = Scene.Id(id), percent = split.Seller },
            },
        });
    }

    Task Sell(string place, string id, string amount) => Admin.Post($"/v1/providers/{Scene.Id("crm")}/bills", new
    {
        id, customer = Scene.Id("c-" + place), amount, currency = place == "east" ? "AUD" : "EUR", description = "bill",
    });

    // What is payable to a party now, by currency.
    async Task<List<string>> Payables(string party) => [.. (await Admin.Get($"/v1/payables?party={Scene.Id(party)}")).Json.List("data")
        .Select(one => $"{one.GetProperty("payable").Text("currency")} {one.Amount("payable")}").Order(StringComparer.Ordinal)];

    // What was paid out to a party, by currency.
    async Task<List<string>> Paid(string party) => [.. (await Admin.Get($"/v1/payouts?party={Scene.Id(party)}")).Json.List("data")
        .Select(one => $"{one.GetProperty("total").Text("currency")} {one.Amount("total")}").Order(StringComparer.Ordinal)];
}
