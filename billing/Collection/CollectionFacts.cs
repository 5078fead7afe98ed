// Facts of collection: what is to be charged to a customer's card or account, and how that went (domain 1.2).
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Accounts;

namespace OrleansBilling.Billing.Collection;

/// <summary>What an invoice leaves outstanding is to be charged on a day.</summary>
public sealed record CollectionPlanned : AccountFact
{
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>When it is charged first.</summary>
    public required Instant FirstAt { get; init; }
    /// <summary>Zone of the calendar; retries are counted in its days.</summary>
    public required string TimeZone { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Document;
}

/// <summary>Whoever charges cards is asked to charge.</summary>
public sealed record ChargeRequested : AccountFact
{
    /// <summary><c>document:attempt</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The invoice.</summary>
    public required string Document { get; init; }
    /// <summary>1, 2, 3 ….</summary>
    public required int Attempt { get; init; }
    /// <summary>What is outstanding.</summary>
    public required decimal Amount { get; init; }
    /// <summary>When it fell due.</summary>
    public required Instant At { get; init; }
    /// <summary>The step of dunning that asked for it; null: it fell due by itself.</summary>
    public string? Step { get; init; }
    /// <summary>The command that asked for it; null: nobody did.</summary>
    public string? Command { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;
}

/// <summary>A wallet asks for money: its request <see cref="Number"/>, once.</summary>
public sealed record TopUpRequested : AccountFact
{
    /// <summary><c>wallet:top_up:number</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The wallet.</summary>
    public required string Wallet { get; init; }
    /// <summary>1, 2, 3 … within the wallet.</summary>
    public required long Number { get; init; }
    /// <summary>What to charge.</summary>
    public required decimal Amount { get; init; }
    /// <summary>When the wallet asked.</summary>
    public required Instant At { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;

    /// <summary>The id of a wallet's request by its reference (<see cref="Wallets.TopUpDecider.ReferenceOf"/>).</summary>
    public static string IdOf(string wallet, string reference) => $"{wallet}:{reference}";
}

/// <summary>How a request ended.</summary>
public sealed record ChargeRequestEnded : AccountFact
{
    /// <summary>The request.</summary>
    public required string Id { get; init; }
    /// <summary><c>succeeded</c>, <c>declined</c>, or <c>withdrawn</c>: the invoice was settled in another way.</summary>
    public required string Result { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => $"{Id}:{Result}";
}
