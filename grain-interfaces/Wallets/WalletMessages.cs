// Messages of money in, money between wallets, and where a wallet stands.
namespace OrleansBilling.GrainInterfaces.Wallets;

/// <summary>Money or units paid in.</summary>
[GenerateSerializer, Immutable, Alias("ob.TopUpCommand")]
public sealed record TopUpCommand
{
    /// <summary>Identifies the payment within the wallet.</summary>
    [Id(0)] public required string Reference { get; init; }
    /// <summary>Above 0.</summary>
    [Id(1)] public required decimal Amount { get; init; }
    /// <summary>µs since 1970 UTC when what is left of it expires; null: never.</summary>
    [Id(2)] public long? ExpiresAtMicros { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(3)] public required string Actor { get; init; }
    /// <summary>The wallet that paid it out, within which the reference is unique; empty: from outside.</summary>
    [Id(4)] public string From { get; init; } = "";
    /// <summary>For nothing: nobody has paid.</summary>
    [Id(5)] public bool IsGiven { get; init; }
}

/// <summary>Money or units moved to another wallet.</summary>
[GenerateSerializer, Immutable, Alias("ob.TransferCommand")]
public sealed record TransferCommand
{
    /// <summary>Identifies the transfer within both wallets.</summary>
    [Id(0)] public required string Reference { get; init; }
    /// <summary>The wallet that receives.</summary>
    [Id(1)] public required string To { get; init; }
    /// <summary>What leaves this wallet, above 0.</summary>
    [Id(2)] public required decimal Amount { get; init; }
    /// <summary>What arrives there: the same, or a quantity of units that <see cref="Amount"/> pays for (domain 0.3, 25).</summary>
    [Id(3)] public required decimal Credited { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(4)] public required string Actor { get; init; }
}

/// <summary>How a command on a wallet ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.WalletAnswer")]
public sealed record WalletAnswer
{
    /// <summary>How it ended.</summary>
    [Id(0)] public required WalletOutcome Outcome { get; init; }
    /// <summary>Where the wallet stands after it; null unless done.</summary>
    [Id(1)] public WalletBalance? Balance { get; init; }
    /// <summary>What is wrong, as a sentence; empty when done.</summary>
    [Id(2)] public string Detail { get; init; } = "";
    /// <summary>When too little is available: whose wallet it is, e.g. <c>partner:nordreach</c>.</summary>
    [Id(3)] public string? LimitingLevel { get; init; }
    /// <summary>When invalid: the field that is wrong.</summary>
    [Id(4)] public string? Field { get; init; }
}

/// <summary>Outcome of a command on a wallet.</summary>
[GenerateSerializer, Alias("ob.WalletOutcome")]
public enum WalletOutcome
{
    /// <summary>Done, now or before.</summary>
    Done = 0,
    /// <summary>The reference stands for something else.</summary>
    Conflict = 1,
    /// <summary>Too little is available.</summary>
    Insufficient = 2,
    /// <summary>There is no such wallet.</summary>
    Missing = 3,
    /// <summary>Not decided; ask again.</summary>
    Unavailable = 4,
    /// <summary>A field does not fit what stands there.</summary>
    Invalid = 5,
}

/// <summary>
/// Where a wallet stands by what it knows: what children hold counts as held until they say what they spent. Available = posted + limit − held.
/// </summary>
[GenerateSerializer, Immutable, Alias("ob.WalletBalance")]
public sealed record WalletBalance
{
    /// <summary>False: no such wallet.</summary>
    [Id(0)] public required bool Exists { get; init; }
    /// <summary>µs since 1970 UTC: everything durable until then is in it.</summary>
    [Id(1)] public required long AsOfMicros { get; init; }
    /// <summary>Paid in minus spent, as far as children have said.</summary>
    [Id(2)] public required decimal Posted { get; init; }
    /// <summary>With children: slices and holds.</summary>
    [Id(3)] public required decimal Held { get; init; }
    /// <summary>The limit in force.</summary>
    [Id(4)] public required decimal CreditLimit { get; init; }
    /// <summary>What can still be handed out.</summary>
    [Id(5)] public required decimal Available { get; init; }
    /// <summary>Forced entries so far: spent without cover.</summary>
    [Id(6)] public required decimal Forced { get; init; }
    /// <summary>By child, when asked for: those that hold or may hold something. Spent and held as the child said last.</summary>
    [Id(7)] public SliceReport[] Children { get; init; } = [];
    /// <summary>Amounts of its low_water that it has fallen below, ascending.</summary>
    [Id(8)] public decimal[] Low { get; init; } = [];
    /// <summary>Spent by children, as far as they have said; <see cref="Posted"/> is without it.</summary>
    [Id(9)] public decimal Spent { get; init; }
    /// <summary>Its daily spending plan; null: none.</summary>
    [Id(10)] public DailyBalance? Daily { get; init; }
    /// <summary>Top-ups that it asks for itself; null: none.</summary>
    [Id(11)] public TopUpStanding? TopUps { get; init; }
}
