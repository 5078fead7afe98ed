// Messages that create and replace reference data.
namespace OrleansBilling.GrainInterfaces.Definitions;

/// <summary>A definition as JSON in the API's own form (billing: Definitions).</summary>
[GenerateSerializer, Immutable, Alias("ob.DefineCommand")]
public sealed record DefineCommand
{
    /// <summary>Seller, partner, customer, calendar, meter, agreement, plan, plan_version or subscription.</summary>
    [Id(0)] public required string Kind { get; init; }
    /// <summary>Id chosen by the caller; a plan for a new plan version.</summary>
    [Id(1)] public required string Id { get; init; }
    /// <summary>The body.</summary>
    [Id(2)] public required string Body { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(3)] public required string Actor { get; init; }
    /// <summary>The party that the key belongs to; null: the operator's.</summary>
    [Id(4)] public string? Party { get; init; }
    /// <summary>The service balance of every account that pays for it was looked at.</summary>
    [Id(5)] public bool IsAdmitted { get; init; }
}

/// <summary>Publishes a catalogue as it is drafted.</summary>
[GenerateSerializer, Immutable, Alias("ob.PublishCommand")]
public sealed record PublishCommand
{
    /// <summary>The catalogue.</summary>
    [Id(0)] public required string Catalogue { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(1)] public required string Actor { get; init; }
}

/// <summary>How it ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.DefineAnswer")]
public sealed record DefineAnswer
{
    /// <summary>Code of a conflict: it is a purchase on account, and nobody has looked whether the service balance bears it. Never leaves the API.</summary>
    public const string Unadmitted = "unadmitted";

    /// <summary>What happened.</summary>
    [Id(0)] public required DefineOutcome Outcome { get; init; }
    /// <summary>What is wrong, by field; empty unless refused.</summary>
    [Id(1)] public FieldProblem[] Problems { get; init; } = [];
    /// <summary>The definition that stands now, as JSON; empty when refused. With <see cref="Unadmitted"/>: billing's PricedPurchase[].</summary>
    [Id(2)] public string Body { get; init; } = "";
    /// <summary>Its version, from 1.</summary>
    [Id(3)] public int Version { get; init; }
    /// <summary>Code of a conflict that has one of its own.</summary>
    [Id(4)] public string? Code { get; init; }
}

/// <summary>Outcome of a definition.</summary>
[GenerateSerializer, Alias("ob.DefineOutcome")]
public enum DefineOutcome
{
    /// <summary>New.</summary>
    Created = 0,
    /// <summary>Replaced.</summary>
    Replaced = 1,
    /// <summary>Same as before.</summary>
    Unchanged = 2,
    /// <summary>Refused: see the problems.</summary>
    Invalid = 3,
    /// <summary>Refused: what stands there does not allow it (a problem says why).</summary>
    Conflict = 4,
    /// <summary>Refused: the state of a party allows nothing new (a problem says which).</summary>
    Stopped = 5,
}

/// <summary>What is wrong with one field.</summary>
[GenerateSerializer, Immutable, Alias("ob.FieldProblem")]
public sealed record FieldProblem
{
    /// <summary>Path in the body, e.g. <c>charges[0].unit_price</c>.</summary>
    [Id(0)] public required string Field { get; init; }
    /// <summary>A sentence.</summary>
    [Id(1)] public required string Message { get; init; }
}
