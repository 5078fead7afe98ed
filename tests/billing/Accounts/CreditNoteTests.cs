// Credit notes on paper: their numbers, and what becomes of what they credit (domain 0.3, rule 18).
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Documents;
using Shouldly;
using Xunit;

namespace OrleansBilling.BillingTests.Accounts;

public sealed class CreditNoteTests
{
    private readonly LiveAccount account = new();

    [Fact]
    public void notes_are_numbered_by_their_invoice_lower_what_is_outstanding_first_and_never_exceed_it()
    {
        account.Take(Decision.Of(new DocumentOpened
        {
            Number = "R-7", Kind = "invoice", Agreement = "a", Period = "2025-05", IssueDate = LiveAccount.Day, DueDate = LiveAccount.Day, Net = 100, Tax = 24,
            Total = 124, Outstanding = 124, Revenue = [],
        }));
        account.Decide(new ReceivePayment(new PaymentReceived
        {
            Id = "p", Amount = 100, Method = "cash", ReceivedOn = LiveAccount.Day, Allocations = [new Allocation("R-7", 100)],
        })).ShouldBeNull();
        Credit("one", 10).ShouldBe("R-7-C: 12.4 of it on what is owed");
        Credit("two", 20).ShouldBe("R-7-C2: 11.6 of it on what is owed");
        Credit("two", 20).ShouldBe("R-7-C2: 11.6 of it on what is owed");
        Credit("three", 70.01m).ShouldBe("exceeds_invoice");
        Credit("three", 70).ShouldBe("R-7-C3: 0.0 of it on what is owed");
        Credit("four", 1).ShouldBe("fully_credited");
        // 13.20 of the second and 86.80 of the third.
        (account.State.Unapplied, account.State.Documents.Single().Outstanding).ShouldBe((100m, 0m));
    }

    private string Credit(string id, decimal net)
    {
        var refusal = account.Decide(new IssueCreditNote(id, "R-7", "amount", "why", LiveAccount.Day, "half_even",
            [new TaxPart { Category = "S", Rate = 24, Net = 100, Tax = 24 }], [new CreditLine("part", 1, net, "S", 24)]));
        var note = account.Facts.OfType<CreditNoted>().LastOrDefault();
        return refusal?.Code ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{note!.Number}: {note.Applied:0.0#} of it on what is owed");
    }
}
