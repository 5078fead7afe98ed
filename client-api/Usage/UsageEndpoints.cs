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
            .Produces<UsageView>().Fails(400, 404).WithRequestTimeout(Limits.FanOutTimeout);

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
        return FieldChecks.IsId(id) && await reader.Read(context.Caller(), question, context.RequestAborted) is { } usage
            ? TypedResults.Ok(usage)
            : Problems.NotFound(kind, id);
    }
}

/// <summary>Which usage.</summary>
/// <param name="Period"><c>current</c> (default) or a label like 2025-05.</param>
/// <param name="Consistency"><c>exact</c>: asked of every subscription, and true to the last durable event. Default: a party with many subscriptions
/// answers from sums that are true as of <c>as_of</c>; everything else is exact anyway.</param>
/// <param name="GroupBy"><c>charge</c>: legs by charge as well.</param>
public sealed record UsageQuery([FromQuery(Name = "period")] string? Period, [FromQuery(Name = "consistency")] string? Consistency,
    [FromQuery(Name = "group_by")] string? GroupBy)
{
    private const string Current = "current";

    /// <summary>The question, or what is wrong with it.</summary>
    public (UsageQuestion? Question, Problem? Problem) Read(string kind, string id)
    {
        var errors = new FieldErrors();
        var period = string.IsNullOrEmpty(Period) || Period == Current ? null : Period;
        if (period is not null && !PeriodLabels.IsLabel(period))
            errors.Add("period", "must be \"current\" or a month, like \"2025-05\"");
        if (Consistency is not (null or "" or "exact"))
            errors.Add("consistency", "must be \"exact\", or be left out");
        if (GroupBy is not (null or "" or "charge"))
            errors.Add("group_by", "must be \"charge\", or be left out");
        return errors.IsEmpty
            ? (new UsageQuestion(kind, id, period, Consistency == "exact", GroupBy == "charge"), null)
            : (null, Problems.Invalid(errors));
    }
}
