// Messages that import a rate sheet into a plan.
namespace OrleansBilling.GrainInterfaces.Definitions;

/// <summary>A rate sheet as it was sent (billing: RateSheetCsv).</summary>
[GenerateSerializer, Immutable, Alias("ob.ImportRatesCommand")]
public sealed record ImportRatesCommand
{
    /// <summary>The plan.</summary>
    [Id(0)] public required string Plan { get; init; }
    /// <summary>What the prices are for.</summary>
    [Id(1)] public required string Meter { get; init; }
    /// <summary>The sheet's first day, ISO 8601.</summary>
    [Id(2)] public required string From { get; init; }
    /// <summary>Networks that are not on it are withdrawn.</summary>
    [Id(3)] public required bool IsWhole { get; init; }
    /// <summary>Nothing is written.</summary>
    [Id(4)] public required bool IsTrial { get; init; }
    /// <summary>The sheet.</summary>
    [Id(5)] public required string Csv { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(6)] public required string Actor { get; init; }
}

/// <summary>What the import made, or why it was refused.</summary>
[GenerateSerializer, Immutable, Alias("ob.ImportRatesAnswer")]
public sealed record ImportRatesAnswer
{
    /// <summary>Created, Unchanged (nothing is written), Invalid or Conflict.</summary>
    [Id(0)] public required DefineOutcome Outcome { get; init; }
    /// <summary>What is wrong, by line.</summary>
    [Id(1)] public FieldProblem[] Problems { get; init; } = [];
    /// <summary>The versions, in order of time.</summary>
    [Id(2)] public RateVersion[] Versions { get; init; } = [];
    /// <summary>What changes for each network.</summary>
    [Id(3)] public RateChanged[] Changes { get; init; } = [];
}

/// <summary>A version of the plan that the sheet makes.</summary>
[GenerateSerializer, Immutable, Alias("ob.RateVersion")]
public sealed record RateVersion
{
    /// <summary>Number within the plan; null: it was not written.</summary>
    [Id(0)] public int? Number { get; init; }
    /// <summary>Its first day, ISO 8601.</summary>
    [Id(1)] public required string From { get; init; }
    /// <summary>How many charges it has.</summary>
    [Id(2)] public required int Charges { get; init; }
}

/// <summary>What changes for one network.</summary>
[GenerateSerializer, Immutable, Alias("ob.RateChanged")]
public sealed record RateChanged
{
    /// <summary>Line of the sheet; null: the network is not on it.</summary>
    [Id(0)] public int? Line { get; init; }
    /// <summary>ISO 3166-1.</summary>
    [Id(1)] public required string Country { get; init; }
    /// <summary>MCC and MNC; null: the country's default.</summary>
    [Id(2)] public string? Network { get; init; }
    /// <summary>new, increase, decrease, same or withdrawn.</summary>
    [Id(3)] public required string Kind { get; init; }
    /// <summary>Until then.</summary>
    [Id(4)] public decimal? Previous { get; init; }
    /// <summary>From then on.</summary>
    [Id(5)] public decimal? Price { get; init; }
    /// <summary>First day of the change, ISO 8601.</summary>
    [Id(6)] public required string On { get; init; }
}
