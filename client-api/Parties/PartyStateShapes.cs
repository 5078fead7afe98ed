// Bodies and answers about the state of a party.
using NodaTime;

namespace OrleansBilling.ClientApi.Parties;

/// <summary>Why somebody changes a state.</summary>
public sealed record StateRequest
{
    /// <summary>For those who read the history.</summary>
    public string? Reason { get; init; }
}

/// <summary>Dunning is to wait.</summary>
public sealed record LiftRequest
{
    /// <summary>The last day on which what dunning asks for does not count.</summary>
    public required LocalDate Until { get; init; }
    /// <summary>For those who read the history.</summary>
    public string? Reason { get; init; }
}

/// <summary>How a party stands.</summary>
/// <param name="Party">The party.</param>
/// <param name="State">active, limited, restricted, frozen, disabled, suspended, blocked or terminated; with <c>partner_</c> in front where a partner above
/// it is so.</param>
/// <param name="Reasons">Everything that asks for less than active, strongest first.</param>
/// <param name="LiftedUntil">The last day on which dunning does not count.</param>
public sealed record PartyStateView(string Party, string State, IReadOnlyList<StateReason> Reasons, LocalDate? LiftedUntil);

/// <summary>What asks for a state.</summary>
/// <param name="State">Which one.</param>
/// <param name="Source">manual, dunning or inherited.</param>
/// <param name="Party">Whose state it is.</param>
/// <param name="Reason">In words; only of parties that the caller sees.</param>
/// <param name="Since">Since when; as the reason.</param>
public sealed record StateReason(string State, string Source, string Party, string? Reason, Instant? Since);
