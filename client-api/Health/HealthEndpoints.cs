// Is the process up, and can it work?
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
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
        group.MapGet("/readyz", Ready).WithName("GetReadiness").WithSummary("Whether the store answers").Produces<HealthView>().Fails(503);
        return routes;
    }

    private static Ok<HealthView> Up() => TypedResults.Ok(new HealthView("up"));

    private static async Task<Results<Ok<HealthView>, Problem>> Ready(HttpContext context, IStore store)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(ApiLimits.ReadyTimeout);
        try
        {
            if (await store.IsReady(patience.Token).WaitAsync(patience.Token))
                return TypedResults.Ok(new HealthView("ready"));
        }
        catch (Exception fault) when (fault is StorageException or OperationCanceledException)
        {
            // Not ready, whatever the reason.
        }

        return Problems.Unavailable();
    }
}
