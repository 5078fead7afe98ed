// Is the process up, and can it work?
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage;

namespace OrleansBilling.ClientApi.Health;

/// <summary>State in one word.</summary>
/// <param name="Status"><c>up</c> or <c>ready</c>.</param>
public sealed record HealthView(string Status);

/// <summary>Open to all: they tell nothing else.</summary>
public static class HealthEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Running it").AllowAnonymous();
        group.MapGet("/healthz", Up).WithName("GetHealth").WithSummary("Whether the process is up").Produces<HealthView>();
        group.MapGet("/readyz", Ready).WithName("GetReadiness").WithSummary("Whether the store answers and the silo is a live member")
            .Produces<HealthView>().Fails(503);
        return routes;
    }

    private static Ok<HealthView> Up() => TypedResults.Ok(new HealthView("up"));

    private static async Task<Results<Ok<HealthView>, Problem>> Ready(HttpContext context, IStore store,
        [FromServices] IEnumerable<IMembership> memberships) =>
        memberships.All(membership => membership.IsLive) && await Answers(store, context.RequestAborted)
            ? TypedResults.Ok(new HealthView("ready")) : Problems.Unavailable();

    private static async Task<bool> Answers(IStore store, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Limits.ReadyTimeout);
        try
        {
            return await store.IsReady(patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception fault) when (fault is StorageException or OperationCanceledException)
        {
            return false;
        }
    }
}
