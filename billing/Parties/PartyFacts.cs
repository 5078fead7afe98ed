// Facts of a party's state, as they are journaled.
using System.Text.Json.Serialization;
using NodaTime;

namespace OrleansBilling.Billing.Parties;

/// <summary>Something that happened to the state of a party. Never edited: what ends it is a fact of its own.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(StatusSet), "status_set")]
[JsonDerivedType(typeof(StatusCleared), "status_cleared")]
[JsonDerivedType(typeof(DunningSet), "dunning_set")]
[JsonDerivedType(typeof(Lifted), "lifted")]
[JsonDerivedType(typeof(LiftEnded), "lift_ended")]
[JsonDerivedType(typeof(PartyEnded), "ended")]
public abstract record PartyFact;

/// <summary>Somebody set a status by hand; it stands until somebody takes it back.</summary>
/// <param name="Level">How far above the party whoever set it stands (<see cref="PartyCommand.Level"/>).</param>
public sealed record StatusSet(PartyStatus Status, string Reason, string Actor, int Level) : PartyFact;

/// <summary>Somebody took back what was set by hand.</summary>
public sealed record StatusCleared(string Reason, string Actor) : PartyFact;

/// <summary>A dunning case asks for a status; active: it asks for nothing any more.</summary>
/// <param name="Case">The case: one per debtor, creditor and currency.</param>
/// <param name="Version">Grows with what the case asks for: what is told again or late changes nothing.</param>
/// <param name="Zone">IANA zone of the calendar that the case goes by.</param>
public sealed record DunningSet(string Case, long Version, PartyStatus Status, string Reason, string Zone) : PartyFact;

/// <summary>What dunning asks for does not count for a while.</summary>
/// <param name="Until">The last day of it.</param>
/// <param name="EndsAt">When it counts again.</param>
public sealed record Lifted(LocalDate Until, Instant EndsAt, string Reason, string Actor) : PartyFact;

/// <summary>What dunning asks for counts again.</summary>
public sealed record LiftEnded : PartyFact;

/// <summary>Terminated; no fact after this one changes anything.</summary>
public sealed record PartyEnded(string Reason, string Actor) : PartyFact;
