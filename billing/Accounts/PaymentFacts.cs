// Facts of money that came in, and of what it settles.
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.Billing.Accounts;

/// <summary>How much of something goes to a document.</summary>
/// <param name="Document">Number.</param>
/// <param name="Amount">Above 0.</param>
public sealed record Allocation(string Document, decimal Amount);

/// <summary>Money came in. What it says of allocations is settled at once; the rest is unapplied (domain 0.3, rule 19).</summary>
public sealed record PaymentReceived : AccountFact
{
    /// <summary>Identifies it in the whole installation.</summary>
    public required string Id { get; init; }
    /// <summary>Above 0.</summary>
    public required decimal Amount { get; init; }
    /// <summary>How it came: <c>transfer</c>, <c>cheque</c>, <c>cash</c>, <c>card</c>, <c>other</c>.</summary>
    public required string Method { get; init; }
    /// <summary>Its value date: documents that it settles are paid on this day.</summary>
    public required LocalDate ReceivedOn { get; init; }
    /// <summary>What the payer quoted, or the bank's id.</summary>
    public string? Reference { get; init; }
    /// <summary>What it settles.</summary>
    public required Allocation[] Allocations { get; init; }
    /// <summary>Both parties as they were when it was recorded, for its receipt; null: it was recorded before receipts were made.</summary>
    public ReceiptParties? Parties { get; init; }

    /// <summary>Not allocated by the payment itself.</summary>
    [JsonIgnore]
    public decimal Rest => Amount - Allocations.Sum(part => part.Amount);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;

    /// <summary>Whether another payment says the same.</summary>
    public bool Says(PaymentReceived other) =>
        this with { Allocations = other.Allocations, Parties = other.Parties } == other && Allocations.SequenceEqual(other.Allocations);
}

/// <summary>Who received a payment from whom, as printed.</summary>
public sealed record ReceiptParties(PartyOnDocument Seller, PartyOnDocument Buyer);

/// <summary>A payment is taken back: bounced, booked wrongly. What it had settled is open again (domain 0.3, rule 20).</summary>
public sealed record PaymentReversed : AccountFact
{
    /// <summary>The payment.</summary>
    public required string Payment { get; init; }
    /// <summary>Identifies the command, so that sending it again is told from reversing again.</summary>
    public required string Command { get; init; }
    /// <summary>Why.</summary>
    public required string Reason { get; init; }
    /// <summary>What is open again.</summary>
    public required Allocation[] Reopened { get; init; }
    /// <summary>What of it was not used.</summary>
    public required decimal Unapplied { get; init; }
    /// <summary>The invoice that it was collected for by card, which is not charged again by itself; null: none, or reversed before decision 346.</summary>
    public string? Holds { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Payment;
}

/// <summary>Unapplied credit goes to a document: by itself to the next one that is issued, or by command.</summary>
public sealed record Allocated : AccountFact
{
    /// <summary>Identifies it in the account.</summary>
    public required string Id { get; init; }
    /// <summary>Number.</summary>
    public required string Document { get; init; }
    /// <summary>A document that it settles is paid on this day.</summary>
    public required LocalDate On { get; init; }
    /// <summary>From which credit how much.</summary>
    public required CreditPart[] Parts { get; init; }

    /// <summary>Id of the command; the number of a document that was issued while there was credit.</summary>
    [JsonIgnore]
    public string Command => Id.EndsWith("/" + Document, StringComparison.Ordinal) ? Id[..^(Document.Length + 1)] : Id;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>How much comes from a credit.</summary>
/// <param name="Source">Id of the payment, or number of the credit note.</param>
/// <param name="Amount">Above 0.</param>
public sealed record CreditPart(string Source, decimal Amount);

/// <summary>A buyer says that it has paid, before the money is there.</summary>
public sealed record PaymentNoticed : AccountFact
{
    /// <summary>Identifies it in the whole installation.</summary>
    public required string Id { get; init; }
    /// <summary>What was paid.</summary>
    public required decimal Amount { get; init; }
    /// <summary>How.</summary>
    public required string Method { get; init; }
    /// <summary>The bank's id of it.</summary>
    public required string Reference { get; init; }
    /// <summary>When.</summary>
    public required LocalDate PaidOn { get; init; }
    /// <summary>Documents that it is for.</summary>
    public required string[] Documents { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}
