// Payments, and what they and other credit do to documents.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

public sealed partial class AccountState
{
    private readonly Dictionary<string, PaymentReceived> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaymentReversed> reversals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaymentNoticed> notices = new(StringComparer.Ordinal);
    private readonly List<OpenDocument> awaitingCredit = [];
    private readonly HashSet<string> allocations = new(StringComparer.Ordinal);

    /// <summary>Payments and credit notes as money that can be used.</summary>
    public CreditBook Credits { get; } = new();

    /// <summary>Received or credited, and not yet used.</summary>
    public decimal Unapplied => Credits.Unapplied;

    /// <summary>Documents that were issued while something was unapplied, and have not been offered it.</summary>
    public IReadOnlyList<OpenDocument> AwaitingCredit => awaitingCredit;

    /// <summary>A payment, or null.</summary>
    public PaymentReceived? Payment(string id) => payments.GetValueOrDefault(id);

    /// <summary>The reversal of a payment, or null.</summary>
    public PaymentReversed? Reversal(string payment) => reversals.GetValueOrDefault(payment);

    /// <summary>A notice, or null.</summary>
    public PaymentNoticed? Notice(string id) => notices.GetValueOrDefault(id);

    /// <summary>Whether credit was allocated under an id.</summary>
    public bool HasAllocated(string id) => allocations.Contains(id);

    private void Receive(PaymentReceived payment)
    {
        payments.Add(payment.Id, payment);
        var credit = Credits.Add(payment.Id, payment.Rest);
        foreach (var part in payment.Allocations)
        {
            Settle(part.Document, part.Amount, payment.ReceivedOn);
            credit.Use(part.Document, part.Amount);
        }
    }

    private void Reverse(PaymentReversed reversal)
    {
        reversals.Add(reversal.Payment, reversal);
        foreach (var part in reversal.Reopened)
            Settle(part.Document, -part.Amount, null);
        Credits.TakeBack(reversal.Payment);
    }

    private void Allocate(Allocated allocated)
    {
        allocations.Add(allocated.Id);
        foreach (var part in allocated.Parts)
        {
            Credits.Use(part, allocated.Document);
            Settle(allocated.Document, part.Amount, allocated.On);
        }
    }

    // Settles a document, or below zero opens it again.
    private void Settle(string number, decimal amount, LocalDate? on)
    {
        var document = documents[number];
        if (amount > document.Outstanding)
            throw new InvalidOperationException($"{number} has {document.Outstanding} outstanding, not {amount}.");
        document.Outstanding -= amount;
        document.Settled += amount;
        document.PaidOn = document.Outstanding == 0 ? on : null;
        Owed -= amount;
    }
}
