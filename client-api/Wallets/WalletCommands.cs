// Money into a wallet and to other wallets, as commands.
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces.Wallets;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>Money or units paid in.</summary>
public sealed record TopUpRequest
{
    /// <summary>Above 0, in what the wallet holds.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Identifies the payment within the wallet: the same again changes nothing.</summary>
    public required string Reference { get; init; }
    /// <summary>When what is left of it expires; none: never.</summary>
    public Instant? ExpiresAt { get; init; }
    /// <summary><c>payment</c> (default): somebody has paid it, and gets a receipt; <c>grant</c>: it is given for nothing.</summary>
    public string Kind { get; init; } = Payment;

    internal const string Payment = "payment";
    internal const string Grant = "grant";
}

/// <summary>Money paid back to a wallet's owner.</summary>
public sealed record WithdrawRequest
{
    /// <summary>Above 0; at most what was paid in and is left, never the credit limit's.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Identifies the command within the wallet: the same again changes nothing.</summary>
    public required string Reference { get; init; }
}

/// <summary>Money or units moved to another wallet: an amount of what both hold, or units that money pays for.</summary>
public sealed record TransferRequest
{
    /// <summary>The wallet that receives.</summary>
    public required string To { get; init; }
    /// <summary>What leaves and arrives.</summary>
    public decimal? Amount { get; init; }
    /// <summary>Units that arrive; quantity × unit_price leaves.</summary>
    public decimal? Quantity { get; init; }
    /// <summary>Price of one unit in the money of the paying wallet.</summary>
    public decimal? UnitPrice { get; init; }
    /// <summary>Identifies the transfer within the paying wallet: the same again changes nothing.</summary>
    public required string Reference { get; init; }
}

/// <summary>Another daily limit for the rest of the day.</summary>
public sealed record DailyLimitRequest
{
    /// <summary>Above 0; from the next midnight of the wallet's zone on its daily_limit is in force again.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Identifies the command within the wallet: the same again changes nothing.</summary>
    public required string Reference { get; init; }
}

/// <summary>The operator's, who alone says that money has come in; a partner moves what its subtree has.</summary>
public static class WalletCommands
{
    internal static async Task<Results<Ok<BalanceView>, Problem>> TopUp(HttpContext context, string id, WalletReader reader, IGrainFactory grains)
    {
        if (await reader.Find(context.Caller(), id, context.RequestAborted) is not { } wallet)
            return Problems.NotFound(DefinitionKinds.Wallet, id);
        var (request, problem) = await JsonBody.Read<TopUpRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Positive("amount", request.Amount);
        errors.Text("reference", request.Reference);
        if (request.Kind is not (TopUpRequest.Payment or TopUpRequest.Grant)) errors.Add("kind", "must be payment or grant");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var answer = await grains.GetGrain<IWalletGrain>(id).TopUp(new TopUpCommand
        {
            Reference = request.Reference, Amount = request.Amount, ExpiresAtMicros = request.ExpiresAt is { } end ? Micros.Of(end) : null,
            Actor = context.Caller().KeyId, IsGiven = request.Kind == TopUpRequest.Grant,
        }, context.RequestAborted);
        return Answer(id, wallet, answer);
    }

    internal static async Task<Results<Ok<BalanceView>, Problem>> Withdraw(HttpContext context, string id, WalletReader reader, IGrainFactory grains)
    {
        if (await reader.Find(context.Caller(), id, context.RequestAborted) is not { } wallet)
            return Problems.NotFound(DefinitionKinds.Wallet, id);
        var (request, problem) = await JsonBody.Read<WithdrawRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Positive("amount", request.Amount);
        errors.Text("reference", request.Reference);
        if (wallet.Unit is not null) errors.Add("amount", "is of money: units are paid back to nobody");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        return Answer(id, wallet, await grains.GetGrain<IWalletDuties>(id).Withdraw(new WithdrawCommand
        {
            Reference = request.Reference, Amount = request.Amount, Actor = context.Caller().KeyId,
        }, context.RequestAborted));
    }

    internal static async Task<Results<Ok<BalanceView>, Problem>> LimitToday(HttpContext context, string id, WalletReader reader, IGrainFactory grains)
    {
        if (await reader.Find(context.Caller(), id, context.RequestAborted) is not { } wallet)
            return Problems.NotFound(DefinitionKinds.Wallet, id);
        var (request, problem) = await JsonBody.Read<DailyLimitRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Positive("amount", request.Amount);
        errors.Text("reference", request.Reference);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        return Answer(id, wallet, await grains.GetGrain<IWalletDuties>(id).LimitToday(new DailyLimitCommand
        {
            Reference = request.Reference, Limit = request.Amount, Actor = context.Caller().KeyId,
        }, context.RequestAborted));
    }

    internal static async Task<Results<Ok<BalanceView>, Problem>> ResumeTopUps(HttpContext context, string id, WalletReader reader, IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        return await reader.Find(caller, id, cancel) is { } wallet
            ? Answer(id, wallet, await grains.GetGrain<IWalletDuties>(id).ResumeTopUps(caller.KeyId, cancel))
            : Problems.NotFound(DefinitionKinds.Wallet, id);
    }

    internal static async Task<Results<Ok<BalanceView>, Problem>> Transfer(HttpContext context, string id, WalletReader reader, IGrainFactory grains)
    {
        if (!await reader.MayTransfer(context.Caller(), context.RequestAborted))
            return Problems.OperatorOnly();
        if (await reader.Find(context.Caller(), id, context.RequestAborted) is not { } wallet)
            return Problems.NotFound(DefinitionKinds.Wallet, id);
        var (request, problem) = await JsonBody.Read<TransferRequest>(context);
        if (request is null)
            return problem!;
        var errors = Check(request);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        // One that the caller does not see is as good as none.
        if (await reader.Find(context.Caller(), request.To, context.RequestAborted) is null)
            return Problems.Invalid("to", $"no wallet \"{request.To}\"");
        var amount = request.Amount ?? request.Quantity!.Value * request.UnitPrice!.Value;
        var answer = await grains.GetGrain<IWalletGrain>(id).Transfer(new TransferCommand
        {
            Reference = request.Reference, To = request.To, Amount = amount, Credited = request.Amount ?? request.Quantity!.Value,
            Actor = context.Caller().KeyId,
        }, context.RequestAborted);
        return Answer(id, wallet, answer);
    }

    private static FieldErrors Check(TransferRequest request)
    {
        var errors = new FieldErrors();
        errors.Id("to", request.To);
        errors.Text("reference", request.Reference);
        if (request.Amount is { } amount)
        {
            errors.Positive("amount", amount);
            if (request.Quantity is not null || request.UnitPrice is not null)
                errors.Add("amount", "must not come with quantity and unit_price");
            return errors;
        }

        if (request.Quantity is { } quantity) errors.Positive("quantity", quantity);
        else errors.Add("amount", "must be given, or quantity and unit_price");
        if (request.UnitPrice is { } price) errors.Positive("unit_price", price);
        else if (request.Quantity is not null) errors.Add("unit_price", "is required with quantity");
        // More places than are kept would have to be rounded, and money is exact here.
        if (errors.IsEmpty) errors.Positive("quantity", request.Quantity!.Value * request.UnitPrice!.Value);
        return errors;
    }

    private static Results<Ok<BalanceView>, Problem> Answer(string id, Wallet wallet, WalletAnswer answer) => answer.Outcome switch
    {
        WalletOutcome.Done => TypedResults.Ok(BalanceView.Of(id, wallet, answer.Balance!)),
        WalletOutcome.Conflict => Problems.Conflict(answer.Detail, "reference_conflict"),
        WalletOutcome.Insufficient => Problems.InsufficientFunds(answer.Detail, answer.LimitingLevel!),
        WalletOutcome.Invalid => Problems.Invalid(answer.Field!, answer.Detail),
        WalletOutcome.Missing => Problems.NotFound(DefinitionKinds.Wallet, id),
        _ => Problems.OutcomeUnknown(),
    };
}
