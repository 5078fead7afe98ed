// The sandbox clock.
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Alerts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage;

namespace OrleansBilling.ClientApi.Clock;

/// <summary>Where the clock stands.</summary>
/// <param name="Now">Its instant.</param>
public sealed record ClockView(Instant Now);

/// <summary>Where the clock stands after an advance, and what that left behind.</summary>
/// <param name="Now">Its instant.</param>
/// <param name="Parked">Agreements that could not be closed on the way and wait, each with its reason, for a retry of their run.</param>
/// <param name="FailedRuns">Their runs, oldest first, the first 200.</param>
public sealed record AdvanceView(Instant Now, int Parked, IReadOnlyList<string> FailedRuns);

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
            .WithDescription("Answers when all that falls due until then has run, however long that takes. Agreements that could not be closed are parked "
                + "and named by their runs: they stop nobody else. Other work that fails holds the clock at its instant: 503 due_work_failed with now, "
                + "still_due, parked and failed_runs; the same request goes on from there.")
            .TakesJson<AdvanceRequest>().Produces<AdvanceView>().Fails(404, 409).Idempotent().DisableRequestTimeout();
        return routes;
    }

    private static Results<Ok<ClockView>, Problem> Get(IServiceProvider services) =>
        Control(services) is { } control ? TypedResults.Ok(new ClockView(control.Now)) : Problems.ClockNotManual();

    private static async Task<Results<Ok<AdvanceView>, Problem>> Advance(HttpContext context, IServiceProvider services, AlertWorker alerts)
    {
        if (Control(services) is not { } control)
            return Problems.ClockNotManual();
        var (request, problem) = await JsonBody.Read<AdvanceRequest>(context);
        if (request is null)
            return problem!;
        try
        {
            // What was reached in this period is told before it is over.
            await alerts.EvaluateAll(context.RequestAborted);
            var answer = await control.Advance(request.To, context.RequestAborted);
            await alerts.EvaluateAll(context.RequestAborted);
            return answer switch
            {
                null => Problems.Conflict($"The clock stands at {control.Now} and only moves forward.", "clock_only_moves_forward"),
                { StillDue.Count: > 0 } stopped => Stopped(stopped),
                var arrived => TypedResults.Ok(new AdvanceView(arrived.Now, arrived.Parked, arrived.FailedRuns)),
            };
        }
        catch (StorageException)
        {
            // The clock may have moved before the store was away: "nothing was done" would not be true.
            return Problems.OutcomeUnknown();
        }
    }

    private static Problem Stopped(AdvanceAnswer answer)
    {
        var first = answer.StillDue[0];
        var others = answer.StillDue.Count == 1 ? "" : $" and {answer.StillDue.Count - 1} more";
        return Problems.DueWorkFailed($"The clock stands at {answer.Now}: {first.Kind} of {first.Of.Replace('/', ' ')}{others} failed and stays due. "
            + "The server's log says why. Send the same request again to go on.", json =>
            {
                foreach (var member in JsonSerializer.SerializeToElement(answer, BillingJson.Options).EnumerateObject()) member.WriteTo(json);
            });
    }

    private static ISandboxControl? Control(IServiceProvider services) => services.GetService<ISandboxControl>();
}
