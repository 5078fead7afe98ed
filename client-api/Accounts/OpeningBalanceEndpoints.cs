// Balances taken over from the books before: open documents, and credit that was not used.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>Written by the operator and the seller, read by the buyer too. Never edited: payments, credit allocations and charges go on from here.</summary>
public static class OpeningBalanceEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapOpeningBalances(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/opening_balances").WithTags("Payments");
        group.MapPost("/", Post).WithName("PostOpeningBalance").WithSummary("Take over what a party owes, and has in advance, from other books")
            .RequireScope(Scopes.BillingWrite).TakesJson<OpeningBalanceRequest>().Produces<OpeningBalanceView>().Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListOpeningBalances").WithSummary("List balances taken over by id").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<OpeningBalanceView>>().Fails(400);
        return routes;
    }

    private static async Task<Results<Ok<OpeningBalanceView>, Problem>> Post(HttpContext context, BuyingAgreements agreements, IGrainFactory grains,
        BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<OpeningBalanceRequest>(context);
        if (request is null)
            return problem!;
        var today = clock.Now.InUtc().Date;
        var errors = request.Check(today);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        (var agreement, problem) = await agreements.Find(caller, request.Party, request.Agreement, request.Seller, cancel);
        if (agreement is null)
            return problem!;
        var fact = request.ToFact(agreement, await agreements.Parties(agreement.Account, cancel), request.On ?? today);
        (var figures, problem) = await grains.Ask<OpeningFigures>(agreement.Account.Id, new BookOpening(fact), caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(OpeningBalanceView.Of(figures));
    }

    private static async Task<Results<Ok<PageOf<OpeningBalanceView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = new FieldErrors();
        if (party is not null) errors.Id("party", party);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var filter = new ItemFilter(ItemKinds.Opening, Buyer: party, VisibleTo: context.Caller().Party);
        var items = await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id);
        return TypedResults.Ok(items.Select(item => OpeningBalanceView.Of(Definitions.Stored<OpeningFigures>(item.Body))));
    }
}
