// Bodies and answers of dunning.
using System.Text.Json;
using NodaTime;

namespace OrleansBilling.ClientApi.Dunning;

/// <summary>A document is disputed.</summary>
public sealed record DisputeRequest
{
    /// <summary>Why, for those who read the history.</summary>
    public required string Reason { get; init; }
}

/// <summary>A dunning case.</summary>
/// <param name="Agreement">The agreement whose documents it is about.</param>
/// <param name="Seller">Who is owed.</param>
/// <param name="Party">Who owes.</param>
/// <param name="State">running: something is overdue. resting: nothing is.</param>
/// <param name="Asks">The state of the party that it asks for.</param>
/// <param name="Documents">Documents of the episode that runs.</param>
/// <param name="Taken">Steps that were taken in it.</param>
/// <param name="Disputed">Documents that do not count now.</param>
/// <param name="Below">Steps of balances that are below their amounts now.</param>
/// <param name="BalanceUnknown">The balance that steps go by could not be told: its preview is too long. These steps stay as they are meanwhile.</param>
public sealed record DunningCaseView(string Agreement, string Seller, string Party, string State, string Asks, IReadOnlyList<string> Documents,
    IReadOnlyList<string> Taken, IReadOnlyList<string> Disputed, IReadOnlyList<string> Below, bool BalanceUnknown = false);

/// <summary>A fact of a case.</summary>
/// <param name="Version">1, 2, 3 … within the case.</param>
/// <param name="RecordedAt">When it was decided; a step has the instant that it was due at besides.</param>
/// <param name="Fact">What happened.</param>
public sealed record DunningFactView(long Version, Instant RecordedAt, JsonElement Fact);

/// <summary>Whether a document is disputed.</summary>
public sealed record DisputeView(string Document, bool Disputed);
