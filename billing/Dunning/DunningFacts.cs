// Facts of a dunning case, as they are journaled.
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;
using OrleansBilling.Billing.Parties;

namespace OrleansBilling.Billing.Dunning;

/// <summary>Something that happened in a case. Never edited.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(EpisodeBegan), "episode_began")]
[JsonDerivedType(typeof(EpisodeEnded), "episode_ended")]
[JsonDerivedType(typeof(StepTaken), "step_taken")]
[JsonDerivedType(typeof(StepPassed), "step_passed")]
[JsonDerivedType(typeof(StatusAsked), "status_asked")]
[JsonDerivedType(typeof(DocumentDisputed), "document_disputed")]
[JsonDerivedType(typeof(DisputeEnded), "dispute_ended")]
[JsonDerivedType(typeof(BalanceFell), "balance_fell")]
[JsonDerivedType(typeof(BalanceRecovered), "balance_recovered")]
[JsonDerivedType(typeof(BalanceUnknown), "balance_unknown")]
[JsonDerivedType(typeof(BalanceKnown), "balance_known")]
[JsonDerivedType(typeof(EffectsDone), "effects_done")]
public abstract record DunningFact;

/// <summary>Documents are overdue: a new episode, more documents of a running one, or one that goes on because a payment came back.</summary>
public sealed record EpisodeBegan(string Episode, ImmutableArray<string> Documents) : DunningFact;

/// <summary>Nothing is overdue any more.</summary>
public sealed record EpisodeEnded(string Episode) : DunningFact;

/// <summary>A step fired.</summary>
/// <param name="Document">The document whose dates it goes by.</param>
/// <param name="At">00:00 of its day.</param>
/// <param name="Episode">Null: it belongs to the document alone.</param>
public sealed record StepTaken(string Document, string Step, string Action, Instant At, string? Episode = null, string? Text = null,
    LateCharge? Charge = null) : DunningFact;

/// <summary>What a step charges: net, rounded, for these days.</summary>
public sealed record LateCharge(string Kind, decimal Amount, LocalDate From, LocalDate To);

/// <summary>The day of a step passed while its document was paid for: it does not fire any more (domain 0.3, rule 20).</summary>
public sealed record StepPassed(string Document, string Step, string? Episode = null) : DunningFact;

/// <summary>The case asks for another status of the debtor.</summary>
/// <param name="Overdue">The part of it that overdue documents ask for; null: all of it.</param>
public sealed record StatusAsked(PartyStatus Status, string Reason, string Zone, PartyStatus? Overdue = null) : DunningFact;

/// <summary>The service balance has fallen below what a step names (domain 0.3, rule 26). It does not fire again before it has recovered.</summary>
/// <param name="Number">1, 2, 3 … of the case's crossings.</param>
/// <param name="At">When it was seen.</param>
/// <param name="Available">The balance then.</param>
public sealed record BalanceFell(int Number, string Step, string Action, Instant At, decimal Available, string? Text = null) : DunningFact;

/// <summary>The balance is at or above it again, or the policy has no such step any more.</summary>
public sealed record BalanceRecovered(string Step) : DunningFact;

/// <summary>The service balance cannot be told any more, as its preview is too long: steps that go by it stay as they are, and somebody has to look.</summary>
public sealed record BalanceUnknown : DunningFact;

/// <summary>It can be told again, or nothing goes by it any more.</summary>
public sealed record BalanceKnown : DunningFact;

/// <summary>A document does not count while it is disputed.</summary>
public sealed record DocumentDisputed(string Document, string Reason, string Actor) : DunningFact;

/// <summary>It counts again.</summary>
public sealed record DisputeEnded(string Document, string Actor) : DunningFact;

/// <summary>What was to be told and charged has been.</summary>
public sealed record EffectsDone : DunningFact;
