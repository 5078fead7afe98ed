// States of parties: the facts, and beside them how each party stands.
using NodaTime;

namespace OrleansBilling.Storage.Parties;

/// <summary>
/// Facts of a party have versions without gaps from 1; who appends says which version he has seen. Changes of all parties have one order, in which
/// processes follow them: whoever read up to a place of it has missed nothing before that place.
/// </summary>
public interface IPartyStateStore
{
    /// <summary>How a party stands, or null: nothing was ever said of it.</summary>
    Task<StoredStanding?> Get(string party, CancellationToken cancel);

    /// <summary>Appends facts and replaces the standing, in one transaction. False: another version stands there, and nothing is written.</summary>
    Task<bool> Append(PartyAppend append, CancellationToken cancel);

    /// <summary>Parties that changed behind a place of the common order, in that order; of each only its last change.</summary>
    Task<IReadOnlyList<StandingChange>> Changes(long after, int limit, CancellationToken cancel);

    /// <summary>Facts of a party behind a version, oldest first.</summary>
    Task<IReadOnlyList<StoredPartyFact>> Facts(string party, long after, int limit, CancellationToken cancel);
}

/// <summary>How a party stands.</summary>
/// <param name="Version">Number of its facts.</param>
/// <param name="Status">In the word of the API, without those above it.</param>
/// <param name="Body">All of it, as JSON (billing: PartyStanding).</param>
public sealed record StoredStanding(string Party, long Version, string Status, string Body);

/// <summary>What is to be appended.</summary>
/// <param name="Expected">The version seen; 0: none.</param>
/// <param name="Facts">JSON of each.</param>
/// <param name="Standing">With the version behind the last fact.</param>
public sealed record PartyAppend(long Expected, IReadOnlyList<string> Facts, Instant At, string Actor, StoredStanding Standing);

/// <summary>A change of a party's standing.</summary>
public sealed record StandingChange(long Order, string Party, string Status);

/// <summary>A fact as stored.</summary>
public sealed record StoredPartyFact(string Party, long Version, Instant At, string Actor, string Body);
