// What is below zero at the end of an agreement: credit notes on its invoices, the newest first, all of it or nothing (domain 0.3, rule 12).
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class EndingCreditTests
{
    private readonly LiveAccount account = new();

    public EndingCreditTests()
    {
        Invoice("R-1", 100, 24);
        Invoice("R-2", 30, 7.2m);
    }

    [Fact]
    public void the_newest_invoice_gives_back_first_and_the_last_note_of_an_invoice_takes_the_remainder_of_its_tax()
    {
        End("may", 50).ShouldBeNull();
        Notes().ShouldBe(["R-2-C 30 + 7.2", "R-1-C 20 + 4.8"]);
        account.State.Documents.Select(document => document.Outstanding).ShouldBe([99.2m, 0m]);
        account.State.Unapplied.ShouldBe(0);
    }

    [Fact]
    public void what_is_paid_already_becomes_unapplied_credit()
    {
        account.Decide(new ReceivePayment(new PaymentReceived
        {
            Id = "p", Amount = 37.2m, Method = "cash", ReceivedOn = LiveAccount.Day, Allocations = [new Allocation("R-2", 37.2m)],
        })).ShouldBeNull();
        End("may", 10).ShouldBeNull();
        account.State.Unapplied.ShouldBe(12.4m);
    }

    [Fact]
    public void the_same_draft_again_changes_nothing_and_another_one_gives_back_what_is_left()
    {
        End("may", 50).ShouldBeNull();
        End("may", 50).ShouldBeNull();
        End("june", 5).ShouldBeNull();
        Notes().ShouldBe(["R-2-C 30 + 7.2", "R-1-C 20 + 4.8", "R-1-C2 5 + 1.2"]);
    }

    [Fact]
    public void more_than_the_invoices_have_left_is_refused_whole_and_so_is_another_tax_category()
    {
        End("may", 130.01m)!.Code.ShouldBe("exceeds_invoices");
        End("may", 1, "Z")!.Code.ShouldBe("exceeds_invoices");
        account.Facts.OfType<CreditNoted>().ShouldBeEmpty();
        End("may", 130).ShouldBeNull();
        account.State.Documents.Select(document => document.Status).ShouldBe(["cancelled", "cancelled"]);
    }

    private Refusal? End(string draft, decimal net, string category = "S") => account.Decide(new CreditEnding(draft, "Rest of the agreement", LiveAccount.Day,
        "half_even", [Part(net, 0) with { Category = category }], [new("R-2", [Part(30, 7.2m)]), new("R-1", [Part(100, 24)])]));

    private IEnumerable<string> Notes() => account.Facts.OfType<CreditNoted>().Select(note =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{note.Number} {note.Net:0.##} + {note.Tax:0.##}"));

    private void Invoice(string number, decimal net, decimal tax) => account.Take(Decision.Of(new DocumentOpened
    {
        Number = number, Kind = "invoice", Agreement = "a", Period = "2025-05", IssueDate = LiveAccount.Day, DueDate = LiveAccount.Day, Net = net, Tax = tax,
        Total = net + tax, Outstanding = net + tax, Revenue = [],
    }));

    private static TaxPart Part(decimal net, decimal tax) => new() { Category = "S", Rate = 24, Net = net, Tax = tax };
}
