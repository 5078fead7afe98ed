// Packages of subscriptions: grant one, list them.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Allowances;

/// <summary>Commands are repeated by their grant's id; the same again answers the same grant.</summary>
public static class GrantEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapGrants(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/subscriptions/{id}/grants").WithTags("Packages");
        group.MapPost("/", Post).WithName("GrantPackage").WithSummary("Give a subscription a package of units in advance, for a price or free")
            .WithDescription("A key of a party grants on agreements in which the party sells.")
            .RequireScope(Scopes.BillingWrite).TakesJson<GrantBody>().Produces<GrantShape>().Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListPackages").WithSummary("Packages of a subscription, oldest first")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<GrantShape>>().Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<GrantShape>, Problem>> Post(HttpContext context, string id, GrantDispatcher dispatcher)
    {
        var (body, problem) = await JsonBody.Read<GrantBody>(context);
        if (body is null)
            return problem!;
        var (command, errors) = GrantReading.Read(body, context.Caller().Party);
        return command is null ? Problems.Invalid(errors) : await dispatcher.Send(context, id, command);
    }

    // There are never more than fit a page.
    private static async Task<Results<Ok<PageOf<GrantShape>>, Problem>> List(HttpContext context, string id, GrantDispatcher dispatcher) =>
        await dispatcher.List(context.Caller(), id, context.RequestAborted) is { } grants
            ? TypedResults.Ok(new PageOf<GrantShape>(grants, null))
            : Problems.NotFound(DefinitionKinds.Subscription, id);
}
