// Facts of payable accounts: what a seller owes a provider, tenant or reseller, and what it has paid (domain 3.4).
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Payouts;

/// <summary>A share was earned: owed from now on, payable when it is released.</summary>
public sealed record ShareAccrued : AccountFact
{
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>Whose invoice it is.</summary>
    public required string Customer { get; init; }
    /// <summary>Above zero; below where a discount takes more than was earned.</summary>
    public required decimal Amount { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Document;
}

/// <summary>A share is payable by the next payout; below zero, it is no longer.</summary>
public sealed record ShareReleased : AccountFact
{
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>Whose invoice it is.</summary>
    public required string Customer { get; init; }
    /// <summary>1, 2, 3 … of this invoice; 0: with its issue.</summary>
    public required int Number { get; init; }
    /// <summary>The calendar by whose payout day it is paid.</summary>
    public required string Calendar { get; init; }
    /// <summary>Amount.</summary>
    public required decimal Amount { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => $"{Document}:{Number}";
}

/// <summary>A share was taken back, since the customer was credited.</summary>
public sealed record ShareClawedBack : AccountFact
{
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>Whose invoice it is.</summary>
    public required string Customer { get; init; }
    /// <summary>1, 2, 3 … of this invoice.</summary>
    public required int Number { get; init; }
    /// <summary>The calendar by whose payout day it would have been, or was, paid.</summary>
    public required string Calendar { get; init; }
    /// <summary>Above zero.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Whether it was payable: then it lowers the next payout.</summary>
    public required bool WasPayable { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => $"{Document}:{Number}";
}

/// <summary>A payout day has come: all that was released before it is paid, or carried forward when it is not above zero.</summary>
public sealed record PayoutMade : AccountFact
{
    /// <summary><c>calendar:2025-06-15</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The calendar.</summary>
    public required string Calendar { get; init; }
    /// <summary>Label of the period that it is named after.</summary>
    public required string Period { get; init; }
    /// <summary>The payout day's first instant: what was released before it is in.</summary>
    public required Instant Before { get; init; }
    /// <summary>What is paid; 0: nothing is, and what is below zero waits for the next.</summary>
    public required decimal Amount { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>A payout has its statement.</summary>
public sealed record PayoutIssued : AccountFact
{
    /// <summary>The payout.</summary>
    public required string Id { get; init; }
    /// <summary>Number of the statement.</summary>
    public required string Number { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>The money has been sent.</summary>
public sealed record PayoutPaid : AccountFact
{
    /// <summary>Number of the statement.</summary>
    public required string Number { get; init; }
    /// <summary>Amount.</summary>
    public required decimal Amount { get; init; }
    /// <summary>The day.</summary>
    public required LocalDate PaidOn { get; init; }
    /// <summary>How it is found at the bank.</summary>
    public string? Reference { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Number;
}

/// <summary>The money has come back: it is payable again, by the next payout.</summary>
public sealed record PayoutReturned : AccountFact
{
    /// <summary>Number of the statement.</summary>
    public required string Number { get; init; }
    /// <summary>The calendar by whose payout day it is paid again.</summary>
    public required string Calendar { get; init; }
    /// <summary>Amount.</summary>
    public required decimal Amount { get; init; }
    /// <summary>The day.</summary>
    public required LocalDate ReturnedOn { get; init; }
    /// <summary>Why, as the bank says.</summary>
    public string? Reason { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Number;
}
