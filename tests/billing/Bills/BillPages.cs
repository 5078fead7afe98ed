// Whether a provider's bill is taken: trials, customers that have left, cancelling (MAES-04, MAES-14; domain 0.3, rule 23).
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Money;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Bills;

public sealed class BillPages
{
    private readonly AccountState account = new(new AccountKey("market", "cld-1", "AUD"));

    [Fact]
    public void rule_23_before_a_trial_is_over_commissionable_bills_are_rejected_or_warned_of_and_third_party_bills_pass()
    {
        Do(new ChangeProviderUse("crm", TrialEndsAt: Day(10)), Day(1));
        Bill("a", Day(9)).Refusal!.Code.ShouldBe("free_trial");
        Bill("a", Day(9), policy: "warn").Refusal.ShouldBeNull();
        Bill("b", Day(9), commissionable: false).Refusal.ShouldBeNull();
        Bill("c", Day(10)).Refusal.ShouldBeNull("it is over");
    }

    [Fact]
    public void MAES_14_who_has_left_may_be_billed_for_thirty_days()
    {
        Do(new ChangeProviderUse("crm", LeftAt: Day(3)), Day(3));
        Bill("a", Day(3) + Duration.FromDays(30) - Duration.FromTicks(1)).Refusal.ShouldBeNull();
        Bill("b", Day(3) + Duration.FromDays(30)).Refusal!.Code.ShouldBe("customer_left");
        Bill("a", Day(3) + Duration.FromDays(60)).ShouldBe(Decision.Nothing, "the same bill again");
    }

    [Fact]
    public void MAES_14_who_has_left_is_billed_by_no_recurring_bill_any_more_and_what_was_due_before_stays()
    {
        Recurring("crm/r", Day(1)).Refusal.ShouldBeNull();
        Recurring("books/r", Day(1)).Refusal.ShouldBeNull();
        // Nobody has looked on the 8th: the bill of that day is caught up, and it is the last one.
        Do(new ChangeProviderUse("crm", LeftAt: Day(9)), Day(9));
        account.Bills.Recurring("crm/r")!.Status.ShouldBe("active");
        Take(RecurringBills.Due(account, Day(20)), Day(20));
        (account.Bills.Recurring("crm/r")!.Status, account.Bills.Recurring("crm/r")!.Done).ShouldBe(("cancelled", 2));
        account.Bills.Recurring("books/r")!.Done.ShouldBe(3);
        Recurring("crm/more", Day(10)).Refusal!.Code.ShouldBe("customer_left");
        Recurring("crm/r", Day(10)).ShouldBe(Decision.Nothing, "the same again");
        Do(new ChangeProviderUse("books", LeftAt: Day(21)), Day(21));
        account.Bills.Recurring("books/r")!.Status.ShouldBe("cancelled", "at once: nothing was due before");
    }

    [Fact]
    public void a_terminated_customer_is_billed_nothing_more_and_a_repeat_is_answered_as_before()
    {
        Bill("a", Day(1));
        Recurring("crm/r", Day(1));
        Do(new StopRecurringBills(Day(9)), Day(9));
        account.Bills.Running.Count.ShouldBe(1, "the bill of the 8th is due");
        Take(RecurringBills.Due(account, Day(8)), Day(9));
        Do(new StopRecurringBills(Day(9)), Day(9));
        (account.Bills.Running.Count, account.Bills.Recurring("crm/r")!.Done).ShouldBe((0, 2));
        Bill("b", Day(9), ended: true).Refusal!.Code.ShouldBe("party_terminated");
        Bill("a", Day(9), ended: true).ShouldBe(Decision.Nothing);
        Recurring("crm/more", Day(9), ended: true).Refusal!.Code.ShouldBe("party_terminated");
    }

    [Fact]
    public void MAES_04_a_bill_is_cancelled_until_it_is_invoiced_and_stays_so()
    {
        Bill("a", Day(1));
        Bill("b", Day(1));
        Do(new CancelBill("crm/a"), Day(2)).Facts.Count.ShouldBe(1);
        Do(new CancelBill("crm/a"), Day(2)).ShouldBe(Decision.Nothing);
        Take(ChargeSealer.Record(account, Order()), Day(25));
        account.Charges.Find("crm/b")!.Status.ShouldBe("invoiced");
        Do(new CancelBill("crm/b"), Day(26)).Refusal!.Field.ShouldBe("status");
        account.Charges.Find("crm/a")!.Status.ShouldBe("cancelled", "no close has taken it");
        Do(new CancelBill("crm/c"), Day(26)).Refusal!.Code.ShouldBe("not_found");
    }

    [Fact]
    public void a_bill_in_another_currency_is_converted_at_the_rate_of_the_invoicing_date()
    {
        Bill("usd", Day(1), currency: "USD");
        DatedFxRate[] rates = [new(new(2025, 5, 1), 1.4m), new(new(2025, 5, 25), 1.5371m), new(new(2025, 5, 26), 9m)];
        var order = Order() with { On = new(2025, 5, 25), Rates = new Dictionary<string, IReadOnlyList<DatedFxRate>> { ["USD"] = rates } };
        ChargeSealer.Take(account, order)!.Parts.ShouldHaveSingleItem().ShouldBe(
            new SealedPart("crm/usd", 19.97m, new OriginalAmount(12.99m, "USD", 1.5371m, new(2025, 5, 25))));
    }

    private static SealOrder Order() => new("monthly", "2025-05", Day(25), "a", 0, RoundingMode.HalfAwayFromZero);

    // Every week from the first.
    private Decision Recurring(string id, Instant now, bool ended = false) => Do(new MakeRecurringBill(new RecurringBillMade
    {
        Id = id, Provider = id.Split('/')[0], Agreement = "a", Customer = "cld-1", Amount = 5, Description = id, Commissionable = true, Every = "week", Frequency = 1,
        StartsAt = Day(1), TimeZone = "Etc/UTC",
    }, HasStart: true, "reject", now, HasEnded: ended), now);

    private Decision Bill(string id, Instant now, bool commissionable = true, string policy = "reject", string? currency = null, bool ended = false) => Do(new SubmitBill(new Charged
    {
        Id = "crm/" + id, Agreement = "a", Kind = "bill", At = now, Amount = 12.99m, Description = id, From = new(2025, 5, 1), To = new(2025, 5, 1), Provider = "crm",
        Commissionable = commissionable, Currency = currency,
    }, HasPeriod: true, policy, now, ended), now);

    private Decision Do(AccountCommand command, Instant now)
    {
        var decision = command.Decide(account);
        Take(decision, now);
        return decision;
    }

    private void Take(Decision decision, Instant now)
    {
        foreach (var fact in decision.Facts) account.Apply(new RecordedFact(account.Version + 1, now, "test", AccountFact.Read(fact.ToBody())));
    }

    private static Instant Day(int day) => Instant.FromUtc(2025, 5, day, 0, 0);
}
