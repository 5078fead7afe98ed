// Messages of price corrections: events that should have cost something else on an agreement.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>What one subscription is to price anew: events that are named, or a window of its usage.</summary>
[GenerateSerializer, Immutable, Alias("ob.RepriceCommand")]
public sealed record RepriceCommand
{
    /// <summary>Id of the price correction.</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Why.</summary>
    [Id(1)] public required string Reason { get; init; }
    /// <summary>Events with their final prices; empty when there is a window.</summary>
    [Id(2)] public NamedPrice[] Prices { get; init; } = [];
    /// <summary>The window, or null.</summary>
    [Id(3)] public PriceWindow? Window { get; init; }
    /// <summary>With a window: rows up to this version are done.</summary>
    [Id(4)] public long After { get; init; }
}

/// <summary>The final price of one event on one agreement: of a unit or of all its units.</summary>
[GenerateSerializer, Immutable, Alias("ob.NamedPrice")]
public sealed record NamedPrice
{
    /// <summary>Source of the event.</summary>
    [Id(0)] public required string Source { get; init; }
    /// <summary>Id of the event.</summary>
    [Id(1)] public required string EventId { get; init; }
    /// <summary>Time of the event, µs.</summary>
    [Id(2)] public required long TimeMicros { get; init; }
    /// <summary>Agreement of the leg.</summary>
    [Id(3)] public required string Agreement { get; init; }
    /// <summary>Price of a unit, or null.</summary>
    [Id(4)] public decimal? UnitPrice { get; init; }
    /// <summary>Price of all units, or null.</summary>
    [Id(5)] public decimal? Amount { get; init; }
}

/// <summary>Usage by its own time, meter and dimensions, and the version of the plan that should have priced it.</summary>
[GenerateSerializer, Immutable, Alias("ob.PriceWindow")]
public sealed record PriceWindow
{
    /// <summary>Agreement of the legs.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Number of the version of each leg's plan.</summary>
    [Id(1)] public required int PlanVersion { get; init; }
    /// <summary>First time, µs.</summary>
    [Id(2)] public required long FromMicros { get; init; }
    /// <summary>End (exclusive), µs.</summary>
    [Id(3)] public required long ToMicros { get; init; }
    /// <summary>Meter; null: every one.</summary>
    [Id(4)] public string? Meter { get; init; }
    /// <summary>Dimensions that must have these values; names at even places, each followed by its value.</summary>
    [Id(5)] public string[] Match { get; init; } = [];
    /// <summary>The plan whose legs are meant; others on the agreement stay.</summary>
    [Id(6)] public required string Plan { get; init; }
}

/// <summary>How far a price correction has come on one subscription.</summary>
[GenerateSerializer, Immutable, Alias("ob.RepriceAnswer")]
public sealed record RepriceAnswer
{
    /// <summary>Whether anything was decided at all.</summary>
    [Id(0)] public required BatchState State { get; init; }
    /// <summary>billing: CorrectionOutcome of each named price, in order.</summary>
    [Id(1)] public byte[] Outcomes { get; init; } = [];
    /// <summary>With a window: nothing is left.</summary>
    [Id(2)] public bool Done { get; init; }
    /// <summary>With a window: where to go on.</summary>
    [Id(3)] public long After { get; init; }
    /// <summary>With a window: events of this call that no charge of the version prices. They stay as they are.</summary>
    [Id(4)] public int NotPriced { get; init; }
    /// <summary>Events that this price correction has corrected so far.</summary>
    [Id(5)] public int Corrected { get; init; }
    /// <summary>What it has changed so far, by agreement and period.</summary>
    [Id(6)] public CorrectionEffect[] Effects { get; init; } = [];
    /// <summary>The subscription remembers as many corrections as it may: nothing more is corrected.</summary>
    [Id(7)] public bool IsFull { get; init; }
}
