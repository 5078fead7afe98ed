// Backfills: usage that is older than POST /v1/events takes, added and taken back as one.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Privacy;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage;
using OrleansBilling.Storage.Backfills;

namespace OrleansBilling.ClientApi.Backfills;

/// <summary>The operator's alone: one backfill may span everybody's subscriptions. Commands are repeated by the backfill's id.</summary>
public static class BackfillEndpoints
{
    private const string Kind = "backfill";

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapBackfills(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/backfills").WithTags("Usage");
        group.MapPost("/", Open).WithName("OpenBackfill").WithSummary("Open a backfill of usage older than the lateness window")
            .WithDescription("It takes events for 30 days. The same id and reason again answer the same backfill.")
            .RequireOperator(Scopes.BillingWrite).TakesJson<BackfillBody>().Produces<BackfillShape>().Fails(409).Idempotent();
        group.MapPost("/{id}/events", Fill).WithName("PostBackfillEvents").WithSummary("Send events of a backfill: one, a batch, or NDJSON")
            .WithDescription("As POST /v1/events, of events older than 34 days. An event counts once in its backfill, whatever was sent elsewhere.")
            .TakesEvents().RequireOperator(Scopes.UsageWrite).Fails(404, 409).DisableRequestTimeout();
        group.MapPost("/{id}/close", Close).WithName("CloseBackfill").WithSummary("End a backfill: it takes no more events")
            .RequireOperator(Scopes.BillingWrite).Produces<BackfillShape>().Fails(404).Idempotent();
        group.MapPost("/{id}/revert", Revert).WithName("RevertBackfill").WithSummary("Take back every event of a backfill, by new entries")
            .WithDescription("Open or closed. When the answer is 503, some subscriptions may be left: they follow by themselves, or when it is sent again.")
            .RequireOperator(Scopes.BillingWrite).Produces<BackfillShape>().Fails(404).DisableRequestTimeout();
        group.MapGet("/{id}", Get).WithName("GetBackfill").WithSummary("A backfill, its accepted events, and what stands by agreement")
            .RequireOperator(Scopes.BillingRead).Produces<BackfillTotals>().Fails(404).DisableRequestTimeout();
        group.MapGet("/", List).WithName("ListBackfills").WithSummary("List backfills by id")
            .RequireOperator(Scopes.BillingRead).Produces<PageOf<BackfillShape>>().Fails(400);
        return routes;
    }

    private static async Task<Results<Ok<BackfillShape>, Problem>> Open(HttpContext context, IBackfillStore store, BackfillReverting backfills,
        BillingClock clock)
    {
        var (body, problem) = await JsonBody.Read<BackfillBody>(context);
        if (body is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Id("id", body.Id);
        errors.Text("reason", body.Reason);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var row = await store.Open(body.Id, body.Reason, clock.Now, context.RequestAborted);
        return row.Reason == body.Reason
            ? TypedResults.Ok(backfills.Shape(row))
            : Problems.Conflict($"Backfill \"{body.Id}\" stands for another reason.");
    }

    private static async Task Fill(HttpContext context, string id, IBackfillStore store, BackfillReverting backfills, SubscriptionDirectory directory,
        ChunkDispatcher dispatcher, PersonalMeters personal)
    {
        if (await Find(context, id, store) is not { } row)
        {
            await Problems.NotFound(Kind, id).ExecuteAsync(context);
            return;
        }

        if (!backfills.TakesEvents(row))
        {
            await Problems.Conflict($"Backfill \"{id}\" takes no more events.", "backfill_closed").ExecuteAsync(context);
            return;
        }

        var joined = new HashSet<string>(StringComparer.Ordinal);
        var parser = new EventParser(BackfillName.Prefix(row.Id, Micros.Of(row.OpenedAt)), personal);
        await EventEndpoints.Receive(context, new EventChunk(parser, directory) { Admission = Join }, dispatcher);

        // Before anything is sent: a revert must find every subscription that may have counted something.
        async Task<bool> Join(IReadOnlyList<string> subscriptions)
        {
            var unknown = subscriptions.Where(one => !joined.Contains(one)).ToList();
            if (unknown.Count > 0 && !await store.Join(row.Id, unknown, Limits.BackfillSubscriptionsMax, CancellationToken.None))
                return false;
            joined.UnionWith(unknown);
            return true;
        }
    }

    private static async Task<Results<Ok<BackfillShape>, Problem>> Close(HttpContext context, string id, IBackfillStore store, BackfillReverting backfills,
        BillingClock clock) =>
        await Find(context, id, store) is { } row && await store.Move(row.Id, BackfillStates.Closed, clock.Now, context.RequestAborted) is { } closed
            ? TypedResults.Ok(backfills.Shape(closed))
            : Problems.NotFound(Kind, id);

    // The client's patience does not end it half-way.
    private static async Task<Results<Ok<BackfillShape>, Problem>> Revert(HttpContext context, string id, IBackfillStore store, BackfillReverting backfills)
    {
        if (await Find(context, id, store) is not { } row)
            return Problems.NotFound(Kind, id);
        try
        {
            return await backfills.Revert(row, CancellationToken.None)
                ? TypedResults.Ok(backfills.Shape((await store.Get(id, CancellationToken.None))!))
                : Problems.OutcomeUnknown();
        }
        catch (StorageException)
        {
            // Due work may stand already: "nothing was done" would not be true.
            return Problems.OutcomeUnknown();
        }
    }

    private static async Task<Results<Ok<BackfillTotals>, Problem>> Get(HttpContext context, string id, IBackfillStore store, BackfillReverting backfills) =>
        await Find(context, id, store) is { } row
            ? TypedResults.Ok(await backfills.Totals(row, context.RequestAborted))
            : Problems.NotFound(Kind, id);

    private static async Task<Results<Ok<PageOf<BackfillShape>>, Problem>> List(HttpContext context, [AsParameters] PageQuery query, IBackfillStore store,
        BackfillReverting backfills)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        var rows = await page.Collect((after, limit) => store.List(after, limit, context.RequestAborted), row => row.Id);
        return TypedResults.Ok(rows.Select(backfills.Shape));
    }

    private static async Task<BackfillRow?> Find(HttpContext context, string id, IBackfillStore store) =>
        FieldChecks.IsId(id) ? await store.Get(id, context.RequestAborted) : null;
}
