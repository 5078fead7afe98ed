// Payments, and what they and other credit do to documents.
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

public sealed partial class AccountState
{
    private readonly Dictionary<string, PaymentReceived> payments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaymentReversed> reversals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaymentNoticed> notices = new(StringComparer.Ordinal);
    private readonly List<OpenDocument> awaitingCredit = [];
    private readonly Dictionary<string, List<Allocation>> allocations = new(StringComparer.Ordinal);

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

    /// <summary>What a command has allocated, in its order; null: nothing was ever allocated under this id.</summary>
    public IReadOnlyList<Allocation>? AllocatedBy(string command) => allocations.GetValueOrDefault(command);

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
        if (reversal.Holds is { } document)
            Collections.Hold(document);
    }

    private void Allocate(Allocated allocated)
    {
        if (!allocations.TryGetValue(allocated.Command, out var parts))
            allocations[allocated.Command] = parts = [];
        parts.Add(new Allocation(allocated.Document, allocated.Parts.Sum(part => part.Amount)));
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
