// Money in wallets in the books of who sells to their owners: every posting, receipts, and what the ledger owes wallets after a close.
using System.Text.Json;

namespace OrleansBilling.Server.Tests.Wallets;

public sealed class WalletBooksOnSqlite(OnSqlite place) : WalletBooks(place), IClassFixture<OnSqlite>;

public sealed class WalletBooksOnPostgres(OnPostgres place) : WalletBooks(place), IClassFixture<OnPostgres>;

public abstract class WalletBooks(ServerPlace place) : Prepaid.PrepaidScenario(place)
{
    [Fact]
    public async Task a_top_up_is_posted_with_a_receipt_and_usage_takes_from_what_is_owed_at_the_close()
    {
        await Wallet("w", "reseller", "0");
        (await TopUp("w", "10", "p1")).Expect(200);
        (await TopUp("w", "10", "p1")).Expect(200);
        (await Ledger("cash"), await Ledger("wallet_liability")).ShouldBe(("10.00", "-10.00"));
        (await Receipts()).ShouldBe([("000001", "10.00")]);
        var receipt = (await Admin.Get($"/v1/top_up_receipts/R-{Scene.Id("w")}-000001")).Json;
        (receipt.Text("wallet"), receipt.Text("seller"), receipt.Text("party"), receipt.Text("received_on"), receipt.Text("reference"))
            .ShouldBe((Scene.Id("w"), Scene.Id("operator"), Scene.Id("reseller"), Scene.Date("05-12"), "p1"));
        receipt.GetProperty("seller_party").Text("name").ShouldNotBeEmpty();
        (await (await KeyOf("reseller", "billing:read")).TryGet($"/v1/top_up_receipts/R-{Scene.Id("w")}-000001")).Expect(200);
        (await (await KeyOf("alfa", "billing:read")).TryGet($"/v1/top_up_receipts/R-{Scene.Id("w")}-000001")).Refused(404, "not_found");

        await OneLeg("sub", "w");
        (await Admin.Events(Enumerable.Range(0, 100).Select(n => Sms($"{n}", "sub")))).Accepted.ShouldBe(100);
        (await Available("w")).ShouldBe("5.00");
        (await Ledger("wallet_liability")).ShouldBe("-10.00", "what is not billed yet is still owed to the wallet");
        await Scene.Clock("06-01T00:10");
        var invoice = await Scene.TheDocument("reseller");
        (invoice.Amount("net"), invoice.Amount("prepaid"), invoice.Amount("outstanding")).ShouldBe(("5.00", "5.00", "1.28"));
        (await Ledger("wallet_liability"), await Ledger("receivable"), await Ledger("cash")).ShouldBe(("-5.00", "1.28", "10.00"));
        await Verified();
    }

    [Fact]
    public async Task a_server_that_dies_when_the_books_know_and_the_wallet_does_not_books_it_once()
    {
        await Wallet("w", "reseller", "0");
        await Place.Server.Stop();
        await Place.StartUntil("wallet.booked");
        await Should.ThrowAsync<Exception>(() => TopUp("w", "10", "p1"));
        await Place.Server.Died();
        await Place.Start();
        (await TopUp("w", "10", "p1")).Expect(200);
        (await TopUp("w", "2", "p2")).Expect(200);
        (await Ledger("cash"), await Ledger("wallet_liability")).ShouldBe(("12.00", "-12.00"));
        (await Receipts()).ShouldBe([("000001", "10.00"), ("000002", "2.00")]);
        await Verified();
    }

    [Fact]
    public async Task gifts_transfers_withdrawals_and_what_expires_each_have_their_postings()
    {
        await Scene.Agreement("own", "operator", "alfa");
        await Wallet("w", "reseller", "0", limit: "50");
        await Wallet("a", "alfa", "0");
        await Admin.Put($"/v1/wallets/{Scene.Id("u")}", new { owner = Scene.Id("alfa"), unit = "message" });
        (await TopUp("w", "20", "p1")).Expect(200);
        (await Grant("w", "3", "g1", Scene.At("05-12T13:00"))).Expect(200);
        (await Grant("w", "4", "g1", Scene.At("05-12T13:00"))).Refused(409, "reference_conflict");
        (await Transfer("w", new { to = Scene.Id("a"), amount = "5", reference = "t1" })).Expect(200);
        (await Transfer("w", new { to = Scene.Id("u"), quantity = "100", unit_price = "0.02", reference = "t2" })).Expect(200);
        (await Withdraw("w", "70", "w1")).Refused(409, "insufficient_funds");
        (await Withdraw("w", "1.50", "w1")).Expect(200).Json.Amount("posted").ShouldBe("14.50");
        (await Withdraw("w", "1.50", "w1")).Expect(200).Json.Amount("posted").ShouldBe("14.50");
        (await TopUp("a", "2", "p1", Scene.At("05-12T13:00"))).Expect(200);
        await Scene.Clock("05-12T13:30");
        (await TopUp("a", "1", "p2")).Expect(200);
        (await Available("a"), await Available("w")).ShouldBe(("6.00", "64.50"));
        // The gift pays first: 3 of the 5 that went to alfa were given, and nothing of it is left to expire.
        (await Postings("reseller")).ShouldBe(["cash 20.00", "wallet_liability -20.00", "promotional_expense 3.00", "wallet_liability -3.00",
            "wallet_liability 5.00", "wallet_transfers -5.00", "wallet_liability 2.00", "wallet_units -2.00",
            "wallet_liability 1.50", "cash -1.50"], ignoreOrder: true);
        (await Postings("alfa")).ShouldBe(["wallet_transfers 5.00", "wallet_liability -5.00", "cash 2.00",
            "wallet_liability -2.00", "cash 1.00", "wallet_liability -1.00", "wallet_liability 2.00", "revenue:breakage -2.00"], ignoreOrder: true);
        (await Ledger("wallet_transfers"), await Ledger("wallet_liability"), await Ledger("cash")).ShouldBe(("0.00", "-20.50", "21.50"));
        (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id("operator")}")).Json.GetProperty("balanced").GetBoolean().ShouldBeTrue();
        (await Admin.Get($"/v1/wallets/{Scene.Id("w")}/history")).Json.List("data").Select(one => one.Text("kind")).Where(kind => kind is "withdrawn" or "grant")
            .ShouldBe(["withdrawn", "grant"]);
        await Verified();
    }

    [Fact]
    public async Task in_whose_books_it_is_must_be_clear_before_money_comes_and_never_changes()
    {
        await Scene.Seller("second");
        await Scene.Agreement("own", "operator", "alfa");
        await Scene.Agreement("other", "second", "alfa");
        await Wallet("w", "alfa", "0");
        (await TopUp("w", "5", "p1")).Refused(400, "invalid_request").Fields.ShouldBe(["seller"]);
        await Put("w", "alfa", seller: "second");
        (await TopUp("w", "5", "p1")).Expect(200);
        (await Ledger("wallet_liability", "second"), await Ledger("wallet_liability")).ShouldBe(("-5.00", "0.00"));
        (await TryPut("w", "alfa", "operator")).Refused(409, "conflict").Fields.ShouldBe(["seller"]);

        // Where the seller was clear, naming another one later is too late.
        await Wallet("r", "reseller", "1");
        (await TryPut("r", "reseller", "second")).Refused(409, "conflict").Fields.ShouldBe(["seller"]);
        (await TryPut("r", "reseller", "operator")).Expect(200);

        // A leg of another seller is not paid with this one's money.
        (await Admin.TryPut($"/v1/subscriptions/{Scene.Id("s")}", new
        {
            customer = Scene.Id("alfa"), starts_at = Scene.At("05-01"), legs = new[] { new { agreement = Scene.Id("own"), plan = Scene.Id("price"), wallet = Scene.Id("w") } },
        })).Refused(400, "invalid_request").Fields.ShouldBe(["legs[0].wallet"]);

        // Whose owner buys from nobody is in nobody's books, until somebody sells to it: then what there is opens them.
        await Scene.Customer("new", "reseller");
        await Wallet("n", "new", "7");
        (await Postings("new")).ShouldBeEmpty();
        await Scene.Agreement("first", "operator", "new");
        (await TopUp("n", "1", "p2")).Expect(200);
        (await Postings("new")).ShouldBe(["opening_balance 7.00", "wallet_liability -7.00", "cash 1.00", "wallet_liability -1.00"],
            ignoreOrder: true);
        await Verified();
    }

    protected Task<Answer> TopUp(string wallet, string amount, string reference, string? expires = null) =>
        Admin.TryPost(Path(wallet, "top_up"), expires is null ? new { amount, reference } : new { amount, reference, expires_at = expires });

    private Task<Answer> Grant(string wallet, string amount, string reference, string expires) =>
        Admin.TryPost(Path(wallet, "top_up"), new { amount, reference, kind = "grant", expires_at = expires });

    private Task<Answer> Withdraw(string wallet, string amount, string reference) => Admin.TryPost(Path(wallet, "withdraw"), new { amount, reference });

    private Task<Answer> Transfer(string wallet, object body) => Admin.TryPost(Path(wallet, "transfer"), body);

    private async Task Put(string wallet, string owner, string seller) => (await TryPut(wallet, owner, seller)).Expect(200);

    private Task<Answer> TryPut(string wallet, string owner, string seller) => Admin.TryPut($"/v1/wallets/{Scene.Id(wallet)}",
        new { owner = Scene.Id(owner), currency = "EUR", seller = Scene.Id(seller) });

    protected async Task<string> Ledger(string ledger, string seller = "operator") =>
        (await Admin.Get($"/v1/ledger/trial_balance?seller={Scene.Id(seller)}")).Json.List("data").Where(row => row.Text("ledger") == ledger)
            .Select(row => row.Amount("balance")).DefaultIfEmpty("0.00").Single();

    protected async Task<IEnumerable<(string, string)>> Receipts() =>
        (await Admin.Get($"/v1/top_up_receipts?party={Scene.Id("reseller")}")).Json.List("data").Where(one => one.Text("wallet") == Scene.Id("w"))
            .Select(one => (one.Text("number")[^6..], one.Amount("amount")));

    private async Task<IEnumerable<string>> Postings(string party) => (await Admin.Get($"/v1/ledger/postings?party={Scene.Id(party)}&limit=200")).Json.List("data")
        .Select(row => $"{row.Text("ledger")} {row.Amount("amount")}");

    private async Task Verified()
    {
        await Place.Server.Stop();
        var (code, output) = await Place.RunOnStore("verify");
        code.ShouldBe(0, output);
        await Place.Start();
    }

    private string Path(string wallet, string command) => $"/v1/wallets/{Scene.Id(wallet)}/{command}";
}
