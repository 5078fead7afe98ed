// Facts of charges: what a buyer owes besides what subscriptions seal.
using OrleansBilling.Billing.Money;
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Billing.Accounts;

/// <summary>Something is charged, or below zero given. It falls into the period that is sealed first after its instant.</summary>
public sealed record Charged : AccountFact
{
    /// <summary>Identifies it in the whole installation, among charges of all kinds.</summary>
    public required string Id { get; init; }
    /// <summary>The agreement on whose next document it stands.</summary>
    public required string Agreement { get; init; }
    /// <summary><c>charge</c>, <c>bill</c>, <c>fee</c>, <c>interest</c>, <c>prepayment</c> or <c>plan</c>.</summary>
    public required string Kind { get; init; }
    /// <summary>When it falls due to be billed: the start of a local date in the agreement's zone, or the instant of receipt.</summary>
    public required Instant At { get; init; }
    /// <summary>Exact; below zero is a discount.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Units.</summary>
    public decimal Quantity { get; init; } = 1;
    /// <summary>Shown when quantity × price is the amount.</summary>
    public decimal? UnitPrice { get; init; }
    /// <summary>As printed.</summary>
    public required string Description { get; init; }
    /// <summary>First local day that it is for.</summary>
    public required LocalDate From { get; init; }
    /// <summary>Last local day that it is for (inclusive).</summary>
    public required LocalDate To { get; init; }
    /// <summary>The customer that it is for, where that is not the buyer.</summary>
    public string? Customer { get; init; }
    /// <summary>Who provides what is charged.</summary>
    public string? Provider { get; init; }
    /// <summary>Whether it is shared by the agreement's splits.</summary>
    public bool? Commissionable { get; init; }
    /// <summary>ISO 4217 of the amount where that is not the account's: it is converted when a close takes it.</summary>
    public string? Currency { get; init; }
    /// <summary>What it comes from: a recurring bill, a document that is late, a subscription.</summary>
    public string? Source { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>A charge will stand on no document.</summary>
public sealed record ChargeCancelled : AccountFact
{
    /// <summary>The charge.</summary>
    public required string Id { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>A close has taken charges onto the document of an agreement and period.</summary>
public sealed record ChargesSealed : AccountFact
{
    /// <summary>Calendar.</summary>
    public required string Calendar { get; init; }
    /// <summary>Label of the period.</summary>
    public required string Period { get; init; }
    /// <summary>Agreement.</summary>
    public required string Agreement { get; init; }
    /// <summary>What was taken, in the order of the document.</summary>
    public required SealedPart[] Parts { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => $"{Agreement}|{Calendar}:{Period}";
}

/// <summary>A charge on a document: whole, or as much of a discount as the document can bear.</summary>
/// <param name="Charge">Its id.</param>
/// <param name="Amount">Exact; of a converted charge rounded, in the account's currency.</param>
/// <param name="Original">Of a converted charge: what was converted.</param>
public sealed record SealedPart(string Charge, decimal Amount, OriginalAmount? Original = null);
