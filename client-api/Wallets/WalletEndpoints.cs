// Where wallets stand.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
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
            .Produces<BalanceView>().Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<BalanceView>, Problem>> Balance(HttpContext context, string id, WalletReader reader) =>
        await reader.Balance(context.Caller(), id, context.RequestAborted) is { } balance
            ? TypedResults.Ok(balance)
            : Problems.NotFound(DefinitionKinds.Wallet, id);
}
