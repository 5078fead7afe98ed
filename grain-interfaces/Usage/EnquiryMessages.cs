// Messages that ask what usage would cost.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>The packed event that is asked about (billing: UsageRecord).</summary>
[GenerateSerializer, Immutable, Alias("ob.EnquiryCommand")]
public sealed record EnquiryCommand
{
    /// <summary>Content of the record.</summary>
    [Id(0)] public required ReadOnlyMemory<byte> Record { get; init; }
}

/// <summary>What it would cost.</summary>
[GenerateSerializer, Immutable, Alias("ob.EnquiryAnswer")]
public sealed record EnquiryAnswer
{
    /// <summary>billing: UsageOutcome, as far as the subscription decides.</summary>
    [Id(0)] public required byte Outcome { get; init; }
    /// <summary>µs since 1970 UTC: all that was durable until then counts before it.</summary>
    [Id(1)] public required long AsOfMicros { get; init; }
    /// <summary>In the order of the legs.</summary>
    [Id(2)] public EnquiryPart[] Parts { get; init; } = [];
    /// <summary>What wallets would have to pay.</summary>
    [Id(3)] public EnquiryFund[] Funds { get; init; } = [];
}

/// <summary>A part of the price on one leg.</summary>
[GenerateSerializer, Immutable, Alias("ob.EnquiryPart")]
public sealed record EnquiryPart
{
    /// <summary>The leg's agreement.</summary>
    [Id(0)] public required string Agreement { get; init; }
    /// <summary>Its plan.</summary>
    [Id(1)] public required string Plan { get; init; }
    /// <summary>The version in force at the event's time.</summary>
    [Id(2)] public required int PlanVersion { get; init; }
    /// <summary>Charge within the plan.</summary>
    [Id(3)] public required string Charge { get; init; }
    /// <summary>usage, allowance or surcharge.</summary>
    [Id(4)] public required string Kind { get; init; }
    /// <summary>Units.</summary>
    [Id(5)] public required decimal Quantity { get; init; }
    /// <summary>Price of one, where one price makes the amount.</summary>
    [Id(6)] public decimal? UnitPrice { get; init; }
    /// <summary>Exact.</summary>
    [Id(7)] public required decimal Amount { get; init; }
    /// <summary>ISO 4217.</summary>
    [Id(8)] public required string Currency { get; init; }
    /// <summary>The network has no price of its own.</summary>
    [Id(9)] public bool Fallback { get; init; }
}

/// <summary>What one wallet would have to pay.</summary>
[GenerateSerializer, Immutable, Alias("ob.EnquiryFund")]
public sealed record EnquiryFund
{
    /// <summary>The wallet.</summary>
    [Id(0)] public required string Wallet { get; init; }
    /// <summary>It is not the wallet that funds the subscription but one of somebody above.</summary>
    [Id(1)] public required bool IsUpstream { get; init; }
    /// <summary>Money or units.</summary>
    [Id(2)] public required decimal Required { get; init; }
}
