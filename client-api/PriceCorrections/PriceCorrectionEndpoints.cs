// Price corrections: a vendor's final prices of named events, or a window that another version of the plan should have priced.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.PriceCorrections;

namespace OrleansBilling.ClientApi.PriceCorrections;

/// <summary>Whoever sells under an agreement corrects its prices. Commands are repeated by their id.</summary>
public static class PriceCorrectionEndpoints
{
    private const string Kind = "price correction";

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapPriceCorrections(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/price_corrections").WithTags("Usage");
        group.MapPost("/", Post).WithName("PostPriceCorrection").WithSummary("Price usage anew, by new entries")
            .WithDescription("What stood is taken back, and charged as it should have been: usage of the last 35 days. Periods that are sealed get late lines; wallets follow, whatever they have. 202: it goes on by itself.")
            .RequireScope(Scopes.BillingWrite).TakesJson<PriceCorrectionBody>().Produces<PriceCorrectionShape>()
            .Produces<PriceCorrectionShape>(StatusCodes.Status202Accepted).Fails(404, 409).Idempotent().DisableRequestTimeout();
        group.MapGet("/{id}", Get).WithName("GetPriceCorrection").WithSummary("A price correction and what it has come to")
            .RequireScope(Scopes.BillingRead).Produces<PriceCorrectionShape>().Fails(404);
        group.MapGet("/", List).WithName("ListPriceCorrections").WithSummary("List price corrections by id")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<PriceCorrectionListed>>().Fails(400);
        return routes;
    }

    private static async Task<Results<Ok<PriceCorrectionShape>, JsonHttpResult<PriceCorrectionShape>, Problem>> Post(HttpContext context,
        IPriceCorrectionStore store, IDefinitionStore definitions, IPartyTree tree, PriceCorrecting correcting, BillingClock clock)
    {
        var (body, problem) = await JsonBody.Read<PriceCorrectionBody>(context);
        if (body is null)
            return problem!;
        if (PriceCorrectionReading.Check(body) is { IsEmpty: false } errors)
            return Problems.Invalid(errors);
        var caller = context.Caller();
        if (await Refusal(caller, body, definitions, tree, clock, context.RequestAborted) is { } refusal
            && await store.Get(body.Id, context.RequestAborted) is null)
            return refusal;
        // From here on the client's patience does not end it half-way.
        var row = await store.Add(new PriceCorrectionRow(body.Id, caller.Party ?? "", Definitions.Write(body), PriceCorrectionStates.Open, clock.Now),
            CancellationToken.None);
        if (row.Party != (caller.Party ?? "") || row.Body != Definitions.Write(body))
            return Problems.Conflict($"Price correction \"{body.Id}\" stands for another request.");
        await correcting.Begin(row, CancellationToken.None);
        var shape = await correcting.Shape((await store.Get(body.Id, CancellationToken.None))!, CancellationToken.None);
        return shape.State == "done" ? TypedResults.Ok(shape) : TypedResults.Json(shape, statusCode: StatusCodes.Status202Accepted);
    }

    // An agreement on which the caller does not sell is as good as none.
    private static async Task<Problem?> Refusal(ApiCaller caller, PriceCorrectionBody body, IDefinitionStore definitions, IPartyTree tree, BillingClock clock,
        CancellationToken cancel)
    {
        if (body.Subscription is { } subscription && (await definitions.Get(DefinitionKinds.Subscription, subscription, cancel) is null
                || !await tree.SeesSubscription(caller, subscription, cancel)))
            return Problems.NotFound(DefinitionKinds.Subscription, subscription);
        foreach (var agreement in (body.Prices ?? []).Select(price => price.Agreement).Append(body.Window?.Agreement).OfType<string>().Distinct())
        {
            if (await definitions.Get(DefinitionKinds.Agreement, agreement, cancel) is not { } stored
                || (caller.Party is not null && Definitions.Stored<Agreement>(stored.Body).Seller != caller.Party))
                return Problems.NotFound(DefinitionKinds.Agreement, agreement);
        }

        if (body.Window is not { } window)
            return null;
        var versions = await definitions.List(DefinitionKinds.PlanVersion, window.Plan, null, Limits.StorePageMax, cancel);
        if (!versions.Any(version => version.Id == $"{window.Plan}/{window.PlanVersion:00000}"))
            return Problems.NotFound("version of plan \"" + window.Plan + "\"", window.PlanVersion.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return window.From < clock.Now - Limits.IdRetention ? Problems.Conflict("Only usage of the last 35 days can be priced anew.", "too_late") : null;
    }

    private static async Task<Results<Ok<PriceCorrectionShape>, Problem>> Get(HttpContext context, string id, IPriceCorrectionStore store,
        PriceCorrecting correcting)
    {
        var caller = context.Caller();
        return FieldChecks.IsId(id) && await store.Get(id, context.RequestAborted) is { } row && (caller.Party is null || caller.Party == row.Party)
            ? TypedResults.Ok(await correcting.Shape(row, context.RequestAborted))
            : Problems.NotFound(Kind, id);
    }

    private static async Task<Results<Ok<PageOf<PriceCorrectionListed>>, Problem>> List(HttpContext context, [AsParameters] PageQuery query,
        IPriceCorrectionStore store)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        var caller = context.Caller();
        var rows = await page.Collect((after, limit) => store.List(caller.Party, after, limit, context.RequestAborted), row => row.Id);
        return TypedResults.Ok(rows.Select(row => new PriceCorrectionListed(row.Id, Definitions.Stored<PriceCorrectionBody>(row.Body).Reason,
            PriceCorrecting.Word(row.State), row.CreatedAt)));
    }
}
