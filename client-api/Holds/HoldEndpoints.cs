// Two-phase use of a subscription: reserve, then capture or release.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Privacy;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Usage;

namespace OrleansBilling.ClientApi.Holds;

/// <summary>Commands are repeated by their hold's id; the same again answers the same.</summary>
public static class HoldEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapHolds(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/subscriptions/{id}/holds").WithTags("Holds");
        group.MapPost("/", Place).WithName("PlaceHold").WithSummary("Reserve money for an event that may happen").RequireScope(Scopes.UsageWrite)
            .TakesJson<PlaceHoldRequest>().Produces<HoldShape>().Fails(404, 409).Idempotent();
        group.MapPost("/{hold}/capture", Capture).WithName("CaptureHold").WithSummary("It happened: count it and free the rest")
            .RequireScope(Scopes.UsageWrite).TakesJson<CaptureHoldRequest>().Produces<HoldShape>().Fails(404, 409).Idempotent();
        group.MapPost("/{hold}/release", Release).WithName("ReleaseHold").WithSummary("It did not happen: free what was reserved")
            .RequireScope(Scopes.UsageWrite).Produces<HoldShape>().Fails(404, 409).Idempotent();
        group.MapGet("/{hold}", Get).WithName("GetHold").WithSummary("Where a hold stands").RequireScope(Scopes.UsageRead)
            .Produces<HoldShape>().Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<HoldShape>, Problem>> Place(HttpContext context, string id, HoldDispatcher dispatcher, PersonalMeters personal,
        BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<PlaceHoldRequest>(context);
        if (request is null)
            return problem!;
        var (command, errors) = HoldReading.Place(request, Micros.Of(clock.Now));
        if (personal.In(request.Meter, request.Dimensions.Keys) is { } dimension)
            return Problems.Invalid($"dimensions.{dimension}", "is personal and must not be in a hold: leave it out");
        return command is null ? Problems.Invalid(errors) : await dispatcher.Send(context, id, command);
    }

    private static async Task<Results<Ok<HoldShape>, Problem>> Capture(HttpContext context, string id, string hold, HoldDispatcher dispatcher)
    {
        var (request, problem) = await JsonBody.Read<CaptureHoldRequest>(context);
        if (request is null)
            return problem!;
        var (command, errors) = HoldReading.Capture(hold, request);
        return command is null ? Problems.Invalid(errors) : await dispatcher.Send(context, id, command);
    }

    private static Task<Results<Ok<HoldShape>, Problem>> Release(HttpContext context, string id, string hold, HoldDispatcher dispatcher) =>
        dispatcher.Send(context, id, new HoldCommand { Verb = HoldVerb.Release, Id = hold });

    private static Task<Results<Ok<HoldShape>, Problem>> Get(HttpContext context, string id, string hold, HoldDispatcher dispatcher) =>
        dispatcher.Send(context, id, new HoldCommand { Verb = HoldVerb.Read, Id = hold });
}
