// Messages about the state of a party.
namespace OrleansBilling.GrainInterfaces.Parties;

/// <summary>A command on a party's state.</summary>
[GenerateSerializer, Immutable, Alias("ob.PartyStateCommand")]
public sealed record PartyStateCommand
{
    /// <summary>billing: PartyVerb.</summary>
    [Id(0)] public required byte Verb { get; init; }
    /// <summary>billing: PartyStatus, in words; of a command that sets one.</summary>
    [Id(1)] public string Status { get; init; } = "";
    /// <summary>Why; may be empty.</summary>
    [Id(2)] public required string Reason { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(3)] public required string Actor { get; init; }
    /// <summary>Steps from the party up to who asks.</summary>
    [Id(4)] public int Level { get; init; } = int.MaxValue;
    /// <summary>Last day of a lift, ISO 8601.</summary>
    [Id(5)] public string? Until { get; init; }
    /// <summary>The dunning case that asks, its version and its zone.</summary>
    [Id(6)] public string? Case { get; init; }
    /// <summary>See <see cref="Case"/>.</summary>
    [Id(7)] public long CaseVersion { get; init; }
    /// <summary>See <see cref="Case"/>.</summary>
    [Id(8)] public string? Zone { get; init; }
}

/// <summary>How a command ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.PartyStateAnswer")]
public sealed record PartyStateAnswer
{
    /// <summary>Null: done, now or before. Else the code of the refusal.</summary>
    [Id(0)] public string? Code { get; init; }
    /// <summary>A sentence about the refusal.</summary>
    [Id(1)] public string Detail { get; init; } = "";
    /// <summary>The party's own status now.</summary>
    [Id(2)] public string Status { get; init; } = "";
}
