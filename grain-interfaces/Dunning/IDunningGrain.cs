// What can be said to the dunning of an account.
namespace OrleansBilling.GrainInterfaces.Dunning;

/// <summary>Takes the steps that are due on what a buyer owes a seller. Key: id of the account (billing: AccountKey).</summary>
[Alias("ob.IDunningGrain")]
public interface IDunningGrain : IGrainWithStringKey
{
    /// <summary>Looks what is due now. True: nothing is left to do at this instant.</summary>
    [Alias("Work")]
    Task<bool> Work(CancellationToken cancel = default);

    /// <summary>A document does not count while it is disputed, or counts again.</summary>
    [Alias("Dispute")]
    Task Dispute(DisputeCommand command, CancellationToken cancel = default);
}

/// <summary>A dispute begins or ends.</summary>
[GenerateSerializer, Immutable, Alias("ob.DisputeCommand")]
public sealed record DisputeCommand
{
    /// <summary>Number of the document.</summary>
    [Id(0)] public required string Document { get; init; }
    /// <summary>Its agreement.</summary>
    [Id(1)] public required string Agreement { get; init; }
    /// <summary>Whether it begins.</summary>
    [Id(2)] public required bool Begins { get; init; }
    /// <summary>Why.</summary>
    [Id(3)] public required string Reason { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(4)] public required string Actor { get; init; }
}

/// <summary>Kinds of due work of dunning.</summary>
public static class DunningDueKinds
{
    /// <summary>The next step.</summary>
    public const string Step = "step";
    /// <summary>Something has changed: written with it, so that it is looked at whoever forgets.</summary>
    public const string Wake = "wake";
    /// <summary>Something counts against a service balance since; an hour follows, so that each has a row of its own.</summary>
    public const string Used = "used";
}
