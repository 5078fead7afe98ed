// GET …/usage/stream of partners, customers and subscriptions.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Server-sent events; each event's data is what <c>GET …/usage</c> answers, its id is <c>as_of</c>.</summary>
public static class UsageStreamEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapUsageStreams(this IEndpointRouteBuilder routes)
    {
        foreach (var kind in new[] { DefinitionKinds.Partner, DefinitionKinds.Customer, DefinitionKinds.Subscription })
        {
            routes.MapGet($"/v1/{kind}s/{{id}}/usage/stream", (HttpContext context, string id, [AsParameters] UsageQuery query, UsageReader reader,
                    UsageStreams streams) => Open(context, kind, id, query, reader, streams))
                .WithName($"Stream{char.ToUpperInvariant(kind[0])}{kind[1..]}Usage").WithTags("Usage")
                .WithSummary($"Live usage of a {kind} as server-sent events: the whole figure, then again whenever it has changed")
                .RequireScope(Scopes.UsageRead).Produces<UsageView>(StatusCodes.Status200OK, "text/event-stream").Fails(400, 404, 429).DisableRequestTimeout();
        }

        return routes;
    }

    private static async Task<Results<UsageStream, Problem>> Open(HttpContext context, string kind, string id, UsageQuery query, UsageReader reader,
        UsageStreams streams)
    {
        var (question, problem) = query.Read(kind, id, isStream: true);
        if (question is null)
            return problem!;
        if (!FieldChecks.IsId(id) || await reader.Read(context.Caller(), question, context.RequestAborted) is not { } first)
            return Problems.NotFound(kind, id);
        return streams.TryEnter(context.Caller()) ? new UsageStream(streams, question, first) : Problems.Overloaded();
    }
}

/// <summary>A stream that was let in.</summary>
public sealed class UsageStream(UsageStreams streams, UsageQuestion question, UsageView first) : IResult
{
    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            await streams.Write(httpContext, question, first);
        }
        finally
        {
            streams.Leave(httpContext.Caller());
        }
    }
}
