// Messages of packages: granted to one leg of a subscription, and where they stand.
namespace OrleansBilling.GrainInterfaces.Usage;

/// <summary>One package for one leg.</summary>
[GenerateSerializer, Immutable, Alias("ob.GrantCommand")]
public sealed record GrantCommand
{
    /// <summary>The caller's id of the grant.</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Agreement of the leg; empty: the only one.</summary>
    [Id(1)] public required string Agreement { get; init; }
    /// <summary>What it covers.</summary>
    [Id(2)] public required string Meter { get; init; }
    /// <summary>Units.</summary>
    [Id(3)] public required decimal Quantity { get; init; }
    /// <summary>Net, for all of it, in the currency of the leg's plan.</summary>
    [Id(4)] public required decimal Price { get; init; }
    /// <summary>First instant of the events that it covers, µs; null: the start of the period of now.</summary>
    [Id(5)] public long? StartsMicros { get; init; }
    /// <summary>End of the events that it covers, µs; null: none.</summary>
    [Id(6)] public long? ExpiresMicros { get; init; }
    /// <summary>Lower is used first.</summary>
    [Id(7)] public int Priority { get; init; }
    /// <summary>billing: ExhaustedPolicy.</summary>
    [Id(8)] public byte OnExhausted { get; init; }
    /// <summary>Money per period, with overage up to a limit.</summary>
    [Id(9)] public decimal? Limit { get; init; }
    /// <summary>The party that grants, only on legs in which it sells; null: the operator, on any.</summary>
    [Id(10)] public string? Seller { get; init; }
    /// <summary>The service balance of the account that pays for it was looked at.</summary>
    [Id(11)] public bool IsAdmitted { get; init; }
    /// <summary>billing: RolloverRule.</summary>
    [Id(12)] public byte Rollover { get; init; }
}

/// <summary>How a grant ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.GrantAnswer")]
public sealed record GrantAnswer
{
    /// <summary>Whether it was decided at all.</summary>
    [Id(0)] public required BatchState State { get; init; }
    /// <summary>billing: GrantOutcome.</summary>
    [Id(1)] public byte Outcome { get; init; }
    /// <summary>When money is short: whose, e.g. <c>partner:nordreach</c>.</summary>
    [Id(2)] public string? LimitingLevel { get; init; }
    /// <summary>When money is short: whether somebody's above the leg's own buyer is.</summary>
    [Id(3)] public bool IsUpstream { get; init; }
    /// <summary>When it does not fit: which member of the request.</summary>
    [Id(4)] public string? Field { get; init; }
    /// <summary>When it does not fit: why.</summary>
    [Id(5)] public string? Detail { get; init; }
    /// <summary>The grant as it stands.</summary>
    [Id(6)] public GrantView? Grant { get; init; }
    /// <summary>When it is a purchase on account that nobody has admitted: what it comes to (billing: PricedPurchase, as JSON).</summary>
    [Id(7)] public string? Purchase { get; init; }
}

/// <summary>A grant as it stands.</summary>
[GenerateSerializer, Immutable, Alias("ob.GrantView")]
public sealed record GrantView
{
    /// <summary>The caller's id.</summary>
    [Id(0)] public required string Id { get; init; }
    /// <summary>Agreement of the leg.</summary>
    [Id(1)] public required string Agreement { get; init; }
    /// <summary>Plan of the leg now; null: the subscription has no such leg any more.</summary>
    [Id(2)] public string? Plan { get; init; }
    /// <summary>What it covers.</summary>
    [Id(3)] public required string Meter { get; init; }
    /// <summary>Units.</summary>
    [Id(4)] public required decimal Quantity { get; init; }
    /// <summary>Net, for all of it.</summary>
    [Id(5)] public required decimal Price { get; init; }
    /// <summary>Units that stand used.</summary>
    [Id(6)] public required decimal Used { get; init; }
    /// <summary>Units that live holds keep.</summary>
    [Id(7)] public required decimal Held { get; init; }
    /// <summary>When it was granted, µs.</summary>
    [Id(8)] public required long GrantedMicros { get; init; }
    /// <summary>First instant of the events that it covers, µs.</summary>
    [Id(9)] public required long FromMicros { get; init; }
    /// <summary>End of the events that it covers, µs; null: none.</summary>
    [Id(10)] public long? ExpiresMicros { get; init; }
    /// <summary>Lower is used first.</summary>
    [Id(11)] public required int Priority { get; init; }
    /// <summary>billing: ExhaustedPolicy.</summary>
    [Id(12)] public required byte OnExhausted { get; init; }
    /// <summary>Money per period, with overage up to a limit.</summary>
    [Id(13)] public decimal? Limit { get; init; }
    /// <summary>billing: RolloverRule; null: none.</summary>
    [Id(14)] public byte? Rollover { get; init; }
    /// <summary>End of the events that it covers, what has rolled over included, µs; null: none.</summary>
    [Id(15)] public long? UntilMicros { get; init; }
    /// <summary>Units that went on into a later period; null: none.</summary>
    [Id(16)] public decimal? CarriedOn { get; init; }
    /// <summary>Label of the period whose unused units these are; null: a package.</summary>
    [Id(17)] public string? FromPeriod { get; init; }
    /// <summary>The charge that included them.</summary>
    [Id(18)] public string? FromCharge { get; init; }
    /// <summary>When a change of plan ends it, µs; null: none does.</summary>
    [Id(19)] public long? ForfeitedMicros { get; init; }
}

/// <summary>The grants of a subscription.</summary>
[GenerateSerializer, Immutable, Alias("ob.GrantReport")]
public sealed record GrantReport
{
    /// <summary>In the order in which they were granted; everything durable is in it.</summary>
    [Id(0)] public required GrantView[] Grants { get; init; }
    /// <summary>As of when, µs.</summary>
    [Id(1)] public required long AsOfMicros { get; init; }
}
