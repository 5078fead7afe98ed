// Messages of backfills: one subscription's part of a backfill, and taking it back.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>Takes back what a backfill counted on a subscription.</summary>
[GenerateSerializer, Immutable, Alias("ob.RevertCommand")]
public sealed record RevertCommand
{
    /// <summary>Id of the backfill.</summary>
    [Id(0)] public required string Backfill { get; init; }
    /// <summary>Why the backfill was made, for those who read the history.</summary>
    [Id(1)] public required string Reason { get; init; }
}

/// <summary>What a backfill comes to on one subscription.</summary>
[GenerateSerializer, Immutable, Alias("ob.BackfillReport")]
public sealed record BackfillReport
{
    /// <summary>Anything but Decided: nothing is known, ask again.</summary>
    [Id(0)] public required BatchState State { get; init; }
    /// <summary>Events that were accepted, those that were taken back included.</summary>
    [Id(1)] public long Accepted { get; init; }
    /// <summary>What stands, by agreement; nothing once it is reverted.</summary>
    [Id(2)] public BackfillAmount[] Amounts { get; init; } = [];
}

/// <summary>What stands of a backfill on one agreement.</summary>
[GenerateSerializer, Immutable, Alias("ob.BackfillAmount")]
public sealed record BackfillAmount
{
    /// <summary>Agreement of the leg.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Plan of the leg.</summary>
    [Id(1)] public required string Plan { get; init; }
    /// <summary>Exact, in the plan's currency.</summary>
    [Id(2)] public required decimal Amount { get; init; }
}
