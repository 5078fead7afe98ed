// Top-ups that a wallet asks for itself: by example, and in random lives beside a model of their own.
using FsCheck.Fluent;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.BillingTests.Accounts;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Wallets;

public sealed class TopUpTests
{
    private static readonly FsCheck.Gen<int> Seeds = Gen.Choose(0, int.MaxValue);

    [Fact]
    public void below_and_not_at_the_amount_one_is_asked_for_and_no_other_before_it_has_ended()
    {
        var live = Asking(10);
        live.PayOut(8, "a");
        Asked(live).ShouldBeEmpty("2 are not below 2");
        live.PayOut(0.01m, "b");
        Asked(live).ShouldBe([(1, 10)]);
        live.PayOut(1, "c");
        live.Available();
        Asked(live).ShouldBe([(1, 10)]);
        live.Available().ShouldBe(0.99m, "what is asked for is not there before it is paid");
        End(live, 1, paid: true);
        (live.Available(), live.State.TopUps.Open).ShouldBe((10.99m, null));
        End(live, 1, paid: true);
        live.Available().ShouldBe(10.99m, "once");
        live.PayOut(9, "d");
        Asked(live).ShouldBe([(1, 10), (2, 10)]);
    }

    [Fact]
    public void too_little_asks_again_until_the_day_has_had_all_and_the_next_day_goes_on()
    {
        // 23:30 in Helsinki on the 12th.
        var live = Asking(0, below: 25, perDay: 2);
        (live.Zone, live.Now) = (DateTimeZoneProviders.Tzdb["Europe/Helsinki"], Instant.FromUtc(2025, 5, 12, 20, 30));
        live.Available();
        End(live, 1, paid: true);
        End(live, 2, paid: true);
        Asked(live).ShouldBe([(1, 10), (2, 10)]);
        var midnight = Instant.FromUtc(2025, 5, 12, 21, 0);
        live.State.TopUps.WaitsUntil(live.Available(), Micros.Of(live.Now)).ShouldBe(Micros.Of(midnight));
        live.Now = midnight - Duration.FromMilliseconds(1);
        live.Available();
        Asked(live).Count.ShouldBe(2);
        live.Now = midnight;
        live.Available();
        Asked(live).ShouldBe([(1, 10), (2, 10), (3, 10)]);
        live.State.TopUps.WaitsUntil(0, Micros.Of(live.Now)).ShouldBeNull("it is asked for");
    }

    [Fact]
    public void a_decline_is_told_and_ends_it_until_it_is_resumed_or_the_rule_is_another()
    {
        var live = Asking(1);
        live.Available();
        End(live, 1, paid: false);
        live.State.Untold.Select(alert => (alert.Kind, alert.Threshold, alert.Value)).ShouldBe([(WalletAlertKind.TopUpDeclined, 2, 10)]);
        live.TopUp(5, "by hand");
        live.PayOut(5, "gone");
        (live.Available(), Asked(live).Count, live.State.TopUps.IsDeclined).ShouldBe((1, 1, true));
        Resume(live);
        Resume(live);
        Asked(live).ShouldBe([(1, 10), (2, 10)]);
        live.Facts.OfType<TopUpsResumed>().Count().ShouldBe(1);
        End(live, 2, paid: false);
        live.Definition = live.Definition with { AutoTopUp = new AutoTopUp { Below = 2, Amount = 5, PerDay = 3 } };
        live.Available();
        Asked(live).ShouldBe([(1, 10), (2, 10), (3, 5)]);
        live.State.Untold.Count.ShouldBe(2, "each decline is told once");
    }

    [Fact]
    public void a_request_ends_as_it_was_asked_for_although_the_rule_is_gone()
    {
        var live = Asking(1);
        live.Available();
        live.Definition = live.Definition with { AutoTopUp = null };
        live.Available();
        End(live, 1, paid: true);
        live.Available().ShouldBe(11);
        live.PayOut(10, "a");
        Asked(live).Count.ShouldBe(1);
    }

    [Fact]
    public void the_books_begin_with_the_first_request_and_a_charge_has_a_receipt()
    {
        var live = Asking(1);
        live.Available();
        End(live, 1, paid: true);
        live.State.Books.Account.ShouldBe("seller/alfa/EUR");
        live.State.Books.Unbooked.Select(entry => (entry.Number, entry.Kind, entry.Amount, entry.Reference, entry.Receipt))
            .ShouldBe([(1, BookingKind.Opened, 1, "", null), (2, BookingKind.Charged, 10, "top_up:1", 1)]);
    }

    [Fact]
    public void an_account_has_one_request_of_each_number_and_takes_no_money_that_was_not_paid()
    {
        var account = new LiveAccount();
        account.Decide(new RequestTopUp("w", 1, 10, default)).ShouldBeNull();
        account.Decide(new RequestTopUp("w", 1, 10, default)).ShouldBeNull();
        account.Decide(new RequestTopUp("w", 1, 11, default))!.Code.ShouldBe("id_conflict");
        account.Facts.OfType<TopUpRequested>().Count().ShouldBe(1);
        Should.Throw<InvalidOperationException>(() => Booked(account)).Message.ShouldContain("not paid");
        account.Decide(new AnswerChargeRequest("w:top_up:1", true, default)).ShouldBeNull();
        account.Decide(new AnswerChargeRequest("w:top_up:1", true, default)).ShouldBeNull();
        account.Decide(new AnswerChargeRequest("w:top_up:1", false, default))!.Code.ShouldBe("id_conflict");
        account.State.Collections.TopUp("w:top_up:1")!.Status.ShouldBe("succeeded");
        account.State.WalletLiability.ShouldBe(0, "it stands in the books when it stands in the wallet");
        Booked(account);
        account.State.WalletLiability.ShouldBe(10);

        static void Booked(LiveAccount account) => account.Decide(new BookWallet(new WalletMoney
        {
            Wallet = "w", Number = 1, Kind = WalletMoney.Charged, Amount = 10, At = default, Reference = "top_up:1",
        }));
    }

    [Fact]
    public void in_every_life_what_is_there_was_paid_one_is_open_at_a_time_and_no_day_has_more_than_it_may() =>
        Seeds.ShouldHold(seed =>
        {
            var (random, perDay) = (new Random(seed), 1 + (seed % 3));
            var live = Asking(5, perDay: perDay);
            var (paidIn, gone, open, declined) = (5m, 0m, false, false);
            var asked = new Dictionary<LocalDate, int>();
            for (var step = 0; step < 80; step++)
            {
                var before = Asked(live).Count;
                switch (random.Next(6))
                {
                    case 0 or 1:
                        var amount = random.Next(1, 800) / 100m;
                        if (live.PayOut(amount, $"p{step}") == PaymentOutcome.Done) gone += amount;
                        break;
                    case 2 when open:
                        var paid = random.Next(4) > 0;
                        (open, declined, paidIn) = (false, !paid, paidIn + (paid ? 10 : 0));
                        End(live, before, paid);
                        break;
                    // An answer that comes again, or to a request that is over.
                    case 3 when before > 0: End(live, open ? before - 1 : before, random.Next(2) > 0); break;
                    case 4: live.Now += Duration.FromHours(random.Next(1, 20)); break;
                    case 5 when random.Next(3) == 0: Resume(live); declined = false; break;
                    default: break;
                }

                live.Available().ShouldBe(paidIn - gone);
                var more = Asked(live).Count - before;
                more.ShouldBeLessThanOrEqualTo(1);
                if (more > 0)
                {
                    (open, declined).ShouldBe((false, false));
                    (paidIn - gone).ShouldBeLessThan(2);
                    asked[live.Now.InUtc().Date] = asked.GetValueOrDefault(live.Now.InUtc().Date) + 1;
                    open = true;
                }

                asked.Values.ShouldAllBe(count => count <= perDay);
                if (!open && !declined && paidIn - gone < 2) asked.GetValueOrDefault(live.Now.InUtc().Date).ShouldBe(perDay, "else it asks");
            }

            var bytes = WalletSnapshot.Write(live.State).ToArray();
            WalletSnapshot.Write(live.Replayed()).ToArray().ShouldBe(bytes);
            WalletSnapshot.Write(WalletSnapshot.Read(bytes, null)!).ToArray().ShouldBe(bytes);
            return true;
        });

    private static LiveWallet Asking(decimal posted, decimal below = 2, int perDay = 3)
    {
        var live = new LiveWallet(new Wallet { Owner = "alfa", Currency = "EUR", Seller = "seller" });
        if (posted > 0) live.TopUp(posted, "first");
        live.Definition = live.Definition with { AutoTopUp = new AutoTopUp { Below = below, Amount = 10, PerDay = perDay } };
        return live;
    }

    private static List<(long Number, decimal Amount)> Asked(LiveWallet live) =>
        [.. live.Facts.OfType<TopUpAsked>().Select(asked => (asked.Number, asked.Amount))];

    private static void End(LiveWallet live, long number, bool paid) => live.Decide(turn =>
    {
        TopUpDecider.End(turn, number, paid);
        return true;
    });

    private static void Resume(LiveWallet live) => live.Decide(turn =>
    {
        TopUpDecider.Resume(turn, "key");
        return true;
    });
}
