// GET …/usage of partners, customers and subscriptions.
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
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Usage;

/// <summary>Live figures.</summary>
public static class UsageEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapUsage(this IEndpointRouteBuilder routes)
    {
        Map(routes, DefinitionKinds.Partner, "partners", OfPartner);
        Map(routes, DefinitionKinds.Customer, "customers", OfCustomer);
        Map(routes, DefinitionKinds.Subscription, "subscriptions", OfSubscription);
        return routes;
    }

    private static void Map(IEndpointRouteBuilder routes, string kind, string path, Delegate handler) =>
        routes.MapGet($"/v1/{path}/{{id}}/usage", handler).WithName($"Get{char.ToUpperInvariant(kind[0])}{kind[1..]}Usage").WithTags("Usage")
            .WithSummary($"Live usage of a {kind}, with everything counted that was durable at as_of").RequireScope(Scopes.UsageRead)
            .Produces<UsageView>().Fails(400, 404, 409, 410).WithRequestTimeout(Limits.FanOutTimeout);

    private static Task<Results<Ok<UsageView>, Problem>> OfPartner(HttpContext context, string id, [AsParameters] UsageQuery query, UsageReader reader) =>
        Read(context, DefinitionKinds.Partner, id, query, reader);

    private static Task<Results<Ok<UsageView>, Problem>> OfCustomer(HttpContext context, string id, [AsParameters] UsageQuery query, UsageReader reader) =>
        Read(context, DefinitionKinds.Customer, id, query, reader);

    private static Task<Results<Ok<UsageView>, Problem>> OfSubscription(HttpContext context, string id, [AsParameters] UsageQuery query, UsageReader reader) =>
        Read(context, DefinitionKinds.Subscription, id, query, reader);

    private static async Task<Results<Ok<UsageView>, Problem>> Read(HttpContext context, string kind, string id, UsageQuery query, UsageReader reader)
    {
        var (question, problem) = query.Read(kind, id);
        if (question is null)
            return problem!;
        if (!FieldChecks.IsId(id))
            return Problems.NotFound(kind, id);
        try
        {
            return await reader.Read(context.Caller(), question, context.RequestAborted) is { } usage ? TypedResults.Ok(usage) : Problems.NotFound(kind, id);
        }
        catch (UsageRefusedException refused)
        {
            return refused.Problem;
        }
    }
}
