// Messages between a wallet and those who spend from it.
namespace OrleansBilling.GrainInterfaces.Wallets;

/// <summary>A child asks for a slice. Numbers of one child and wallet are 1, 2, 3 …; n is asked for only by who has slice n − 1.</summary>
[GenerateSerializer, Immutable, Alias("ob.DrawCommand")]
public sealed record DrawCommand
{
    /// <summary>Who asks (<see cref="Identifiers.SubscriptionChild"/>, <see cref="Identifiers.WalletChild"/>).</summary>
    [Id(0)] public required string Child { get; init; }
    /// <summary>Number of the slice.</summary>
    [Id(1)] public required long Number { get; init; }
    /// <summary>Less than this is of no use: then nothing is handed out.</summary>
    [Id(2)] public required decimal Needed { get; init; }
    /// <summary>What would serve everything that waits, at least <see cref="Needed"/>.</summary>
    [Id(3)] public required decimal Wanted { get; init; }
    /// <summary>Whether the child has just told its totals, as <see cref="DrawState.TellFirst"/> asked for.</summary>
    [Id(4)] public bool Told { get; init; }
}

/// <summary>A slice, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("ob.DrawAnswer")]
public sealed record DrawAnswer
{
    /// <summary>How it ended.</summary>
    [Id(0)] public required DrawState State { get; init; }
    /// <summary>The slice; 0 unless granted.</summary>
    [Id(1)] public decimal Amount { get; init; }
    /// <summary>When short: whose wallet has too little, e.g. <c>partner:nordreach</c>.</summary>
    [Id(2)] public string? LimitingLevel { get; init; }
    /// <summary>When short: the wallet that has too little.</summary>
    [Id(3)] public string? LimitingWallet { get; init; }
}

/// <summary>How a draw ended.</summary>
[GenerateSerializer, Alias("ob.DrawState")]
public enum DrawState
{
    /// <summary>The slice is the child's; durable.</summary>
    Granted = 0,
    /// <summary>There is too little, also after the recall of what others hold.</summary>
    Short = 1,
    /// <summary>Not decided: the store is away or the wallet moves. Ask for the same number again.</summary>
    Unavailable = 2,
    /// <summary>There is no such wallet.</summary>
    Missing = 3,
    /// <summary>Not decided: the child must tell what it has spent, and ask for the same number again.</summary>
    TellFirst = 4,
}

/// <summary>
/// One child and one wallet: totals since ever, all of them durable when they are told. Received + Forced = Spent + Held + Returned + what is left.
/// </summary>
[GenerateSerializer, Immutable, Alias("ob.SliceReport")]
public sealed record SliceReport
{
    /// <summary>The child.</summary>
    [Id(0)] public required string Child { get; init; }
    /// <summary>The wallet.</summary>
    [Id(1)] public required string Wallet { get; init; }
    /// <summary>Number of the newest slice that the child has journaled (asked of the wallet: has granted).</summary>
    [Id(2)] public required long Number { get; init; }
    /// <summary>All slices up to <see cref="Number"/>.</summary>
    [Id(3)] public required decimal Received { get; init; }
    /// <summary>Given back.</summary>
    [Id(4)] public required decimal Returned { get; init; }
    /// <summary>Spent and not refunded.</summary>
    [Id(5)] public required decimal Spent { get; init; }
    /// <summary>Reserved by holds now: not a total.</summary>
    [Id(6)] public required decimal Held { get; init; }
    /// <summary>Spent without cover (late captures, upward corrections): the wallet takes it, also below its floor.</summary>
    [Id(7)] public required decimal Forced { get; init; }
    /// <summary>Spent once and come back: with <see cref="Spent"/> a total that never falls.</summary>
    [Id(8)] public decimal Refunded { get; init; }
    /// <summary>It answers a recall: nothing more comes back for that one. An inner wallet says so when its own children have.</summary>
    [Id(9)] public bool AnswersRecall { get; init; }
}

/// <summary>A wallet wants its money back.</summary>
[GenerateSerializer, Immutable, Alias("ob.RecallHint")]
public sealed record RecallHint
{
    /// <summary>The wallet that asks.</summary>
    [Id(0)] public required string Wallet { get; init; }
    /// <summary>Number of the newest slice that it has handed to this child: one that has not arrived is taken first, then given back.</summary>
    [Id(1)] public required long Number { get; init; }
}
