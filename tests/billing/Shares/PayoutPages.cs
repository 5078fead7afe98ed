// Payouts and charges of cards on paper: what is paid on which day, and when a card is asked for.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.Billing.Shares;
using Shouldly;
using Xunit;
using Calendar = OrleansBilling.Billing.Catalogue.Calendar;

namespace OrleansBilling.BillingTests.Shares;

public sealed class PayoutPages
{
    private static readonly Calendar Monthly = new() { AnchorDay = 25, TimeZone = "Etc/UTC", ChargeDay = 2, PayoutDay = 15 };
    private readonly AccountState payable = new(new AccountKey("market", "crm", "AUD", Payable: true));
    private readonly AccountState customer = new(new AccountKey("market", "cld-1", "AUD"));

    [Fact]
    public void a_payout_pays_what_became_payable_before_its_day_and_carries_what_is_below_zero()
    {
        Release("A", 1, 40, Day(6, 14));
        Release("B", 1, 30, Day(6, 15));
        PayOut(Day(6, 20)).ShouldBe([("monthly:2025-06-15", 40m)], "B came at the very instant of the payout day");
        PayOut(Day(6, 20)).ShouldBeEmpty("a payout day is dealt with once");
        Take(payable, Day(6, 21), new ShareClawedBack { Document = "B", Customer = "cld-1", Number = 1, Calendar = "monthly", Amount = 50, WasPayable = true });
        PayOut(Day(7, 20)).ShouldBe([("monthly:2025-07-15", 0m)], "30 less 50");
        payable.Payables.Payable.ShouldBe(-20);
        Release("C", 1, 25, Day(7, 21));
        PayOut(Day(8, 20)).ShouldBe([("monthly:2025-08-15", 5m)]);
        payable.Payables.Payable.ShouldBe(0);
    }

    [Fact]
    public void a_payout_that_came_back_is_paid_by_the_next_one()
    {
        Take(payable, Day(6, 1), new ShareAccrued { Document = "A", Customer = "cld-1", Amount = 40 });
        Release("A", 1, 40, Day(6, 1));
        PayOut(Day(6, 15));
        Take(payable, Day(6, 15), new PayoutIssued { Id = "monthly:2025-06-15", Number = "PO-1" });
        Take(payable, Day(6, 16), [.. new MarkPayoutPaid("PO-1", new(2025, 6, 16)).Decide(payable).Facts]);
        payable.Payables.Owed.ShouldBe(0);
        Take(payable, Day(6, 20), [.. new ReturnPayout("PO-1", new(2025, 6, 20), "AC04").Decide(payable).Facts]);
        (payable.Payables.Owed, payable.Payables.Payable).ShouldBe((40m, 40m));
        PayOut(Day(7, 15)).ShouldBe([("monthly:2025-07-15", 40m)]);
    }

    [Fact]
    public void the_sellers_own_share_is_nobodys_payable_and_shares_accrue_once()
    {
        Open("D", 100);
        var shares = new SharesAccrued { Document = "D", Calendar = "monthly", Shares = [new("crm", 70), new("t1", 20), new("market", 10)] };
        Take(customer, Day(5, 25), [.. AccrueShares.Decide(customer, shares).Facts]);
        PayableFacts.Of(shares, customer).Select(one => (one.Payable.Buyer, ((ShareAccrued)one.Fact).Amount)).ShouldBe([("crm", 70m), ("t1", 20m)]);
        AccrueShares.Decide(customer, shares).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void dunning_asks_for_a_card_again_once_a_step_and_never_while_it_is_asked_for()
    {
        Open("D", 100);
        Again("due+1:collect").ShouldBeEmpty("it is charged to nobody");
        Take(customer, Day(5, 25), new CollectionPlanned { Document = "D", FirstAt = Day(6, 2), TimeZone = "Etc/UTC" });
        Again("due+1:collect").ShouldBeEmpty("the first charge is that of its day");
        Take(customer, Day(6, 2), [.. CollectionDuties.Requests(customer, Day(6, 2)).Facts]);
        Again("due+1:collect").ShouldBeEmpty("it is asked for");
        Answer("D:1", false);
        Again("due+1:collect", "D:2");
        Again("due+1:collect").ShouldBeEmpty();
        Answer("D:2", false);
        Again("due+1:collect").ShouldBeEmpty("this step has asked");
        CollectionDuties.NextAt(customer).ShouldBe(Day(6, 5), "the days of its own stay");
        Again("due+2:collect", "D:3");
        Answer("D:3", true);
        customer.Document("D")!.Outstanding.ShouldBe(0);
        Again("due+3:collect").ShouldBeEmpty("it is paid");
    }

    [Fact]
    public void MAES_08_after_the_last_retry_somebody_must_act_and_money_that_came_otherwise_withdraws_the_request()
    {
        Open("D", 100);
        Take(customer, Day(5, 25), new CollectionPlanned { Document = "D", FirstAt = Day(6, 2), TimeZone = "Etc/UTC" });
        string Arrears() => customer.Collections.Of("D")!.Arrears(customer.Document("D")!)!;
        foreach (var (attempt, day) in new[] { (1, 2), (2, 5), (3, 9), (4, 16) })
        {
            CollectionDuties.Requests(customer, Day(6, day) - Duration.Epsilon).Facts.ShouldBeEmpty();
            Take(customer, Day(6, day), [.. CollectionDuties.Requests(customer, Day(6, day)).Facts]);
            Answer($"D:{attempt}", false);
            Arrears().ShouldBe(attempt < 4 ? "pending" : "in_progress");
        }

        CollectionDuties.NextAt(customer).ShouldBeNull();
        Again("due+30:collect", "D:5");
        var facts = new ReceivePayment(new PaymentReceived
        {
            Id = "p", Amount = 100, Method = "transfer", ReceivedOn = new(2025, 7, 3), Allocations = [new Allocation("D", 100)],
        }).Decide(customer).Facts;
        Take(customer, Day(7, 3), [.. facts]);
        Take(customer, Day(7, 3), FollowUps.Next(customer, ["D"])!);
        (customer.Collections.Request("D:5")!.Status, Arrears()).ShouldBe(("withdrawn", "resolved"));
        Answer("D:5", true);
        customer.Unapplied.ShouldBe(100, "it was taken all the same");
    }

    [Fact]
    public void money_that_was_taken_back_from_a_card_is_asked_of_it_again_when_somebody_says_so()
    {
        Open("D", 100);
        Refusal("a").ShouldBe("not_collected");
        Take(customer, Day(5, 25), new CollectionPlanned { Document = "D", FirstAt = Day(6, 2), TimeZone = "Etc/UTC" });
        Refusal("a").ShouldBe("charge_not_due");
        Take(customer, Day(6, 2), [.. CollectionDuties.Requests(customer, Day(6, 2)).Facts]);
        Answer("D:1", true);
        Refusal("a").ShouldBe("nothing_outstanding");
        new ReceivePayment(new PaymentReceived { Id = "charge:D:2", Amount = 1, Method = "cash", ReceivedOn = new(2025, 6, 2), Allocations = [] }).Decide(customer)
            .Refusal!.Field.ShouldBe("id", "the next charge will be recorded under it");

        TakeBack("charge:D:1");
        (customer.Document("D")!.Outstanding, CollectionDuties.NextAt(customer), Arrears()).ShouldBe((100m, null, ("in_progress", "payment_reversed")));
        CollectionDuties.Requests(customer, Day(7, 1)).Facts.ShouldBeEmpty();
        Again("due+1:collect").ShouldBeEmpty("no step of dunning either");
        Ask("a", "D:2");
        Ask("a");
        Ask("b");
        Arrears().ShouldBe(("pending", "payment_reversed"));
        Answer("D:2", false);
        (CollectionDuties.NextAt(customer), Arrears()).ShouldBe((Day(6, 5), ("pending", "payment_failed")), "as any that was declined");
        Ask("a");
        Ask("b", "D:3");
        Answer("D:3", true);
        Arrears().ShouldBe(("resolved", "payment_failed"));
        TakeBack("charge:D:3");
        (CollectionDuties.NextAt(customer), Arrears()).ShouldBe((null, ("in_progress", "payment_reversed")));
    }

    [Fact]
    public void what_was_taken_back_before_decision_346_goes_by_the_rule_of_then()
    {
        Open("D", 100);
        Take(customer, Day(5, 25), new CollectionPlanned { Document = "D", FirstAt = Day(6, 2), TimeZone = "Etc/UTC" });
        Take(customer, Day(6, 2), [.. CollectionDuties.Requests(customer, Day(6, 2)).Facts]);
        Answer("D:1", true);
        Take(customer, Day(6, 3), AccountFact.Read(
            """{"fact":"payment_reversed","payment":"charge:D:1","command":"r","reason":"charged back","reopened":[{"document":"D","amount":"100"}],"unapplied":"0"}"""));
        (customer.Document("D")!.Outstanding, CollectionDuties.NextAt(customer), Arrears().State).ShouldBe((100m, Day(6, 2), null), "what was listed of it still proves");
    }

    [Fact]
    public void a_transfer_that_bounces_leaves_the_card_to_be_charged_as_planned()
    {
        Open("D", 100);
        Take(customer, Day(5, 25), new CollectionPlanned { Document = "D", FirstAt = Day(6, 2), TimeZone = "Etc/UTC" });
        Take(customer, Day(6, 1), [.. new ReceivePayment(new PaymentReceived
        {
            Id = "p", Amount = 100, Method = "transfer", ReceivedOn = new(2025, 6, 1), Allocations = [new Allocation("D", 100)],
        }).Decide(customer).Facts]);
        CollectionDuties.NextAt(customer).ShouldBeNull();
        TakeBack("p");
        CollectionDuties.NextAt(customer).ShouldBe(Day(6, 2), "nobody has taken anything back from the card");
    }

    private string? Refusal(string command) => new AskForCharge("D", command, Day(6, 3)).Decide(customer).Refusal?.Code;

    private void Ask(string command, string? id = null)
    {
        var decision = new AskForCharge("D", command, Day(6, 3)).Decide(customer);
        decision.Refusal.ShouldBeNull();
        Take(customer, Day(6, 3), [.. decision.Facts]);
        if (id is null) decision.Facts.ShouldBeEmpty();
        else decision.Facts.ShouldHaveSingleItem().ShouldBeOfType<ChargeRequested>().Id.ShouldBe(id);
    }

    private void TakeBack(string payment) => Take(customer, Day(6, 3), [.. new ReversePayment(payment, "r", "charged back").Decide(customer).Facts]);

    private (string? State, string? Reason) Arrears() =>
        (customer.Collections.Of("D")!.Arrears(customer.Document("D")!), customer.Collections.Of("D")!.Reason);

    private void Again(string step, string id) => Again(step).ShouldHaveSingleItem().ShouldBeOfType<ChargeRequested>().Id.ShouldBe(id);

    private IReadOnlyList<AccountFact> Again(string step)
    {
        var facts = new CollectAgain("D", step, Day(6, 3)).Decide(customer).Facts;
        Take(customer, Day(6, 3), [.. facts]);
        return facts;
    }

    private void Answer(string id, bool succeeded) => Take(customer, Day(6, 3), [.. new AnswerChargeRequest(id, succeeded, Day(6, 3)).Decide(customer).Facts]);

    private void Open(string number, decimal total) => Take(customer, Day(5, 25), new DocumentOpened
    {
        Number = number, Kind = "invoice", Agreement = "a", Period = "2025-05", IssueDate = new(2025, 5, 25), DueDate = new(2025, 6, 2), Net = total, Tax = 0,
        Total = total, Outstanding = total, Revenue = [],
    });

    private void Release(string document, int number, decimal amount, Instant at) =>
        Take(payable, at, new ShareReleased { Document = document, Customer = "cld-1", Number = number, Calendar = "monthly", Amount = amount });

    private List<(string Id, decimal Amount)> PayOut(Instant now)
    {
        var made = new List<(string, decimal)>();
        while (PayoutDecider.NextAt(payable.Payables, "monthly", Monthly) is { } at && at <= now && made.Count < 10)
        {
            var fact = (PayoutMade)PayoutDecider.Decide(payable, "monthly", Monthly, now).Facts.Single();
            Take(payable, now, fact);
            made.Add((fact.Id, fact.Amount));
        }

        return made;
    }

    private static void Take(AccountState account, Instant at, params AccountFact[] facts)
    {
        foreach (var fact in facts) account.Apply(new RecordedFact(account.Version + 1, at, "test", AccountFact.Read(fact.ToBody())));
    }

    private static Instant Day(int month, int day) => Instant.FromUtc(2025, month, day, 0, 0);
}
