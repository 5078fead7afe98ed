// What all routes of the API say about themselves: possible problems, body bounds.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using OrleansBilling.Billing;
using OrleansBilling.ClientApi.Errors;

namespace OrleansBilling.ClientApi.Requests;

/// <summary>Conventions of routes.</summary>
public static class Conventions
{
    /// <summary>A JSON body of this shape, bounded.</summary>
    public static RouteHandlerBuilder TakesJson<T>(this RouteHandlerBuilder route) where T : notnull =>
        route.Accepts<T>("application/json").WithMetadata(new BodyBound()).Fails(400, 413, 415);

    /// <summary>A body of CSV in UTF-8, bounded.</summary>
    public static RouteHandlerBuilder TakesCsv(this RouteHandlerBuilder route) =>
        route.Accepts<string>("text/csv").WithMetadata(new BodyBound()).Fails(400, 413, 415);

    /// <summary>Problems that this route answers, besides those of every route.</summary>
    public static RouteHandlerBuilder Fails(this RouteHandlerBuilder route, params int[] statuses)
    {
        foreach (var status in statuses) route.Produces<ProblemShape>(status, Problem.MediaType);
        return route;
    }

    private sealed class BodyBound : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => Limits.CommandBytesMax;
    }
}
