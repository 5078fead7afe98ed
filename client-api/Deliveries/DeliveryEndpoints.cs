// Delivery reports: what became of a message that was charged.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Corrections;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Deliveries;

/// <summary>A report may come any number of times: a message is refunded once and charged again once.</summary>
public static class DeliveryEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapDeliveries(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/delivery_reports", Post).WithName("PostDeliveryReport").WithTags("Usage")
            .WithSummary("Say what became of a message; legs whose charge point it did not reach are refunded")
            .WithDescription("Events of the last 35 days. An agreement's charge_point (accept, submit, deliver) decides what is refunded.")
            .RequireScope(Scopes.UsageWrite).TakesJson<DeliveryReportBody>().Produces<CorrectionShape>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<CorrectionShape>, Problem>> Post(HttpContext context, CorrectionDispatcher dispatcher)
    {
        var (body, problem) = await JsonBody.Read<DeliveryReportBody>(context);
        if (body is null)
            return problem!;
        var (command, errors) = DeliveryReading.Read(body);
        return command is null ? Problems.Invalid(errors) : await dispatcher.Send(context, body.Subscription, command);
    }
}
