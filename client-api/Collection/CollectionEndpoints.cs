// The collection port: what is to be charged to cards and accounts is asked for here, and how it went is told here.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Collection;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Wallets;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Collection;

/// <summary>The operator's and the seller's; a buyer reads its own.</summary>
public static class CollectionEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapCollection(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/charge_requests").WithTags("Collection");
        group.MapGet("/", List).WithName("ListChargeRequests").WithSummary("List what is to be charged; ask for status=pending to do it")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<ChargeRequestView>>().Fails(400);
        group.MapPost("/", ChargeAsking.Post).WithName("AskForCharge").WithSummary("Have an invoice charged again that was declined, or charged and taken back")
            .RequireScope(Scopes.BillingWrite).TakesJson<ChargeAskRequest>().Produces<ChargeRequestView>().Fails(409).Idempotent();
        group.MapGet("/{id}", Get).WithName("GetChargeRequest").WithSummary("Read a charge request").RequireScope(Scopes.BillingRead)
            .Produces<ChargeRequestView>().Fails(404);
        group.MapPost("/{id}/result", Answer).WithName("AnswerChargeRequest").WithSummary("Say how a charge went: a success pays the invoice, or into the wallet that asked")
            .RequireScope(Scopes.BillingWrite).TakesJson<ChargeResultRequest>().Produces<ChargeRequestView>().Fails(404, 409).Idempotent();
        routes.MapGet("/v1/arrears", Arrears).WithTags("Collection").WithName("ListArrears").WithSummary("List invoices whose charge was declined, or taken back")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<ArrearsView>>().Fails(400);
        return routes;
    }

    private static Task<Results<Ok<PageOf<ChargeRequestView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, [FromQuery(Name = "status")] string? status, IAccountStore store) =>
        Items(context, paging, ItemKinds.ChargeRequest, party, status, ["pending", "succeeded", "declined", "withdrawn"], store, View);

    private static Task<Results<Ok<PageOf<ArrearsView>>, Problem>> Arrears(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, [FromQuery(Name = "status")] string? status, IAccountStore store) =>
        Items(context, paging, ItemKinds.Arrears, party, status, ["pending", "in_progress", "resolved", "written_off"], store,
            item => ArrearsView.Of(Definitions.Stored<ArrearsFigures>(item.Body)));

    private static async Task<Results<Ok<PageOf<T>>, Problem>> Items<T>(HttpContext context, PageQuery paging, string kind, string? party, string? status,
        string[] statuses, IAccountStore store, Func<AccountItem, T> view)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = new FieldErrors();
        if (party is not null) errors.Id("party", party);
        if (status is not null) errors.OneOf("status", status, statuses);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var filter = new ItemFilter(kind, Buyer: party, Status: status, VisibleTo: context.Caller().Party);
        return TypedResults.Ok((await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id)).Select(view));
    }

    private static async Task<Results<Ok<ChargeRequestView>, Problem>> Get(HttpContext context, string id, IAccountStore store) =>
        await Find(context, id, store, reading: true) is { } item ? TypedResults.Ok(View(item)) : Problems.NotFound("charge request", id);

    private static async Task<Results<Ok<ChargeRequestView>, Problem>> Answer(HttpContext context, string id, IAccountStore store, IGrainFactory grains,
        BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<ChargeResultRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.OneOf("result", request.Result, "succeeded", "declined");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (await Find(context, id, store, reading: false) is not { } item)
            return Problems.NotFound("charge request", id);
        var command = new AnswerChargeRequest(id, request.Result == "succeeded", clock.Now);
        (var figures, problem) = await grains.Ask<ChargeRequestFigures>(item.Account, command, context.Caller().KeyId, context.RequestAborted);
        if (figures is null)
            return problem!;
        if (figures.Wallet is { } wallet)
            await Tell(wallet, grains, context.RequestAborted);
        return TypedResults.Ok(ChargeRequestView.Of(figures));
    }

    // Who answers finds the money in the wallet; if that is away, its row of due work brings it there.
    private static async Task Tell(string wallet, IGrainFactory grains, CancellationToken cancel)
    {
        try
        {
            await grains.GetGrain<IWalletDuties>(wallet).Work(cancel);
        }
        catch (Exception fault) when (fault is WalletUnavailableException or TimeoutException or OrleansException)
        {
            // The answer stands: nothing of it depends on this.
        }
    }

    private static async Task<AccountItem?> Find(HttpContext context, string id, IAccountStore store, bool reading)
    {
        if (id.Contains('\0') || await store.Item(ItemKinds.ChargeRequest, id, context.RequestAborted) is not { } item)
            return null;
        return context.Caller().Party is not { } own || own == item.Seller || (reading && own == item.Buyer) ? item : null;
    }

    private static ChargeRequestView View(AccountItem item) => ChargeRequestView.Of(Definitions.Stored<ChargeRequestFigures>(item.Body));
}
