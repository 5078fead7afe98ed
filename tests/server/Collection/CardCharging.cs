// The charge run and automatic top-ups through a payment provider that is a service of its own: its books and the ledger must say the same, whatever goes wrong.
using System.Text.Json;
using OrleansBilling.Server.Tests.Bills;

namespace OrleansBilling.Server.Tests.Collection;

public sealed class CardChargingOnSqlite(OnSqlite place) : CardCharging(place), IClassFixture<OnSqlite>;

public sealed class CardChargingOnPostgres(OnPostgres place) : CardCharging(place), IClassFixture<OnPostgres>;

public abstract partial class CardCharging(ServerPlace place) : Marketplace(place)
{
    PaymentProvider provider = null!;
    CardCollector collector = null!;
    Api seller = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        collector = new CardCollector(() => seller, () => provider.Url);
        provider = new PaymentProvider(() => collector.Url);
        await collector.Start();
        await provider.Start();
    }

    protected override async ValueTask BeforeTheEnd()
    {
        await provider.DisposeAsync();
        await collector.DisposeAsync();
    }

    [Fact]
    public async Task MAES_08_the_run_of_the_2nd_takes_money_from_whom_it_can_and_the_providers_books_are_the_ledger()
    {
        string[] customers = ["good", "blocked", "poor", "lost", "slow", "later", "twice", "bank"];
        await Billed([.. customers.Select((customer, n) => (customer, 10m * (n + 1)))]);
        foreach (var customer in customers.Where(one => one is not ("blocked" or "poor"))) provider.Fund(Scene.Id(customer), 100);
        provider.Block(Scene.Id("blocked"));
        provider.Fund(Scene.Id("poor"), 20);
        provider.NextCalls(Scene.Id("lost"), BadDay.LosesItsAnswer);
        provider.NextCalls(Scene.Id("slow"), BadDay.AnswersTooLate);
        foreach (var customer in new[] { "later", "bank" }) provider.NextCalls(Scene.Id(customer), BadDay.TellsLater);
        provider.NextCalls(Scene.Id("twice"), BadDay.TellsTwice);

        (await collector.Round()).ShouldBe(4);
        (await Newest(customers)).ShouldBe(["succeeded", "declined", "declined", "pending", "pending", "pending", "succeeded", "pending"]);
        (await Arrears("blocked"), await Arrears("poor"), await Arrears("lost")).ShouldBe(("pending", "pending", null));
        // Who pays otherwise while the card is on its way is asked no more; the provider takes the money all the same.
        await Transfer("bank", "88.00");
        (await collector.Round()).ShouldBe(2);
        (await Newest(customers)).ShouldBe(["succeeded", "declined", "declined", "succeeded", "succeeded", "pending", "succeeded", "withdrawn"]);
        await provider.Settle();
        (await Newest("later", "bank")).ShouldBe(["succeeded", "succeeded"]);
        (provider.Books.Count, provider.Calls).ShouldBe((8, 11), "asked again under the key of the first time");
        await TheBooksAgree(otherCash: 88m);
        var twicePaid = (await Payments()).Where(one => one.Text("party") == Scene.Id("bank")).ToList();
        twicePaid.Select(one => (one.Text("method"), one.Amount(), one.Amount("unapplied"))).ShouldBe([("card", "88.00", "88.00"), ("transfer", "88.00", "0.00")], ignoreOrder: true);

        await Scene.Clock("06-05T00:10");
        provider.Fund(Scene.Id("poor"), 20);
        (await collector.Round()).ShouldBe(2);
        (await Newest("blocked", "poor")).ShouldBe(["declined", "succeeded"]);
        foreach (var day in new[] { "06-09", "06-16" })
        {
            await Scene.Clock(day + "T00:10");
            (await collector.Round()).ShouldBe(1);
        }

        // 70 % of what was paid for: 10, 30, 40, 50, 60, 70 and 80.
        (await Payouts("05"))["crm"].ShouldBe("238.00");
        await BillTo("bank", "80.00", "june");
        await Scene.Clock("07-02T00:10");
        (await collector.Round()).ShouldBe(0);
        (await Scene.Documents("bank")).Select(one => one.Text("status")).ShouldBe(["paid", "paid"], "what was taken twice pays the next invoice");
        (await Arrears("blocked"), await Arrears("poor"), (await Requests(null, "blocked")).Count).ShouldBe(("in_progress", "resolved", 4));
        await TheBooksAgree(otherCash: 88m);
        provider.Taken.Values.Sum().ShouldBe(11m + 33 + 44 + 55 + 66 + 77 + 88);
        (await Receivable()).ShouldBe(22m);
        collector.Refused.ShouldBeEmpty();
        await Verified();
    }

    [Fact]
    public async Task MAES_08_whoever_dies_between_the_charge_and_its_answer_a_card_is_charged_once_and_its_payment_is_recorded()
    {
        await Billed(("a", 10m), ("b", 20m), ("c", 30m));
        foreach (var customer in new[] { "a", "b", "c" }) provider.Fund(Scene.Id(customer), 100);
        provider.NextCalls(Scene.Id("a"), BadDay.LosesItsAnswer, BadDay.AnswersTooLate);
        provider.NextCalls(Scene.Id("b"), BadDay.TellsLater);
        (await collector.Round()).ShouldBe(1);
        await Place.Server.Kill();
        await Should.ThrowAsync<HttpRequestException>(provider.Settle);
        await Place.Start();
        (await collector.Round()).ShouldBe(1, "b: the provider could tell nobody, so it is asked");
        await Place.KillAndStart();
        await provider.Stop();
        await provider.Start();
        (await collector.Round()).ShouldBe(1);
        (await Newest("a", "b", "c")).ShouldBe(["succeeded", "succeeded", "succeeded"]);
        await Place.KillAndStart();
        (await collector.Round()).ShouldBe(0);
        await TheBooksAgree();
        (provider.Taken.Values.Sum(), await Receivable()).ShouldBe((66m, 0m));
        collector.Refused.ShouldBeEmpty();
        await Verified();
    }

    [Fact]
    public async Task MAES_08_while_the_provider_is_down_nobody_is_declined_and_nobody_is_asked_twice_and_it_is_caught_up()
    {
        await Billed(("a", 10m), ("b", 20m), ("c", 30m));
        foreach (var customer in new[] { "a", "c" }) provider.Fund(Scene.Id(customer), 100);
        provider.Fund(Scene.Id("b"), 1);
        await provider.Stop();
        // Over two of the days on which a declined card would be tried again.
        foreach (var day in new[] { "06-02", "06-05", "06-09" })
        {
            await Scene.Clock(day + "T00:10");
            (await collector.Round()).ShouldBe(0);
            (await Newest("a", "b", "c")).ShouldBe(["pending", "pending", "pending"]);
        }

        (await Arrears("a"), (await Requests(null, "a")).Count, provider.Calls, await Receivable()).ShouldBe((null, 1, 0, 66m));
        await Scene.Clock("06-10T09:00");
        await provider.Start();
        (await collector.Round()).ShouldBe(3);
        (await Newest("a", "b", "c")).ShouldBe(["succeeded", "declined", "succeeded"]);
        (await Arrears("b"), (await Owed("crm"))).ShouldBe(("pending", ("14.00", "28.00", "0.00")));
        await TheBooksAgree();
        (await Payments()).ShouldAllBe(one => one.Text("received_on") == Scene.Date("06-10"));
        await Scene.Clock("06-15T00:10");
        (await Payouts("05"))["crm"].ShouldBe("28.00");
        (await Requests(null, "b")).Count.ShouldBe(1, "the days that the outage took are not made up for one after the other; the 14th is left");
        await Scene.Clock("06-16T00:10");
        provider.Fund(Scene.Id("b"), 100);
        (await Newest("b")).ShouldBe(["pending"]);
        (await collector.Round()).ShouldBe(1);
        await TheBooksAgree();
        ((await Requests(null, "b")).Count, provider.Taken.Values.Sum(), await Receivable()).ShouldBe((2, 66m, 0m));
    }

    // Customers that are billed so much, net, and asked for it on the 2nd.
    Task Billed(params (string Customer, decimal Net)[] bills) => Billed(null, bills);

    async Task Billed(string? dunningPolicy, params (string Customer, decimal Net)[] bills)
    {
        await Open();
        seller = await KeyOf("market", "billing:read", "billing:write");
        await Scene.Clock("05-01T10:00");
        foreach (var (customer, net) in bills)
        {
            await Buyer(customer, dunningPolicy: dunningPolicy);
            await BillTo(customer, net.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture));
        }

        await Scene.Clock("06-02T00:10");
    }

    // How the newest request of each stands.
    async Task<List<string>> Newest(params string[] customers)
    {
        var all = new List<string>();
        foreach (var customer in customers) all.Add((await Requests(null, customer))[^1].Text("status"));
        return all;
    }

    async Task<string?> Arrears(string customer) =>
        (await Admin.Get($"/v1/arrears?party={Scene.Id(customer)}")).Json.List("data").Select(one => one.Text("state")).SingleOrDefault();

    async Task Transfer(string customer, string amount) => await Admin.Post("/v1/payments", new
    {
        id = Scene.Id("transfer-" + customer), party = Scene.Id(customer), amount, method = "transfer", received_on = Scene.Date("06-02"),
        allocations = new[] { new { document = (await Scene.TheDocument(customer)).Text("number"), amount } },
    });

    async Task<List<JsonElement>> Payments() => [.. (await seller.Get("/v1/payments?limit=200")).Json.List("data")];

    // Charge by charge, and in the sum: what the provider has taken is what was recorded as paid by card, and all of it is cash.
    async Task TheBooksAgree(decimal otherCash = 0)
    {
        (await Payments()).Where(one => one.Text("method") == "card" && one.Text("status") == "posted" && one.Amount().Exact() > 0)
            .ToDictionary(one => one.Text("reference"), one => one.Amount().Exact())
            .ShouldBe(provider.Taken, ignoreOrder: true);
        (await Ledger("cash")).ShouldBe(provider.Taken.Values.Sum() + otherCash);
    }

    // What open documents owe; the ledger says the same.
    async Task<decimal> Receivable()
    {
        var open = (await seller.Get("/v1/documents?kind=invoice&limit=200")).Json.List("data").Sum(one => one.Amount("outstanding").Exact());
        (await Ledger("receivable")).ShouldBe(open);
        return open;
    }

    async Task<decimal> Ledger(string ledger)
    {
        var balance = (await seller.Get("/v1/ledger/trial_balance")).Json;
        balance.GetProperty("balanced").GetBoolean().ShouldBeTrue();
        return balance.List("data").Where(row => row.Text("ledger") == ledger).Sum(row => row.Amount("balance").Exact());
    }

    async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }
}
