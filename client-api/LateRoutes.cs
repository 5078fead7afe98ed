// Routes whose handlers are compiled when they are first called: compiling all of them was half of a start (DECISIONS.md 225).
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace OrleansBilling.ClientApi;

/// <summary>
/// Stand before the framework's methods of the same names everywhere in this namespace. What a handler takes and answers is still looked at when routing
/// begins, so that a handler nobody could call is refused there; only its delegate waits for the first request.
/// </summary>
internal static class LateRoutes
{
    private static readonly string[] Get = ["GET"], Post = ["POST"], Put = ["PUT"], Delete = ["DELETE"];

    public static RouteHandlerBuilder MapGet(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, Get);

    public static RouteHandlerBuilder MapPost(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, Post);

    public static RouteHandlerBuilder MapPut(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, Put);

    public static RouteHandlerBuilder MapDelete(this IEndpointRouteBuilder routes, [StringSyntax("Route")] string pattern, Delegate handler) =>
        Map(routes, pattern, handler, Delete);

    private static RouteHandlerBuilder Map(IEndpointRouteBuilder routes, string pattern, Delegate handler, string[] verb) =>
        RouteHandlerServices.Map(routes, pattern, handler, verb, RequestDelegateFactory.InferMetadata, Late);

    private static RequestDelegateResult Late(Delegate handler, RequestDelegateFactoryOptions options, RequestDelegateMetadataResult? known)
    {
        var made = new Lazy<RequestDelegate>(() => RequestDelegateFactory.Create(handler, options, known).RequestDelegate);
        return new RequestDelegateResult(context => made.Value(context), known?.EndpointMetadata ?? []);
    }
}
