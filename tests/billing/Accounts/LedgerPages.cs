// Rules of documents, payments, notes and their postings, a page of a ledger each.
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class LedgerPages
{
    private static readonly LocalDate Issued = new(2025, 6, 1);
    private static readonly LocalDate Paid = new(2025, 6, 11);
    private readonly LiveAccount account = new();

    [Fact]
    public void rule_18_a_note_lowers_what_is_outstanding_and_the_rest_is_credit_and_the_last_takes_the_remainder_of_the_tax()
    {
        // 0.99 at 25 %: 0.2475; a third of it is 0.0825.
        Open("D", 0.99m, 0.25m);
        Pay("p", 0.80m, ("D", 0.80m));
        Note("a", "D", 0.33m).ShouldBeNull();
        (Of("D").Outstanding, account.State.Unapplied, Of("D").Notes[0].Tax).ShouldBe((0.03m, 0m, 0.08m));
        Note("b", "D", 0.33m).ShouldBeNull();
        (Of("D").Outstanding, account.State.Unapplied, Of("D").Status).ShouldBe((0m, 0.38m, "paid"));
        Note("c", "D", 0.34m)!.Code.ShouldBe("exceeds_invoice");
        Note("c", "D", 0.33m).ShouldBeNull();
        Of("D").Notes.Select(note => (note.Number, note.Tax)).ShouldBe([("D-C", 0.08m), ("D-C2", 0.08m), ("D-C3", 0.09m)]);
        (Of("D").Status, account.State.Unapplied).ShouldBe(("cancelled", 0.80m));
        Note("d", "D", 0.01m)!.Code.ShouldBe("fully_credited");
        Books().ShouldBe(["cash 0.8", "revenue:credited 0.99", "revenue:usage -0.99", "unapplied -0.8"], "the tax was taken back to the last cent");
    }

    [Fact]
    public void no_more_of_a_bill_is_credited_by_name_than_was_invoiced_for_it()
    {
        Open("D", 64.85m, 0);
        NoteOfCrm("a", 10).ShouldBeNull();
        NoteOfCrm("b", 9.96m)!.Code.ShouldBe("exceeds_bill");
        NoteOfCrm("b", 9.95m).ShouldBeNull();
        NoteOfCrm("b", 9.95m).ShouldBeNull("the same again");
        Of("D").CreditedNet.ShouldBe(19.95m);
    }

    [Fact]
    public void rule_19_what_is_unapplied_goes_to_the_next_invoice_the_oldest_first_and_to_none_that_was_there()
    {
        Open("A", 10, 0);
        Pay("p1", 30);
        Pay("p2", 40);
        Open("B", 50, 0);
        account.Take(Allocations.ToNewDocuments(account.State));
        account.Facts.OfType<Allocated>().ShouldHaveSingleItem().Parts.ShouldBe([new("p1", 30), new("p2", 20)]);
        (Of("A").Outstanding, Of("B").Outstanding, account.State.Unapplied).ShouldBe((10m, 0m, 20m));
        Of("B").PaidOn.ShouldBe(Issued);
        Books().ShouldBe(["cash 70", "receivable 10", "revenue:usage -60", "unapplied -20"]);
    }

    [Fact]
    public void rule_20_a_reversal_opens_all_that_the_payment_has_settled_and_is_made_once()
    {
        Open("A", 100, 0);
        Pay("p", 150, ("A", 100)).ShouldBeNull();
        (Of("A").Status, Of("A").PaidOn).ShouldBe(("paid", Paid), "the value date");
        Open("B", 30, 0);
        account.Take(Allocations.ToNewDocuments(account.State));
        account.Decide(new ReversePayment("p", "r1", "bounced")).ShouldBeNull();
        (Of("A").Outstanding, Of("B").Outstanding, account.State.Unapplied).ShouldBe((100m, 30m, 0m));
        (Of("A").Status, Of("A").PaidOn, Of("B").Status).ShouldBe(("issued", null, "issued"));
        account.Decide(new ReversePayment("p", "r1", "bounced")).ShouldBeNull("the same command again");
        account.Decide(new ReversePayment("p", "r2", "bounced"))!.Code.ShouldBe("already_reversed");
        Books().ShouldBe(["receivable 130", "revenue:usage -130"]);
    }

    [Fact]
    public void what_is_allocated_or_withheld_is_at_most_what_is_there()
    {
        Open("A", 100, 0);
        Pay("p", 100.01m, ("A", 100.01m))!.Code.ShouldBe("exceeds_outstanding");
        Pay("p", 99, ("A", 100))!.Field.ShouldBe("allocations");
        Withhold("w", 100.01m)!.Code.ShouldBe("exceeds_outstanding");
        Pay("p", 60, ("A", 60)).ShouldBeNull();
        Pay("p", 60, ("A", 60)).ShouldBeNull("the same again");
        Pay("p", 61, ("A", 60))!.Code.ShouldBe("id_conflict");
        Withhold("w", 40).ShouldBeNull();
        (Of("A").Status, Of("A").Settled).ShouldBe(("paid", 100m));
        Books().ShouldBe(["cash 60", "revenue:usage -100", "withheld_tax 40"]);
    }

    [Fact]
    public void an_invoice_is_owed_less_what_wallets_paid_and_what_is_prepaid_is_deferred_until_it_is_earned()
    {
        account.Take(Decision.Of(new DocumentOpened
        {
            Number = "D", Kind = "invoice", Agreement = "a", Period = "2025-05", IssueDate = Issued, DueDate = Issued, Net = 100, Tax = 25, Total = 125, Outstanding = 115,
            Revenue = [new RevenuePart { Of = "sms", Net = 40 }, new RevenuePart { Of = "prepayment", Net = 60 }],
        }, new PrepaymentSold { Id = "s", Document = "D", Amount = 60, ReleasedAt = [Instant.FromUtc(2025, 7, 1, 0, 0), Instant.FromUtc(2025, 8, 1, 0, 0)] }));
        Books().ShouldBe(["deferred -60", "receivable 115", "revenue:sms -40", "tax_payable -25", "wallet_liability 10"]);
        account.Take(new Decision([.. account.State.Deferrals.Due(Instant.FromUtc(2025, 7, 1, 0, 0))]));
        Books().ShouldBe(["deferred -30", "receivable 115", "revenue:recurring -30", "revenue:sms -40", "tax_payable -25", "wallet_liability 10"]);
    }

    [Fact]
    public void balances_taken_over_stand_beside_their_credit_which_the_next_invoice_uses()
    {
        var party = new PartyOnDocument { Name = "x", Country = "FI" };
        account.Decide(new BookOpening(new OpeningBooked
        {
            Id = "o", Agreement = "a", Calendar = "c", On = Issued, Parties = new ReceiptParties(party, party),
            Documents = [new OpeningDocument("opening-o-1", "17", Issued, Issued, 80)], Credits = [new OpeningCredit("o/1", "18", 30)],
        })).ShouldBeNull();
        account.Take(Allocations.ToNewDocuments(account.State));
        (Of("opening-o-1").Outstanding, account.State.Unapplied).ShouldBe((80m, 30m));
        Open("B", 20, 0);
        account.Take(Allocations.ToNewDocuments(account.State));
        (Of("B").Outstanding, account.State.Unapplied).ShouldBe((0m, 10m));
        Books().ShouldBe(["opening_balance -50", "receivable 80", "revenue:usage -20", "unapplied -10"]);
    }

    [Fact]
    public void an_invoice_says_what_was_due_before_and_paid_since_and_a_statement_opens_with_what_was_before()
    {
        Open("A", 100, 0);
        Pay("p1", 30, ("A", 30));
        Open("B", 50, 0);
        Pay("p2", 20, ("A", 20));
        Open("C", 10, 0);
        Situation("B").ShouldBe(new SituationFigures("EUR", 100, 30, 50, 0));
        Situation("C").ShouldBe(new SituationFigures("EUR", 120, 20, 10, 0));
        var statement = (StatementFigures)new AskStatement(Paid, Paid).Answer(account.State);
        (statement.Opening, statement.Closing, statement.Rows.Length).ShouldBe((160m, 110m, 2), "all invoices are of the 1st, both payments of the 11th");
    }

    private SituationFigures Situation(string document) => (SituationFigures)new AskSituation(document).Answer(account.State);

    private OpenDocument Of(string number) => account.State.Document(number)!;

    private void Open(string number, decimal net, decimal tax) => account.Take(Decision.Of(new DocumentOpened
    {
        Number = number, Kind = "invoice", Agreement = "a", Period = "2025-05", IssueDate = Issued, DueDate = Issued, Net = net, Tax = tax, Total = net + tax,
        Outstanding = net + tax, Revenue = [new RevenuePart { Of = "usage", Net = net }],
    }));

    private Refusal? Pay(string id, decimal amount, params (string Document, decimal Amount)[] parts) => account.Decide(new ReceivePayment(new PaymentReceived
    {
        Id = id, Amount = amount, Method = "transfer", ReceivedOn = Paid, Allocations = [.. parts.Select(part => new Allocation(part.Document, part.Amount))],
    }));

    private Refusal? Withhold(string id, decimal amount) =>
        account.Decide(new Withhold(new Withheld { Id = id, Document = "A", Amount = amount, Quarter = "2025-Q2", On = Paid }));

    private Refusal? Note(string by, string document, decimal net) => Note(by, document, "amount", new CreditLine("part", 1, net, "S", 25));

    private Refusal? NoteOfCrm(string by, decimal net) => Note(by, "D", "lines", new CreditLine("part", 1, net, "S", 25, null,
        new CreditedBill("crm", [new("crm", 13.97m), new("t1", 3.99m), new("market", 1.99m)])));

    private Refusal? Note(string by, string document, string mode, CreditLine line) => account.Decide(new IssueCreditNote(by, document, mode, "why", Paid,
        "half_away_from_zero", [new TaxPart { Category = "S", Rate = 25, Net = Of(document).Opened.Net, Tax = Of(document).Opened.Tax }], [line]));

    // Balances of the ledger, debit above zero.
    private string[] Books() => [.. account.Facts.SelectMany(fact => Postings.Of(fact, account.State.Key)).GroupBy(line => line.Ledger)
        .Select(group => (group.Key, Sum: group.Sum(line => line.Amount))).Where(one => one.Sum != 0).OrderBy(one => one.Key, StringComparer.Ordinal)
        .Select(one => FormattableString.Invariant($"{one.Key} {one.Sum:0.##}"))];
}
