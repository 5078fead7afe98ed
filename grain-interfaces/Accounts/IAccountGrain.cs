// What can be said to an account.
namespace OrleansBilling.GrainInterfaces.Accounts;

/// <summary>What a buyer owes a seller in one currency, and what is paid. Key: id of the account (billing: AccountKey).</summary>
[Alias("ob.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Decides a command. Durable before it is answered; the same again is the same answer.</summary>
    [Alias("Execute")]
    Task<AccountAnswer> Execute(AccountMessage message, CancellationToken cancel = default);

    /// <summary>Takes the charges that belong to a period onto the document of an agreement. Taking them again answers the same ones.</summary>
    [Alias("SealCharges")]
    Task<SealChargesAnswer> SealCharges(SealChargesCommand command, CancellationToken cancel = default);

    /// <summary>
    /// What a charge under one of its agreements comes to for a buyer that has a service balance, with its tax; null: it has none, or the charge is known.
    /// </summary>
    /// <param name="agreement">The agreement.</param>
    /// <param name="charge">Id of the charge.</param>
    /// <param name="net">Net.</param>
    /// <param name="day">Its day, ISO 8601.</param>
    /// <param name="cancel">Ends it.</param>
    [Alias("PriceOf")]
    Task<decimal?> PriceOf(string agreement, string charge, decimal net, string day, CancellationToken cancel = default);

    /// <summary>Does what is due. False: something is left, it stays due.</summary>
    [Alias("Work")]
    Task<bool> Work(CancellationToken cancel = default);

    /// <summary>Takes up invoices that are in no account, since there were none when they were issued. False: there are more.</summary>
    [Alias("Adopt")]
    Task<bool> Adopt(CancellationToken cancel = default);
}

/// <summary>Kinds of an account's due work that are told apart.</summary>
public static class AccountDueKinds
{
    /// <summary>Invoices from before there were accounts (written by a migration).</summary>
    public const string Adopt = "adopt";
}

/// <summary>A command to an account.</summary>
[GenerateSerializer, Immutable, Alias("ob.AccountMessage")]
public sealed record AccountMessage
{
    /// <summary>The command (billing: AccountCommand, as JSON).</summary>
    [Id(0)] public required string Command { get; init; }
    /// <summary>Id of the API key that asks, or <c>system</c>.</summary>
    [Id(1)] public required string Actor { get; init; }
}

/// <summary>How a command ended.</summary>
[GenerateSerializer, Immutable, Alias("ob.AccountAnswer")]
public sealed record AccountAnswer
{
    /// <summary>Code of the refusal; null: done.</summary>
    [Id(0)] public string? Refusal { get; init; }
    /// <summary>A sentence on the refusal.</summary>
    [Id(1)] public string? Detail { get; init; }
    /// <summary>The field of the request that is wrong; null: what stands there does not allow it.</summary>
    [Id(2)] public string? Field { get; init; }
    /// <summary>What the command answers, as JSON; empty when refused.</summary>
    [Id(3)] public string Body { get; init; } = "";
}

/// <summary>Take the charges of a period.</summary>
[GenerateSerializer, Immutable, Alias("ob.SealChargesCommand")]
public sealed record SealChargesCommand
{
    /// <summary>Calendar.</summary>
    [Id(0)] public required string Calendar { get; init; }
    /// <summary>Label of the period.</summary>
    [Id(1)] public required string Period { get; init; }
    /// <summary>End of the period, µs since 1970 UTC: what is charged later is not in it.</summary>
    [Id(2)] public required long EndMicros { get; init; }
    /// <summary>Agreement.</summary>
    [Id(3)] public required string Agreement { get; init; }
    /// <summary>Sum of the document's other lines, rounded: no discount may take the document below zero.</summary>
    [Id(4)] public required decimal OtherNet { get; init; }
    /// <summary>Name of the agreement's rounding mode.</summary>
    [Id(5)] public required string Rounding { get; init; }
    /// <summary>Decide and record nothing.</summary>
    [Id(6)] public bool Preview { get; init; }
}

/// <summary>What was taken.</summary>
[GenerateSerializer, Immutable, Alias("ob.SealChargesAnswer")]
public sealed record SealChargesAnswer
{
    /// <summary>The charges with the amounts taken (billing: SealedCharge[], as JSON), in the order of the document.</summary>
    [Id(0)] public required string Charges { get; init; }
}
