// Messages of a month-end close.
namespace OrleansBilling.GrainInterfaces.Closing;

/// <summary>Seal a period of a calendar. Instants are µs since 1970 UTC.</summary>
[GenerateSerializer, Immutable, Alias("ob.SealCommand")]
public sealed record SealCommand
{
    /// <summary>Calendar.</summary>
    [Id(0)] public required string Calendar { get; init; }
    /// <summary>Label of the period.</summary>
    [Id(1)] public required string Period { get; init; }
    /// <summary>Decide the seal and journal nothing.</summary>
    [Id(2)] public bool Preview { get; init; }
    /// <summary>Preview: the period before this one is still to be sealed, and takes what belongs to it.</summary>
    [Id(3)] public bool EarlierOpen { get; init; }
    /// <summary>The terms are to be those of this revision of the catalogue, or newer ones.</summary>
    [Id(4)] public long CatalogueRevision { get; init; }
}

/// <summary>What was sealed, durable; or what would be.</summary>
[GenerateSerializer, Immutable, Alias("ob.SealAnswer")]
public sealed record SealAnswer
{
    /// <summary>False: no such subscription.</summary>
    [Id(0)] public required bool Exists { get; init; }
    /// <summary>The seal frame as journaled (billing: SealFrame); empty when it does not exist.</summary>
    [Id(1)] public required ReadOnlyMemory<byte> Frame { get; init; }
    /// <summary>Whose subscription it is.</summary>
    [Id(2)] public required string Customer { get; init; }
    /// <summary>Preview: everything durable until then is in it, µs.</summary>
    [Id(3)] public long AsOfMicros { get; init; }
    /// <summary>Preview: the archive that has the seal; null: the frame is here.</summary>
    [Id(4)] public ArchivedSeal? Archived { get; init; }
    /// <summary>The subscription's purchase order now, or null.</summary>
    [Id(5)] public string? PurchaseOrder { get; init; }
}

/// <summary>The archive that has a seal.</summary>
[GenerateSerializer, Immutable, Alias("ob.ArchivedSeal")]
public sealed record ArchivedSeal
{
    /// <summary>Its id.</summary>
    [Id(0)] public required string Archive { get; init; }
    /// <summary>The date until which it was made.</summary>
    [Id(1)] public required string Until { get; init; }
}

/// <summary>Go on closing one agreement of a buyer within a run.</summary>
[GenerateSerializer, Immutable, Alias("ob.CloseSliceCommand")]
public sealed record CloseSliceCommand
{
    /// <summary>Calendar of the run.</summary>
    [Id(0)] public required string Calendar { get; init; }
    /// <summary>Label of the period.</summary>
    [Id(1)] public required string Period { get; init; }
    /// <summary>Agreement.</summary>
    [Id(2)] public required string Agreement { get; init; }
    /// <summary>Last child that reported in an earlier slice, or null.</summary>
    [Id(3)] public string? Cursor { get; init; }
    /// <summary>See <see cref="SealCommand.CatalogueRevision"/>.</summary>
    [Id(4)] public long CatalogueRevision { get; init; }
    /// <summary>The account has charges for this document, or had some.</summary>
    [Id(5)] public bool HasCharges { get; init; }
}

/// <summary>Where the agreement's part of a run stands now.</summary>
[GenerateSerializer, Immutable, Alias("ob.CloseSliceAnswer")]
public sealed record CloseSliceAnswer
{
    /// <summary>State.</summary>
    [Id(0)] public required CloseSliceState State { get; init; }
    /// <summary>Why it failed.</summary>
    [Id(1)] public string? Reason { get; init; }
    /// <summary>Last child that has reported, where the next slice goes on.</summary>
    [Id(2)] public string? Cursor { get; init; }
    /// <summary>Children that have reported.</summary>
    [Id(3)] public int Reported { get; init; }
    /// <summary>Children that are expected.</summary>
    [Id(4)] public int Expected { get; init; }
    /// <summary>Key of the draft.</summary>
    [Id(5)] public string? DocumentKey { get; init; }
}

/// <summary>State after a slice.</summary>
[GenerateSerializer, Alias("ob.CloseSliceState")]
public enum CloseSliceState
{
    /// <summary>Call again.</summary>
    More = 0,
    /// <summary>The draft is complete and waits for its number.</summary>
    Composed = 1,
    /// <summary>Nothing to issue.</summary>
    Empty = 2,
    /// <summary>Parked with a reason.</summary>
    Failed = 3,
}

/// <summary>Answer to a command on a calendar's close.</summary>
[GenerateSerializer, Immutable, Alias("ob.CloseAnswer")]
public sealed record CloseAnswer
{
    /// <summary>The run, or empty when refused.</summary>
    [Id(0)] public required string Run { get; init; }
    /// <summary>Code of the refusal, or null.</summary>
    [Id(1)] public string? Refusal { get; init; }
    /// <summary>A sentence on the refusal.</summary>
    [Id(2)] public string? Detail { get; init; }
    /// <summary>False: call <see cref="ICycleCoordinatorGrain.Work"/> again, there is more to do now.</summary>
    [Id(3)] public bool AtRest { get; init; }
}

/// <summary>Close the statement of one agreement and period.</summary>
[GenerateSerializer, Immutable, Alias("ob.CloseStatementCommand")]
public sealed record CloseStatementCommand
{
    /// <summary>Agreement.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Label of the period.</summary>
    [Id(1)] public required string Period { get; init; }
    /// <summary>The cursor of the slice before, or null.</summary>
    [Id(2)] public string? Cursor { get; init; }
}

/// <summary>How far it has come.</summary>
[GenerateSerializer, Immutable, Alias("ob.CloseStatementAnswer")]
public sealed record CloseStatementAnswer
{
    /// <summary>It is issued, or there is nothing to issue.</summary>
    [Id(0)] public bool IsDone { get; init; }
    /// <summary>Where the next slice goes on.</summary>
    [Id(1)] public string? Cursor { get; init; }
    /// <summary>Code of the refusal; null: none.</summary>
    [Id(2)] public string? Refusal { get; init; }
    /// <summary>Why it was refused.</summary>
    [Id(3)] public string? Detail { get; init; }
}

/// <summary>What is done with an estimate.</summary>
[GenerateSerializer, Alias("ob.EstimateVerb")]
public enum EstimateVerb
{
    /// <summary>It becomes an invoice.</summary>
    Publish = 0,
    /// <summary>It does not: its lines stand on the next one.</summary>
    Discard = 1,
    /// <summary>It is looked at again.</summary>
    Reopen = 2,
}

/// <summary>Do something with the estimate of an agreement and period.</summary>
[GenerateSerializer, Immutable, Alias("ob.EstimateCommand")]
public sealed record EstimateCommand
{
    /// <summary>Agreement.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Label of the period.</summary>
    [Id(1)] public required string Period { get; init; }
    /// <summary>What.</summary>
    [Id(2)] public required EstimateVerb Verb { get; init; }
}

/// <summary>How it ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.EstimateAnswer")]
public sealed record EstimateAnswer
{
    /// <summary>Code of the refusal; null: it is done, or was done before.</summary>
    [Id(0)] public string? Refusal { get; init; }
    /// <summary>Why it was refused.</summary>
    [Id(1)] public string? Detail { get; init; }
}
