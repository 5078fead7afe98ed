// Messages of a party that is moved below another partner.
using OrleansBilling.GrainInterfaces.Definitions;

namespace OrleansBilling.GrainInterfaces.Parties;

/// <summary>From an instant on the party lies below another partner. The same again is the same answer.</summary>
[GenerateSerializer, Immutable, Alias("ob.MoveCommand")]
public sealed record MoveCommand
{
    /// <summary>Partner or customer (DefinitionKinds).</summary>
    [Id(0)] public required string Kind { get; init; }
    /// <summary>Who is moved.</summary>
    [Id(1)] public required string Party { get; init; }
    /// <summary>The partner above it from then on.</summary>
    [Id(2)] public required string To { get; init; }
    /// <summary>From when on, µs; null: now.</summary>
    [Id(3)] public required long? AtMicros { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(4)] public required string Actor { get; init; }
}

/// <summary>What came of it.</summary>
[GenerateSerializer, Immutable, Alias("ob.MoveAnswer")]
public sealed record MoveAnswer
{
    /// <summary>Created and Replaced: moved, or planned; Unchanged: it stood already; Conflict and Invalid: see the problems.</summary>
    [Id(0)] public required DefineOutcome Outcome { get; init; }
    /// <summary>What is wrong, by field; empty unless refused.</summary>
    [Id(1)] public FieldProblem[] Problems { get; init; } = [];
    /// <summary>All parents of the party with their dates, as JSON (billing: PartyHistory); empty when refused.</summary>
    [Id(2)] public string History { get; init; } = "";
}
