// A document that is owed.
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Documents;

namespace OrleansBilling.Billing.Accounts;

/// <summary>An invoice was issued: from now on it is owed until it is settled. Written in the transaction that gives it its number.</summary>
public sealed record DocumentOpened : AccountFact
{
    /// <summary>Its number.</summary>
    public required string Number { get; init; }
    /// <summary>Kind of document: <c>invoice</c>.</summary>
    public required string Kind { get; init; }
    /// <summary>Agreement.</summary>
    public required string Agreement { get; init; }
    /// <summary>Label of the period.</summary>
    public required string Period { get; init; }
    /// <summary>Day of issue.</summary>
    public required LocalDate IssueDate { get; init; }
    /// <summary>Day on which it is due.</summary>
    public required LocalDate DueDate { get; init; }
    /// <summary>Without tax.</summary>
    public required decimal Net { get; init; }
    /// <summary>Tax.</summary>
    public required decimal Tax { get; init; }
    /// <summary>Net and tax.</summary>
    public required decimal Total { get; init; }
    /// <summary>Total less what wallets have paid.</summary>
    public required decimal Outstanding { get; init; }
    /// <summary>Net by what was sold, for the ledger.</summary>
    public required RevenuePart[] Revenue { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Number;
}
