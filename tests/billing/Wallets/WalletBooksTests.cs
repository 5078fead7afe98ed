// What of a wallet's money belongs into the books: by example, and in random lives that an account takes in any pace.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Proving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.BillingTests.Accounts;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class WalletBooksTests
{
    private const string Account = "seller/buyer/EUR";
    private const int Lives = 2_000;

    [Fact]
    public void what_was_there_before_the_books_opens_them_and_what_comes_then_is_numbered()
    {
        var live = LiveWallet.Euro(10);
        live.PayOut(4, "before");
        live.State.Books.Unbooked.ShouldBeEmpty();
        Begin(live);
        Begin(live);
        live.TopUp(5, "p1");
        live.TopUp(5, "p1");
        Give(live, 3, "g1");
        live.TopUp(2, "t1", from: "other");
        live.PayOut(1, "t2");
        Buy(live, 1.5m, "u1");
        Withdraw(live, 0.5m, "w1").ShouldBe(PaymentOutcome.Done);
        live.TopUp(1, "p2");
        Text(live).ShouldBe(["1 Opened 6", "2 ToppedUp 5 R1", "3 Given 3", "4 CameIn 2 other", "5 WentOut 1 other", "6 BoughtUnits 1.5 units", "7 Withdrawn 0.5",
            "8 ToppedUp 1 R2"]);
        Know(live, 3);
        Text(live)[0].ShouldBe("4 CameIn 2 other");
        live.Replayed().Books.Unbooked.ShouldBe(live.State.Books.Unbooked);
    }

    [Fact]
    public void a_wallet_without_anything_opens_nothing_and_one_inside_another_is_in_no_books()
    {
        var live = LiveWallet.Euro();
        Begin(live);
        Text(live).ShouldBeEmpty();
        live.State.Books.Account.ShouldBe(Account);
        var inside = LiveWallet.Euro(parent: "around");
        Begin(inside);
        inside.TopUp(5, "p");
        (inside.State.Books.Account, inside.State.Books.Numbered).ShouldBe((null, 0));
    }

    [Fact]
    public void a_gift_that_expires_is_no_income_and_what_was_paid_is()
    {
        var live = LiveWallet.Euro();
        Begin(live);
        Give(live, 3, "g1", live.Now + Duration.FromDays(1));
        live.TopUp(5, "p1", live.Now + Duration.FromDays(2));
        live.PayOut(1, "t");
        live.Now += Duration.FromDays(3);
        live.Available().ShouldBe(0);
        Text(live).Skip(2).ShouldBe(["3 WentOut 1 other", "4 GivenExpired 2", "5 Expired 5"]);
    }

    [Fact]
    public void only_what_was_paid_in_is_paid_back_and_a_gift_is_another_command_than_a_payment()
    {
        var live = LiveWallet.Euro(5, limit: 100);
        Withdraw(live, 5.01m, "w").ShouldBe(PaymentOutcome.Insufficient);
        Withdraw(live, 5, "w").ShouldBe(PaymentOutcome.Done);
        Withdraw(live, 5, "w").ShouldBe(PaymentOutcome.Done);
        Withdraw(live, 4, "w").ShouldBe(PaymentOutcome.Conflict);
        live.State.Paid.ShouldBe(0);
        live.TopUp(5, "p");
        Give(live, 5, "p").ShouldBe(PaymentOutcome.Conflict);
        live.PayOut(5, "w").ShouldBe(PaymentOutcome.Conflict);
    }

    [Fact]
    public void snapshots_keep_what_is_not_booked_and_those_from_before_the_books_are_read()
    {
        var live = LiveWallet.Euro(10);
        var before = WalletSnapshot.Write(live.State).ToArray();
        // Format 5 ends with 13 bytes of top-ups that it asks for itself, 4 with 5 bytes of books.
        before[^18..].ShouldBe(new byte[18], "no account, no numbers, no gifts, no entries; no rule, no requests");
        foreach (var (format, shorter) in new (byte, int)[] { (4, 13), (3, 18) })
        {
            var old = before[..^shorter];
            old[0] = format;
            WalletSnapshot.Write(WalletSnapshot.Read(old, null)!).ToArray().ShouldBe(before);
        }

        Begin(live);
        Give(live, 3, "g1", live.Now + Duration.FromDays(1));
        live.TopUp(5, "p1");
        Know(live, 2);
        var restored = WalletSnapshot.Read(WalletSnapshot.Write(live.State).Span, null)!;
        restored.Books.Unbooked.ShouldBe(live.State.Books.Unbooked);
        WalletSnapshot.Write(restored).ToArray().ShouldBe(WalletSnapshot.Write(live.State).ToArray());
        (restored.Books.Numbered, restored.Books.Receipts).ShouldBe((3, 1));
    }

    [Fact]
    public void an_account_takes_each_entry_once_and_in_order()
    {
        var account = new LiveAccount();
        account.Decide(new BookWallet(Entry(2)))!.Code.ShouldBe("out_of_order");
        account.Decide(new BookWallet(Entry(1))).ShouldBeNull();
        account.Decide(new BookWallet(Entry(1))).ShouldBeNull();
        account.Decide(new BookWallet(Entry(3)))!.Code.ShouldBe("out_of_order");
        account.Decide(new BookWallet(Entry(2))).ShouldBeNull();
        account.Facts.Count.ShouldBe(2);
        account.State.WalletLiability.ShouldBe(2);
    }

    [Fact]
    public void whatever_happens_the_books_are_what_the_wallet_means_however_they_are_told()
    {
        for (var seed = 0; seed < Lives; seed++)
        {
            var (random, live, account) = (new Random(seed), LiveWallet.Euro(new Random(seed).Next(2) * 7, limit: 5), new LiveAccount());
            var told = 0L;
            for (var step = 0; step < 30; step++)
            {
                Step(live, random, step);
                if (live.State.Books.Account is null)
                    continue;
                // Told as far as it comes, sometimes again, sometimes without the wallet learning of it.
                foreach (var entry in live.State.Books.Unbooked.Take(random.Next(4)))
                {
                    account.Decide(new BookWallet(Fact(entry))).ShouldBeNull();
                    told = Math.Max(told, entry.Number);
                }

                if (random.Next(2) == 0) Know(live, told);
            }

            Agree(live, account, seed, isAll: false);
            foreach (var entry in live.State.Books.Unbooked) account.Decide(new BookWallet(Fact(entry))).ShouldBeNull();
            Agree(live, account, seed, isAll: true);
            if (live.State.Books.Account is not null) account.State.InWallets.ShouldBe(live.State.Paid, $"seed {seed}");
        }
    }

    private static void Agree(LiveWallet live, LiveAccount account, int seed, bool isAll)
    {
        var found = new ProofFindings();
        var proof = new WalletProof("w", null, found);
        for (var row = 0; row < live.Rows.Count; row++) proof.Row(row + 1, live.Rows[row]);
        proof.End();
        var between = new WalletsBetween();
        foreach (var fact in account.Facts.OfType<WalletMoney>()) between.Stands(Account, fact);
        var underWay = proof.Entries is { } entries && between.Means(entries, found);
        between.End(found);
        found.Violations.ShouldBeEmpty($"seed {seed}");
        if (isAll) underWay.ShouldBeFalse($"seed {seed}");
    }

    private static void Step(LiveWallet live, Random random, int step)
    {
        var amount = random.Next(1, 400) / 100m;
        Instant? expires = random.Next(3) == 0 ? live.Now + Duration.FromHours(random.Next(1, 60)) : null;
        switch (random.Next(8))
        {
            case 0: Begin(live); break;
            case 1: live.TopUp(amount, $"p{step}", expires); break;
            case 2: Give(live, amount, $"g{step}", expires); break;
            case 3: live.TopUp(amount, $"i{step}", from: "other"); break;
            case 4: live.PayOut(amount, $"o{step}"); break;
            case 5: Buy(live, amount, $"u{step}"); break;
            case 6: Withdraw(live, amount, $"w{step}"); break;
            default: live.Now += Duration.FromHours(random.Next(30)); live.Available(); break;
        }
    }

    private static WalletMoney Fact(WalletBooking entry) => new()
    {
        Wallet = "w", Number = entry.Number, Amount = entry.Amount, At = Micros.Instant(entry.AtMicros), Kind = entry.Kind switch
        {
            BookingKind.Opened => "opened",
            BookingKind.ToppedUp => "top_up",
            BookingKind.Given => "grant",
            BookingKind.CameIn => "transfer_in",
            BookingKind.WentOut => "transfer_out",
            BookingKind.BoughtUnits => "units_bought",
            BookingKind.Expired => "expired",
            BookingKind.GivenExpired => "grant_expired",
            _ => "withdrawn",
        },
        Reference = entry.Reference.Length == 0 ? null : entry.Reference, Other = entry.Other.Length == 0 ? null : entry.Other,
        Receipt = entry.Receipt is null ? null : new TopUpReceipt("R", LiveAccount.Day, new ReceiptParties(new() { Name = "seller" }, new() { Name = "buyer" })),
    };

    private static WalletMoney Entry(long number) =>
        new() { Wallet = "w", Number = number, Kind = "top_up", Amount = 1, At = Instant.FromUtc(2025, 5, 12, 9, 0) };

    private static string[] Text(LiveWallet live) => [.. live.State.Books.Unbooked.Select(entry => System.FormattableString.Invariant(
        $"{entry.Number} {entry.Kind} {entry.Amount}{(entry.Receipt is { } receipt ? $" R{receipt}" : "")}{(entry.Other.Length == 0 ? "" : " " + entry.Other)}"))];

    private static void Begin(LiveWallet live) => live.Decide(turn =>
    {
        PaymentDecider.BeginBooks(turn, Account);
        return true;
    });

    private static void Know(LiveWallet live, long through) => live.Decide(turn =>
    {
        PaymentDecider.Booked(turn, through);
        return true;
    });

    private static PaymentOutcome Give(LiveWallet live, decimal amount, string reference, Instant? expires = null) => live.Decide(turn =>
        PaymentDecider.Credit(turn, "", reference, amount, expires is { } end ? Micros.Of(end) : null, "key", isGiven: true));

    private static PaymentOutcome Buy(LiveWallet live, decimal amount, string reference) =>
        live.Decide(turn => PaymentDecider.PayOut(turn, reference, "units", amount, amount * 10, "key", bought: true));

    private static PaymentOutcome Withdraw(LiveWallet live, decimal amount, string reference) =>
        live.Decide(turn => PaymentDecider.Withdraw(turn, reference, amount, "key"));
}
