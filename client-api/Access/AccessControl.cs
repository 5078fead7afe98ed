// What a route demands of its caller, and the middleware that sees to it.
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.ClientApi.Errors;

namespace OrleansBilling.ClientApi.Access;

/// <summary>Metadata of a route. OperatorOnly: the key must belong to no party.</summary>
public sealed record AccessRule(Scopes Scope, bool OperatorOnly = false);

/// <summary>How routes state their rule and handlers learn who calls.</summary>
public static class AccessControl
{
    // Deny by default: a route that says nothing is the operator's.
    private static readonly AccessRule Default = new(Scopes.Admin, OperatorOnly: true);

    /// <summary>Routes of this builder need the scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, Scopes scope) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule(scope));

    /// <summary>Routes of this builder need the scope and a key of the whole installation.</summary>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder builder, Scopes scope) where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new AccessRule(scope, OperatorOnly: true));

    /// <summary>Who calls; every route but the open ones has one.</summary>
    public static ApiCaller Caller(this HttpContext context) =>
        context.Features.Get<ApiCaller>() ?? throw new InvalidOperationException("An open route has no caller.");

    /// <summary>The middleware; runs behind routing.</summary>
    public static async Task Check(HttpContext context, RequestDelegate next, KeyRing keys)
    {
        // The framework's own answers (no route, wrong method or content type) tell nothing that the API's description does not.
        if (context.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(context);
            return;
        }

        if (await keys.Authenticate(context.Request.Headers.Authorization, context.RequestAborted) is not { } caller)
        {
            await Problems.Unauthenticated().ExecuteAsync(context);
            return;
        }

        var rule = endpoint.Metadata.GetMetadata<AccessRule>() ?? Default;
        if (!caller.May(rule.Scope))
            await Problems.InsufficientScope(ScopeNames.Write(rule.Scope)).ExecuteAsync(context);
        else if (rule.OperatorOnly && caller.Party is not null)
            await Problems.OperatorOnly().ExecuteAsync(context);
        else
        {
            context.Features.Set(caller);
            await next(context);
        }
    }
}
