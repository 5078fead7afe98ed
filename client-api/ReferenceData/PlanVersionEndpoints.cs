// The versions of a plan: only ever added.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>Whoever manages a plan adds its versions; who sees the plan sees them.</summary>
public static class PlanVersionEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapPlanVersions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/plans/{id}/versions").WithTags("Catalogue");
        group.MapPost("/", Add).WithName("AddPlanVersion").WithSummary("Add a version to a plan; versions never change").RequireScope(Scopes.BillingWrite)
            .TakesJson<PlanVersion>().Produces<DefinedVersion<PlanVersion>>().Produces<DefinedVersion<PlanVersion>>(StatusCodes.Status201Created)
            .Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListPlanVersions").WithSummary("List the versions of a plan").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<DefinedVersion<PlanVersion>>>().Fails(400, 404);
        return routes;
    }

    private static async Task<Results<DefinedAnswer, Problem>> Add(HttpContext context, string id, IDefinitionStore store, DefinitionWriter writer)
    {
        if (!await Exists(store, id, context.RequestAborted))
            return Problems.NotFound(DefinitionKinds.Plan, id);
        var (body, problem) = await JsonBody.ReadText(context);
        if (body is null)
            return problem!;
        if (await writer.Refusal(context.Caller(), DefinitionKinds.PlanVersion, id, body, context.RequestAborted) is { } refusal)
            return refusal;
        var answer = await writer.Define(context.Caller(), DefinitionKinds.PlanVersion, id, body, context.RequestAborted);
        var result = DefinitionWriter.Result(answer, DefinitionKinds.PlanVersion, id, $"/v1/plans/{id}/versions");
        return result.Answer is { } defined ? defined : result.Problem!;
    }

    private static async Task<Results<DefinedList, Problem>> List(HttpContext context, string id, [AsParameters] PageQuery query, IDefinitionStore store,
        DefinitionReader reader)
    {
        var cancel = context.RequestAborted;
        if (!FieldChecks.IsId(id) || await reader.Get(context.Caller(), DefinitionKinds.Plan, id, cancel) is null)
            return Problems.NotFound(DefinitionKinds.Plan, id);
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        // A page may be short although there are more: a version may have the charges of a whole rate sheet.
        page = page with { Limit = Math.Min(page.Limit, Limits.PlanVersionsPageMax) };
        var found = await page.Collect((after, limit) => store.List(DefinitionKinds.PlanVersion, id, after, limit, cancel), stored => stored.Id);
        return new DefinedList(found.Select(stored => DefinedView.Of(stored)));
    }

    private static async Task<bool> Exists(IDefinitionStore store, string plan, CancellationToken cancel) =>
        FieldChecks.IsId(plan) && await store.Get(DefinitionKinds.Plan, plan, cancel) is not null;
}
