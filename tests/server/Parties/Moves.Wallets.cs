// What becomes of a customer's wallet when the customer is moved: it goes along, and its money stays in the books of who was paid.
namespace OrleansBilling.Server.Tests.Parties;

public abstract partial class Moves
{
    [Fact]
    public async Task A_wallet_of_the_customer_goes_along_and_what_is_prepaid_holds_the_move_back()
    {
        await Two();
        await Admin.Put($"/v1/wallets/{Scene.Id("purse")}", new { owner = Scene.Id("alfa"), currency = "EUR", credit_limit = "0" });
        await Admin.Post($"/v1/wallets/{Scene.Id("purse")}/top_up", new { amount = "10.00", reference = "first" });
        var body = Body("alfa", "05-01", ("op-north", "pro"), ("north-alfa", "retail"));
        body["funding"] = new { mode = "prepaid", wallet = Scene.Id("purse") };
        await Admin.Put($"/v1/subscriptions/{Scene.Id("alfa-pre")}", body);
        await Scene.Clock("05-12T12:00");
        await Admin.Events(Scene.Sms("a", "alfa-pre", "05-10T10:00", 100));
        (await Available()).ShouldBe("4.00");
        await Admin.Post($"/v1/subscriptions/{Scene.Id("alfa-pre")}/prepay", new { id = "may", agreement = Scene.Id("op-north"), periods = 1 });
        var refused = (await Move("customers", "alfa", "south", "05-16")).Refused(409, "conflict");
        refused.Body.ShouldContain($"prepaid until {Scene.Date("05-31")}");

        await Scene.Clock("06-10");
        (await Move("customers", "alfa", "south", "06-10")).Expect(200);
        EndsLater("06-10");
        Scene.EndsLater("alfa-pre:2", new(body) { ["starts_at"] = Scene.At("06-10"), ["legs"] = Body("alfa", "06-10", ("op-south", "pro"), ("south-alfa", "retail"))["legs"] });
        await Scene.Clock("06-11T12:00");
        (await Admin.Events(Scene.Sms("b", "alfa-pre", "06-11T10:00", 40))).Counts.ShouldBe((1, 0, 0, 0));
        (await Available()).ShouldBe("1.60");
        (await Admin.Events(Scene.Sms("c", "alfa-pre", "06-11T11:00", 27))).Only.ShouldBe("insufficient_funds");
        await Scene.Clock("07-01T00:10");
        var june = await Scene.Document((await Scene.Documents("alfa", "statement")).Single(one => one.Text("seller") == Scene.Id("south")));
        (june.Amount("net"), june.Amount("prepaid")).ShouldBe(("2.40", "2.40"));
        // Two subscriptions at 31.00: 21 of 30 days each, and the usage of the one.
        (await Net("south", "op-south")).ShouldBe(("45.20", "1.80+21.70+21.70"));
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();

        async Task<string> Available() => (await Admin.Get($"/v1/wallets/{Scene.Id("purse")}/balance?consistency=exact")).Json.Amount("available");
    }

    [Fact]
    public async Task A_wallet_whose_money_is_in_the_old_partners_books_stays_there_and_is_transferred_by_who_may_say_so()
    {
        await Two("invoice", "north");
        async Task Wallet(string id, string seller) =>
            await Admin.Put($"/v1/wallets/{Scene.Id(id)}", new { owner = Scene.Id("alfa"), currency = "EUR", seller = seller.Length == 0 ? null : Scene.Id(seller) });
        await Wallet("purse", "");
        await Admin.Post($"/v1/wallets/{Scene.Id("purse")}/top_up", new { amount = "10.00", reference = "first" });
        await Scene.Agreement("south-alfa", "south", "alfa");
        var body = Body("alfa", "05-01", ("op-north", "pro"), ("north-alfa", "retail"));
        body["funding"] = new { mode = "prepaid", wallet = Scene.Id("purse") };
        await Admin.Put($"/v1/subscriptions/{Scene.Id("alfa-pre")}", body);
        await Scene.Clock("05-12T12:00");
        (await Admin.Events(Scene.Sms("a", "alfa-pre", "05-10T10:00", 100))).Accepted.ShouldBe(1);
        (await Move("customers", "alfa", "south", "06-01")).Refused(409, "conflict").Body.ShouldContain("whose money is with who sells now");

        // It ends with north; another one begins with south, with what north passes on.
        await Admin.Put($"/v1/subscriptions/{Scene.Id("alfa-pre")}", new Dictionary<string, object>(body) { ["ends_at"] = Scene.At("06-01") });
        (await Move("customers", "alfa", "south", "06-01")).Expect(200);
        await Scene.Clock("06-01T00:10");
        EndsLater("06-01");
        await Wallet("with-south", "south");
        await Admin.Post($"/v1/wallets/{Scene.Id("purse")}/transfer", new { to = Scene.Id("with-south"), amount = "4.00", reference = "moved" });
        async Task<string> Owes(string seller) => (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id(seller)}&party={Scene.Id("alfa")}")).Json.List("data")
            .Where(row => row.Text("ledger") is "wallet_liability" or "wallet_transfers").Select(row => $"{row.Text("ledger")} {row.Amount("balance")}")
            .Order(StringComparer.Ordinal).Aggregate((all, one) => all + ", " + one);
        // 6.00 of 10.00 were spent with north and are on its invoice; north owes south what it has passed on.
        (await Owes("north"), await Owes("south")).ShouldBe(("wallet_liability 0.00, wallet_transfers -4.00", "wallet_liability -4.00, wallet_transfers 4.00"));
    }
}
