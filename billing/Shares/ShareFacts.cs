// Facts of shares: accrued when an invoice is issued, payable when it is paid, taken back when it is credited (domain 1.2; 1.4).
using System.Text.Json.Serialization;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Shares;

/// <summary>In the customer's account: who gets how much of an invoice's net. All parties together get all of it, the seller included.</summary>
public sealed record SharesAccrued : AccountFact
{
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>The calendar by whose payout day the parties are paid.</summary>
    public required string Calendar { get; init; }
    /// <summary>Whether they are payable from the issue on, and not only when the invoice is paid.</summary>
    public bool AtIssue { get; init; }
    /// <summary>In the order in which they stand on the invoice.</summary>
    public required Share[] Shares { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Document;
}

/// <summary>In the customer's account: the invoice was paid (again), or is owed again, so that its shares are payable, or no longer.</summary>
public sealed record SharesDue : AccountFact
{
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>1, 2, 3 … of this invoice.</summary>
    public required int Number { get; init; }
    /// <summary>Payable now, or no longer.</summary>
    public required bool Payable { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => $"{Document}:{Number}";
}

/// <summary>In the customer's account: a credit note takes shares back.</summary>
public sealed record SharesTakenBack : AccountFact
{
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>1, 2, 3 … of this invoice.</summary>
    public required int Number { get; init; }
    /// <summary>What each party gives back; together the credited net.</summary>
    public required Share[] Shares { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => $"{Document}:{Number}";
}
