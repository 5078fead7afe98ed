// What a party owed and had in advance before this installation billed it, taken over from another system's books.
using NodaTime;
using System.Text.Json.Serialization;

namespace OrleansBilling.Billing.Accounts;

/// <summary>A document of the books before: what is still owed of it.</summary>
/// <param name="Number">Its number here: <c>opening-</c>, the id of what took it over, and its place there.</param>
/// <param name="Reference">Its number in the books before.</param>
/// <param name="IssueDate">When it was issued there.</param>
/// <param name="DueDate">When it is or was due.</param>
/// <param name="Amount">Still owed, above 0.</param>
public sealed record OpeningDocument(string Number, string Reference, LocalDate IssueDate, LocalDate DueDate, decimal Amount);

/// <summary>What was paid or credited there and not used.</summary>
/// <param name="Source">Names it among this account's credits.</param>
/// <param name="Reference">As the books before call it.</param>
/// <param name="Amount">Above 0.</param>
public sealed record OpeningCredit(string Source, string Reference, decimal Amount);

/// <summary>Balances were taken over. They are nobody's revenue here: a ledger of their own stands against them.</summary>
public sealed record OpeningBooked : AccountFact
{
    /// <summary>Kind of the documents that it makes.</summary>
    public const string DocumentKind = "opening_balance";

    /// <summary>Identifies it in the whole installation.</summary>
    public required string Id { get; init; }
    /// <summary>The agreement that its documents are dunned by.</summary>
    public required string Agreement { get; init; }
    /// <summary>That agreement's calendar.</summary>
    public required string Calendar { get; init; }
    /// <summary>Day of the takeover.</summary>
    public required LocalDate On { get; init; }
    /// <summary>Both parties as they were, for the documents.</summary>
    public required ReceiptParties Parties { get; init; }
    /// <summary>What is owed.</summary>
    public required OpeningDocument[] Documents { get; init; }
    /// <summary>What may be used.</summary>
    public required OpeningCredit[] Credits { get; init; }

    /// <summary>Owed of all documents.</summary>
    [JsonIgnore]
    public decimal Owed => Documents.Sum(document => document.Amount);

    /// <summary>Of all credits.</summary>
    [JsonIgnore]
    public decimal Credit => Credits.Sum(credit => credit.Amount);

    /// <inheritdoc/>
    [JsonIgnore]
    public override string FactId => Id;

    /// <summary>Its documents as the account opens them.</summary>
    public IEnumerable<DocumentOpened> Opened() => Documents.Select(document => new DocumentOpened
    {
        Number = document.Number, Kind = DocumentKind, Agreement = Agreement, Period = "opening", IssueDate = document.IssueDate, DueDate = document.DueDate,
        Net = document.Amount, Tax = 0, Total = document.Amount, Outstanding = document.Amount, Revenue = [],
    });

    /// <summary>Whether another takeover says the same.</summary>
    public bool Says(OpeningBooked other) =>
        this with { Documents = other.Documents, Credits = other.Credits, Parties = other.Parties, On = other.On } == other
        && Documents.SequenceEqual(other.Documents) && Credits.SequenceEqual(other.Credits);
}

/// <summary>Take balances over. The same id with the same body again changes nothing.</summary>
public sealed record BookOpening(OpeningBooked Fact) : AccountCommand
{
    /// <inheritdoc/>
    public override Decision Decide(AccountState state)
    {
        if (state.Opening(Fact.Id) is { } known)
            return Decision.Again(known.Says(Fact), "opening balance", Fact.Id);
        var digits = Money.Currencies.ExponentOf(state.Key.Currency);
        for (var i = 0; i < Fact.Documents.Length; i++)
            if (Money.Rounding.PlacesOf(Fact.Documents[i].Amount) > digits) return TooExact($"documents[{i}].amount", state);
        for (var i = 0; i < Fact.Credits.Length; i++)
            if (Money.Rounding.PlacesOf(Fact.Credits[i].Amount) > digits) return TooExact($"credits[{i}].amount", state);
        return Decision.Of(Fact);
    }

    /// <inheritdoc/>
    public override object Answer(AccountState state) => OpeningFigures.Of(state, Fact.Id);

    private static Decision TooExact(string field, AccountState state) => Decision.Invalid(field, $"must have no more digits than {state.Key.Currency} has");
}

/// <summary>A takeover, for lists and answers.</summary>
public sealed record OpeningFigures(string Party, string Seller, string Currency, OpeningBooked Opening)
{
    /// <summary>Of one.</summary>
    public static OpeningFigures Of(AccountState state, string id) => new(state.Key.Buyer, state.Key.Seller, state.Key.Currency, state.Opening(id)!);
}
