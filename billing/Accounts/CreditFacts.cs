// Facts of credit notes and of tax that a buyer has withheld.
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Shares;
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.Billing.Accounts;

/// <summary>A document is taken back, whole or in part: first what is outstanding, the rest becomes unapplied credit (domain 0.3, rule 18).</summary>
public sealed record CreditNoted : AccountFact
{
    /// <summary>Number of the note: <c>OP-2025-000001-C</c>, then <c>-C2</c>.</summary>
    public required string Number { get; init; }
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>Identifies the command.</summary>
    public required string By { get; init; }
    /// <summary>What the command asked for, to tell it from another one of its id.</summary>
    public required string Asked { get; init; }
    /// <summary>Day of issue.</summary>
    public required LocalDate On { get; init; }
    /// <summary>Why, as printed.</summary>
    public required string Reason { get; init; }
    /// <summary>Without tax.</summary>
    public required decimal Net { get; init; }
    /// <summary>Tax.</summary>
    public required decimal Tax { get; init; }
    /// <summary>What it lowers of what is outstanding.</summary>
    public required decimal Applied { get; init; }
    /// <summary>Net and tax by category and rate; positive.</summary>
    public required TaxPart[] Parts { get; init; }
    /// <summary>As printed; positive.</summary>
    public required CreditLine[] Lines { get; init; }

    /// <summary>Net and tax.</summary>
    [JsonIgnore]
    public decimal Total => Net + Tax;

    /// <summary>What becomes unapplied credit.</summary>
    [JsonIgnore]
    public decimal Rest => Total - Applied;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Number;
}

/// <summary>A line of a credit note.</summary>
/// <param name="Description">As printed.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Amount">Rounded, positive.</param>
/// <param name="Category">UNCL5305.</param>
/// <param name="Rate">Percent.</param>
/// <param name="UnitPrice">Shown when quantity × price is the amount before rounding.</param>
/// <param name="Bill">The provider's bill that it takes back; null: it takes back the invoice as a whole.</param>
public sealed record CreditLine(string Description, decimal Quantity, decimal Amount, string Category, decimal Rate, decimal? UnitPrice = null,
    CreditedBill? Bill = null);

/// <summary>A provider's bill on the invoice, with its shares as they were frozen there: together they are its amount.</summary>
/// <param name="Id">Of the bill.</param>
/// <param name="Shares">What each party got of it.</param>
public sealed record CreditedBill(string Id, Share[] Shares)
{
    /// <summary>What was invoiced for it, net.</summary>
    [JsonIgnore]
    public decimal Amount => Shares.Sum(share => share.Amount);
}

/// <summary>A buyer has withheld tax from a document and pays it to the state: it settles the document (domain 1.4).</summary>
public sealed record Withheld : AccountFact
{
    /// <summary>Identifies it in the whole installation.</summary>
    public required string Id { get; init; }
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>Above 0.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Fiscal quarter: <c>2025-Q2</c>.</summary>
    public required string Quarter { get; init; }
    /// <summary>A document that it settles is paid on this day.</summary>
    public required LocalDate On { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>A withholding is taken back: its document is open again.</summary>
public sealed record WithholdingReversed : AccountFact
{
    /// <summary>The withholding.</summary>
    public required string Id { get; init; }
    /// <summary>Identifies the command.</summary>
    public required string By { get; init; }
    /// <summary>Why.</summary>
    public required string Reason { get; init; }
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>As it was withheld.</summary>
    public required decimal Amount { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}
