// What each movement of a wallet's money is posted against, and what verify says when the books have something else.
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.BillingTests.Accounts;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class WalletPostingTests
{
    private static readonly AccountKey Key = new("seller", "buyer", "EUR");

    [Theory]
    [InlineData(WalletMoney.Opened, "opening_balance 5, wallet_liability -5")]
    [InlineData(WalletMoney.ToppedUp, "cash 5, wallet_liability -5")]
    [InlineData(WalletMoney.Charged, "cash 5, wallet_liability -5")]
    [InlineData(WalletMoney.Given, "promotional_expense 5, wallet_liability -5")]
    [InlineData(WalletMoney.CameIn, "wallet_transfers 5, wallet_liability -5")]
    [InlineData(WalletMoney.WentOut, "wallet_transfers -5, wallet_liability 5")]
    [InlineData(WalletMoney.BoughtUnits, "wallet_units -5, wallet_liability 5")]
    [InlineData(WalletMoney.Expired, "revenue:breakage -5, wallet_liability 5")]
    [InlineData(WalletMoney.GivenExpired, "promotional_expense -5, wallet_liability 5")]
    [InlineData(WalletMoney.Withdrawn, "cash -5, wallet_liability 5")]
    public void each_movement_has_its_ledger(string kind, string postings) =>
        string.Join(", ", Postings.Of(Money(1, kind, 5), Key).Select(line => $"{line.Ledger} {line.Amount}")).ShouldBe(postings);

    [Theory]
    [InlineData(true, 2, 5, null)]
    [InlineData(true, 2, 6, "are not those that the wallet means")]
    [InlineData(false, 2, 5, "are not those that the wallet means")]
    [InlineData(true, 3, 5, "the wallet means 2")]
    [InlineData(true, 1, 5, null)]
    public void verify_compares_the_entries_in_the_books_with_those_that_the_wallet_means(bool isTopUp, int entries, int second, string? fault)
    {
        var live = LiveWallet.Euro();
        live.Decide(turn =>
        {
            PaymentDecider.BeginBooks(turn, Key.Id);
            return true;
        });
        foreach (var reference in new[] { "p1", "p2" }) live.TopUp(5, reference);
        var (found, between) = (new ProofFindings(), new WalletsBetween());
        var proof = new WalletProof("w", null, found);
        for (var row = 0; row < live.Rows.Count; row++) proof.Row(row + 1, live.Rows[row]);
        proof.End();
        for (var number = 1; number <= entries; number++)
            between.Stands(Key.Id, Money(number, number == 2 && !isTopUp ? WalletMoney.Given : WalletMoney.ToppedUp, number == 2 ? second : 5) with
            {
                Reference = $"p{number}", At = live.Now,
                Receipt = new TopUpReceipt("R", LiveAccount.Day, new ReceiptParties(new() { Name = "s" }, new() { Name = "b" })),
            });
        between.Means(proof.Entries!, found).ShouldBe(entries == 1, "what does not stand there yet is under way");
        between.End(found);
        if (fault is null) found.Violations.ShouldBeEmpty();
        else found.Violations.ShouldHaveSingleItem().Text.ShouldContain(fault);
    }

    private static WalletMoney Money(long number, string kind, decimal amount) =>
        new() { Wallet = "w", Number = number, Kind = kind, Amount = amount, At = default, Reference = "r" };
}
