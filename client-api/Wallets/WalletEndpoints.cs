// Where wallets stand, what happened to them, and money into and between them.
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Wallets;

/// <summary>Routes of wallets beside those of every definition.</summary>
public static class WalletEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapWallets(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/wallets/{id}").WithTags("Wallets");
        group.MapGet("/balance", Balance).WithName("GetWalletBalance").WithSummary("Where a wallet stands").RequireScope(Scopes.BillingRead)
            .Produces<BalanceView>().Fails(400, 404).WithRequestTimeout(Limits.FanOutTimeout);
        group.MapGet("/history", History).WithName("ListWalletHistory").WithSummary("What happened to a wallet, newest first")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<MovementView>>().Fails(400, 404);
        group.MapPost("/top_up", WalletCommands.TopUp).WithName("TopUpWallet").WithSummary("Pay into a wallet").RequireOperator(Scopes.BillingWrite)
            .TakesJson<TopUpRequest>().Produces<BalanceView>().Fails(404, 409).Idempotent();
        group.MapPost("/withdraw", WalletCommands.Withdraw).WithName("WithdrawFromWallet").WithSummary("Pay money back to a wallet's owner")
            .RequireOperator(Scopes.BillingWrite).TakesJson<WithdrawRequest>().Produces<BalanceView>().Fails(404, 409).Idempotent();
        group.MapPost("/transfer", WalletCommands.Transfer).WithName("TransferFromWallet").WithSummary("Pay from one wallet into another")
            .WithDescription("A partner's key moves money or units between wallets of its own subtree; every other key of a party is refused.")
            .RequireScope(Scopes.BillingWrite).TakesJson<TransferRequest>().Produces<BalanceView>().Fails(404, 409).Idempotent();
        group.MapPost("/daily_limit", WalletCommands.LimitToday).WithName("LimitWalletToday").WithSummary("Set the daily limit for the rest of the day")
            .RequireOperator(Scopes.BillingWrite).TakesJson<DailyLimitRequest>().Produces<BalanceView>().Fails(404, 409).Idempotent();
        group.MapPost("/auto_top_up/resume", WalletCommands.ResumeTopUps).WithName("ResumeWalletTopUps").RequireOperator(Scopes.BillingWrite)
            .WithSummary("Let a wallet ask for money again after a declined top-up").Produces<BalanceView>().Fails(400, 404, 409).Idempotent();
        Of(routes, "partners", "Partner", OfPartner);
        Of(routes, "customers", "Customer", OfCustomer);
        routes.MapGet("/v1/subscriptions/{id}/balance", OfSubscription).WithName("GetSubscriptionBalance").WithTags("Wallets")
            .WithSummary("Balances of the wallets that pay for it, and its packages").RequireScope(Scopes.BillingRead)
            .Produces<SubscriptionBalance>().Fails(400, 404).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static void Of(IEndpointRouteBuilder routes, string path, string name, Delegate handler) =>
        routes.MapGet($"/v1/{path}/{{id}}/balance", handler).WithName($"Get{name}Balance").WithTags("Wallets")
            .WithSummary("Balances of its wallets, and what it may still buy on account").RequireScope(Scopes.BillingRead)
            .Produces<PartyBalance>().Fails(400, 404).WithRequestTimeout(Limits.FanOutTimeout);

    private static async Task<Results<Ok<BalanceView>, Problem>> Balance(HttpContext context, string id,
        [FromQuery(Name = "consistency")] string? consistency, WalletReader reader)
    {
        if (Exactly(consistency) is not { } exactly)
            return WrongConsistency();
        return await reader.Balance(context.Caller(), id, exactly, context.RequestAborted) is { } balance
            ? TypedResults.Ok(balance)
            : Problems.NotFound(DefinitionKinds.Wallet, id);
    }

    private static async Task<Results<Ok<PageOf<MovementView>>, Problem>> History(HttpContext context, string id, [AsParameters] PageQuery query,
        WalletReader reader, WalletHistory history)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        if (await reader.FindStored(context.Caller(), id, context.RequestAborted) is not ({ } wallet, var stream))
            return Problems.NotFound(DefinitionKinds.Wallet, id);
        return await history.Read(stream, wallet, page, context.RequestAborted) is { } movements
            ? TypedResults.Ok(movements)
            : Problems.Invalid("cursor", "must be a next_cursor that was answered before");
    }

    private static Task<Results<Ok<PartyBalance>, Problem>> OfPartner(HttpContext context, string id, [AsParameters] BalanceQuery query,
        WalletReader reader, ServiceBalance services) => OfParty(context, DefinitionKinds.Partner, id, query, reader, services);

    private static Task<Results<Ok<PartyBalance>, Problem>> OfCustomer(HttpContext context, string id, [AsParameters] BalanceQuery query,
        WalletReader reader, ServiceBalance services) => OfParty(context, DefinitionKinds.Customer, id, query, reader, services);

    private static async Task<Results<Ok<PartyBalance>, Problem>> OfParty(HttpContext context, string kind, string id, BalanceQuery query,
        WalletReader reader, ServiceBalance services)
    {
        var (page, problem) = new PageQuery(query.Limit, query.Cursor).Read();
        if (page is null)
            return problem!;
        if (Exactly(query.Consistency) is not { } exactly)
            return WrongConsistency();
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (await reader.OfParty(caller, kind, id, exactly, page, cancel) is not { } balances)
            return Problems.NotFound(kind, id);
        var accounts = await services.Of(caller, id, cancel);
        // A party without wallets that buys from one seller has one figure.
        var only = balances.Data.Count == 0 && accounts.Count == 1 ? accounts[0].Available : null;
        return TypedResults.Ok(new PartyBalance(balances.Data, balances.NextCursor, accounts, only));
    }

    private static async Task<Results<Ok<SubscriptionBalance>, Problem>> OfSubscription(HttpContext context, string id, [AsParameters] BalanceQuery query,
        WalletReader reader)
    {
        if (Exactly(query.Consistency) is not { } exactly)
            return WrongConsistency();
        return await reader.OfSubscription(context.Caller(), id, exactly, context.RequestAborted) is { } balances
            ? TypedResults.Ok(balances)
            : Problems.NotFound(DefinitionKinds.Subscription, id);
    }

    private static bool? Exactly(string? consistency) => consistency switch
    {
        null or "" => false,
        "exact" => true,
        _ => null,
    };

    private static Problem WrongConsistency() => Problems.Invalid("consistency", "must be \"exact\", or left out");
}

/// <summary>What a party can use.</summary>
/// <param name="Data">Balances of its wallets.</param>
/// <param name="NextCursor">Where the next page of wallets begins; null: there is none.</param>
/// <param name="Accounts">What it may still buy on account, by seller.</param>
/// <param name="Available">Of a party without wallets that buys from one seller: what it may still buy.</param>
public sealed record PartyBalance(IReadOnlyList<BalanceView> Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? NextCursor, IReadOnlyList<ServiceBalanceView> Accounts,
    ExactMoney? Available = null);

/// <summary>Which balances.</summary>
/// <param name="Limit">Rows at most, 1 to 200.</param>
/// <param name="Cursor">The next_cursor of the page before.</param>
/// <param name="Consistency"><c>exact</c>: slices that are not spent count as available; else as held.</param>
public sealed record BalanceQuery([FromQuery(Name = "limit")] string? Limit, [FromQuery(Name = "cursor")] string? Cursor,
    [FromQuery(Name = "consistency")] string? Consistency);
