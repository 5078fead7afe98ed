// What a wallet does when nobody calls it, and its daily spending plan.
using Orleans.Concurrency;

namespace OrleansBilling.GrainInterfaces.Wallets;

/// <summary>The same grain as <see cref="IWalletGrain"/>, under the same key.</summary>
[Alias("ob.IWalletDuties")]
public interface IWalletDuties : IGrainWithStringKey
{
    /// <summary>Finishes what is pending: payments that have not arrived, crossings that were not told. False: something is left, it stays due.</summary>
    [Alias("Work"), AlwaysInterleave]
    Task<bool> Work(CancellationToken cancel = default);

    /// <summary>
    /// A subscription waits for money that is not there: a row of due work stands for it, which a payment into this wallet or one around it brings forward.
    /// </summary>
    [Alias("Await"), AlwaysInterleave]
    Task Await(string child, CancellationToken cancel = default);

    /// <summary>Sets the daily limit for the rest of the day. The same reference again changes nothing; with another limit it is a conflict.</summary>
    [Alias("LimitToday"), AlwaysInterleave]
    Task<WalletAnswer> LimitToday(DailyLimitCommand command, CancellationToken cancel = default);

    /// <summary>After a declined top-up: the wallet may ask for the next one. Said again it changes nothing.</summary>
    [Alias("ResumeTopUps"), AlwaysInterleave]
    Task<WalletAnswer> ResumeTopUps(string actor, CancellationToken cancel = default);

    /// <summary>Pays money back to its owner. The same reference again changes nothing; with another amount it is a conflict.</summary>
    [Alias("Withdraw"), AlwaysInterleave]
    Task<WalletAnswer> Withdraw(WithdrawCommand command, CancellationToken cancel = default);
}

/// <summary>Money back to the wallet's owner.</summary>
[GenerateSerializer, Immutable, Alias("ob.WithdrawCommand")]
public sealed record WithdrawCommand
{
    /// <summary>Identifies the command within the wallet.</summary>
    [Id(0)] public required string Reference { get; init; }
    /// <summary>Above 0.</summary>
    [Id(1)] public required decimal Amount { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(2)] public required string Actor { get; init; }
}

/// <summary>Another daily limit until the day is over.</summary>
[GenerateSerializer, Immutable, Alias("ob.DailyLimitCommand")]
public sealed record DailyLimitCommand
{
    /// <summary>Identifies the command within the wallet.</summary>
    [Id(0)] public required string Reference { get; init; }
    /// <summary>The limit, above 0.</summary>
    [Id(1)] public required decimal Limit { get; init; }
    /// <summary>Id of the API key that asks.</summary>
    [Id(2)] public required string Actor { get; init; }
}

/// <summary>Where top-ups that a wallet asks for itself stand.</summary>
[GenerateSerializer, Immutable, Alias("ob.TopUpStanding")]
public sealed record TopUpStanding
{
    /// <summary>Asked for while less than this is available.</summary>
    [Id(0)] public required decimal Below { get; init; }
    /// <summary>What is asked for each time.</summary>
    [Id(1)] public required decimal Amount { get; init; }
    /// <summary>Requests that a day may have.</summary>
    [Id(2)] public required int PerDay { get; init; }
    /// <summary>Requests of today.</summary>
    [Id(3)] public required int Today { get; init; }
    /// <summary>Number of the request that has not ended; 0: none.</summary>
    [Id(4)] public required long Open { get; init; }
    /// <summary>Whether the newest was declined, and nobody has resumed them.</summary>
    [Id(5)] public required bool IsDeclined { get; init; }
}

/// <summary>Where a daily spending plan stands.</summary>
[GenerateSerializer, Immutable, Alias("ob.DailyBalance")]
public sealed record DailyBalance
{
    /// <summary>The limit in force.</summary>
    [Id(0)] public required decimal Limit { get; init; }
    /// <summary>Spent today, as far as children have said.</summary>
    [Id(1)] public required decimal Spent { get; init; }
    /// <summary>µs since 1970 UTC when the day is over.</summary>
    [Id(2)] public required long ResetsAtMicros { get; init; }
}
