// Corrections of usage that was accepted: retract an event, or amend its quantity.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Corrections;

/// <summary>Commands are repeated by their correction's id; the same again answers the same.</summary>
public static class CorrectionEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapCorrections(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/corrections", Post).WithName("PostCorrection").WithTags("Usage")
            .WithSummary("Retract an event, or amend its quantity, by a new entry")
            .WithDescription("Events of the last 35 days. The answer says whether the period of the event or the next document carries the effect.")
            .RequireScope(Scopes.UsageWrite).TakesJson<CorrectionBody>().Produces<CorrectionShape>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<CorrectionShape>, Problem>> Post(HttpContext context, CorrectionDispatcher dispatcher)
    {
        var (body, problem) = await JsonBody.Read<CorrectionBody>(context);
        if (body is null)
            return problem!;
        var (command, errors) = CorrectionReading.Read(body);
        return command is null ? Problems.Invalid(errors) : await dispatcher.Send(context, body.Subscription, command);
    }
}
