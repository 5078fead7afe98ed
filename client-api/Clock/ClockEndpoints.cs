// The sandbox clock.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;

namespace OrleansBilling.ClientApi.Clock;

/// <summary>Where the clock stands.</summary>
/// <param name="Now">Its instant.</param>
public sealed record ClockView(Instant Now);

/// <summary>Where the clock shall go.</summary>
public sealed record AdvanceRequest
{
    /// <summary>Not before its present instant.</summary>
    public required Instant To { get; init; }
}

/// <summary>Only with <c>--clock manual</c>; the operator's alone, since it is everybody's time.</summary>
public static class ClockEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapClock(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/clock").WithTags("Sandbox clock").RequireOperator(Scopes.Admin);
        group.MapGet("/", Get).WithName("GetClock").WithSummary("Where the sandbox clock stands").Produces<ClockView>().Fails(404);
        group.MapPost("/advance", Advance).WithName("AdvanceClock").WithSummary("Move the sandbox clock forward")
            .WithDescription("Answers when all that falls due until then has run, however long that takes.")
            .TakesJson<AdvanceRequest>().Produces<ClockView>().Fails(404, 409).Idempotent().DisableRequestTimeout();
        return routes;
    }

    private static Results<Ok<ClockView>, Problem> Get(IServiceProvider services) =>
        Control(services) is { } control ? TypedResults.Ok(new ClockView(control.Now)) : Problems.ClockNotManual();

    private static async Task<Results<Ok<ClockView>, Problem>> Advance(HttpContext context, IServiceProvider services)
    {
        if (Control(services) is not { } control)
            return Problems.ClockNotManual();
        var (request, problem) = await JsonBody.Read<AdvanceRequest>(context);
        if (request is null)
            return problem!;
        return await control.Advance(request.To, context.RequestAborted)
            ? TypedResults.Ok(new ClockView(control.Now))
            : Problems.Conflict($"The clock stands at {control.Now} and only moves forward.", "clock_only_moves_forward");
    }

    private static ISandboxControl? Control(IServiceProvider services) => services.GetService<ISandboxControl>();
}
