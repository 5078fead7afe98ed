// Delivery reports: what became of a message that was charged.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
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
            .WithDescription("Events of the last 35 days. An agreement's charge_point (accept, submit, deliver) decides what is refunded. 202: no event of the message "
                + "has come; the report waits for it, seven days.")
            .RequireScope(Scopes.UsageWrite).TakesJson<DeliveryReportBody>().Produces<CorrectionShape>()
            .Produces<CorrectionShape>(StatusCodes.Status202Accepted).Fails(404, 409).Idempotent();
        OrphanReports.Map(routes);
        return routes;
    }

    private static async Task<Results<Ok<CorrectionShape>, JsonHttpResult<CorrectionShape>, Problem>> Post(HttpContext context, CorrectionDispatcher dispatcher,
        ParkedReports parked)
    {
        var (body, problem) = await JsonBody.Read<DeliveryReportBody>(context);
        if (body is null)
            return problem!;
        var (command, errors) = DeliveryReading.Read(body);
        if (command is null)
            return Problems.Invalid(errors);
        var answer = await dispatcher.Send(context, body.Subscription, command);
        if (body.MessageId is null || !IsUnknown(answer))
            return Same(answer);
        if (await parked.Park(body, context.RequestAborted) is not { } row)
            return Problems.Conflict($"{Limits.ReportsParkedMax} reports of \"{body.Subscription}\" wait for their events.", "too_many_reports");
        if (row.Body != Definitions.Write(body))
            return Problems.Conflict($"Report \"{body.Id}\" stands for another one.");
        if (row.OrphanedAt is not null)
            return TypedResults.Ok(new CorrectionShape(body.Id, "orphaned", null));
        // Its event may have come in between.
        answer = await dispatcher.Send(context, body.Subscription, command);
        if (IsUnknown(answer))
            return TypedResults.Json(new CorrectionShape(body.Id, "parked", null), statusCode: StatusCodes.Status202Accepted);
        if (answer.Result is Ok<CorrectionShape>)
            await parked.Applied(body.Subscription, body.Id, CancellationToken.None);
        return Same(answer);
    }

    private static bool IsUnknown(Results<Ok<CorrectionShape>, Problem> answer) => answer.Result is Problem { Code: "unknown_event" };

    private static Results<Ok<CorrectionShape>, JsonHttpResult<CorrectionShape>, Problem> Same(Results<Ok<CorrectionShape>, Problem> answer) =>
        answer.Result is Problem problem ? problem : (Ok<CorrectionShape>)answer.Result;
}
