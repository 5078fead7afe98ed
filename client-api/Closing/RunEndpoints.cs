// Closing a period, and how it goes on.
using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Closing;

/// <summary>Which period to close.</summary>
public sealed record CloseRequest
{
    /// <summary>Label, e.g. <c>2025-05</c>.</summary>
    public required string Period { get; init; }
}

/// <summary>The operator's alone: a run bills all partners.</summary>
public static class RunEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapRuns(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Closing");
        group.MapPost("/calendars/{id}/close", Close).WithName("ClosePeriod").WithSummary("Close a finished period").RequireOperator(Scopes.BillingWrite)
            .TakesJson<CloseRequest>().Produces<RunView>(StatusCodes.Status202Accepted).Fails(404, 409).Idempotent();
        group.MapGet("/runs", List).WithName("ListRuns").WithSummary("List runs, newest first").RequireOperator(Scopes.BillingRead)
            .Produces<PageOf<RunView>>().Fails(400);
        group.MapGet("/runs/{id}", Get).WithName("GetRun").WithSummary("How a run stands, agreement by agreement").RequireOperator(Scopes.BillingRead)
            .Produces<RunView>().Fails(400, 404);
        group.MapPost("/runs/{id}/retry", Retry).WithName("RetryRun").WithSummary("Take up the failed agreements of a run again")
            .RequireOperator(Scopes.BillingWrite).Produces<RunView>(StatusCodes.Status202Accepted).Fails(404).Idempotent();
        return routes;
    }

    private static async Task<Results<Accepted<RunView>, Problem>> Close(HttpContext context, string id, IDefinitionStore definitions, IClosingStore closing,
        IGrainFactory grains)
    {
        var cancel = context.RequestAborted;
        if (!FieldChecks.IsId(id) || await definitions.Get(DefinitionKinds.Calendar, id, cancel) is null)
            return Problems.NotFound(DefinitionKinds.Calendar, id);
        var (request, problem) = await JsonBody.Read<CloseRequest>(context);
        if (request is null)
            return problem!;
        var answer = await grains.GetGrain<ICycleCoordinatorGrain>(id).Close(request.Period, cancel);
        if (answer.Refusal == "invalid_period")
            return Problems.Invalid("period", "must be the label of a period, like \"2025-05\"");
        return answer.Refusal is { } code ? Problems.Conflict(answer.Detail ?? code, code) : await Accepted(answer.Run, closing, cancel);
    }

    private static async Task<Results<Ok<PageOf<RunView>>, Problem>> List(HttpContext context, [FromQuery(Name = "calendar")] string? calendar,
        [AsParameters] PageQuery query, IClosingStore closing)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        var cancel = context.RequestAborted;
        var runs = await page.Collect((after, limit) => closing.List(calendar, after, limit, cancel), run => run.Id);
        var views = new List<RunView>(runs.Data.Count);
        foreach (var run in runs.Data) views.Add(RunView.Of(run, await closing.Progress(run.Id, cancel)));
        return TypedResults.Ok(new PageOf<RunView>(views, runs.NextCursor));
    }

    private static async Task<Results<Ok<RunView>, Problem>> Get(HttpContext context, string id, [FromQuery(Name = "state")] string? state,
        [AsParameters] PageQuery query, IClosingStore closing)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        CloseItemState wanted = default;
        if (state is not null && !States.TryGetValue(state, out wanted))
            return Problems.Invalid("state", "must be one of " + string.Join(", ", States.Keys.Order(StringComparer.Ordinal)));
        var cancel = context.RequestAborted;
        if (await closing.Get(id, cancel) is not { } run)
            return Problems.NotFound("run", id);
        var items = await page.Collect((after, limit) => closing.Items(id, state is null ? null : wanted, after, limit, cancel), item => item.Agreement);
        return TypedResults.Ok(RunView.Of(run, await closing.Progress(id, cancel), items));
    }

    private static async Task<Results<Accepted<RunView>, Problem>> Retry(HttpContext context, string id, IClosingStore closing, IGrainFactory grains)
    {
        var cancel = context.RequestAborted;
        if (await closing.Get(id, cancel) is not { } run)
            return Problems.NotFound("run", id);
        var answer = await grains.GetGrain<ICycleCoordinatorGrain>(run.Calendar).Retry(id, cancel);
        return answer.Refusal is { } code ? Problems.Conflict(answer.Detail ?? code, code) : await Accepted(id, closing, cancel);
    }

    private static async Task<Accepted<RunView>> Accepted(string id, IClosingStore closing, CancellationToken cancel)
    {
        var run = await closing.Get(id, cancel) ?? throw new InvalidOperationException($"Run {id} was begun and is gone.");
        return TypedResults.Accepted($"/v1/runs/{id}", RunView.Of(run, await closing.Progress(id, cancel)));
    }

    private static readonly FrozenDictionary<string, CloseItemState> States =
        Enum.GetValues<CloseItemState>().ToFrozenDictionary(state => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString()));
}
