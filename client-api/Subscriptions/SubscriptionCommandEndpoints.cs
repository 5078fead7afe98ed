// Commands on subscriptions: end one, pause it, let it go on, give a leg another plan, pay ahead.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Subscriptions;

/// <summary>Each is known again by its id; all answer the subscription as it stands then.</summary>
public static class SubscriptionCommandEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapSubscriptionCommands(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/subscriptions/{id}").WithTags("Subscriptions");
        group.MapPost("/cancel", Post).WithName("CancelSubscription").WithSummary("End a subscription").TakesCommand();
        group.MapPost("/suspend", Post).WithName("SuspendSubscription").WithSummary("No service until it is resumed; fees run on").TakesCommand();
        group.MapPost("/resume", Post).WithName("ResumeSubscription").WithSummary("Service again").TakesCommand();
        group.MapPost("/change_plan", Post).WithName("ChangePlan").WithSummary("Give a leg another plan: fees and usage split at the instant").TakesCommand();
        group.MapPost("/prepay", Prepay).WithName("PrepaySubscription").WithSummary("Pay the fee of several periods with one invoice, issued at once")
            .WithDescription("Each of these periods stands on its document as 0.00, prepaid k/N. An end before they are over gives nothing back.")
            .RequireScope(Scopes.BillingWrite).TakesJson<PrepaymentBody>().Produces<Defined<Subscription>>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static void TakesCommand(this RouteHandlerBuilder route) => route.RequireScope(Scopes.BillingWrite).TakesJson<SubscriptionCommandBody>()
        .Produces<Defined<Subscription>>().Fails(404, 409).Idempotent();

    private static async Task<Results<DefinedAnswer, Problem>> Prepay(HttpContext context, string id, SubscriptionCommander commander)
    {
        var (body, problem) = await JsonBody.Read<PrepaymentBody>(context);
        if (body is null)
            return problem!;
        if (!FieldChecks.IsId(id))
            return Problems.NotFound(DefinitionKinds.Subscription, id);
        var change = new SubscriptionChange
        {
            Id = body.Id, Action = SubscriptionActions.Prepay, Agreement = body.Agreement, Charge = body.Charge, Periods = body.Periods, From = body.From,
        };
        return await commander.Prepay(context.Caller(), id, change, context.RequestAborted);
    }

    private static async Task<Results<DefinedAnswer, Problem>> Post(HttpContext context, string id, SubscriptionCommander commander)
    {
        var (body, problem) = await JsonBody.Read<SubscriptionCommandBody>(context);
        if (body is null)
            return problem!;
        if (!FieldChecks.IsId(id))
            return Problems.NotFound(DefinitionKinds.Subscription, id);
        // The path says what is to be done: its last word is the action's name.
        var path = context.Request.Path.Value!.TrimEnd('/');
        var action = path[(path.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var change = new SubscriptionChange { Id = body.Id, Action = action, At = body.At, Reason = body.Reason, Agreement = body.Agreement, Plan = body.Plan };
        return await commander.Send(context.Caller(), id, change, context.RequestAborted);
    }
}
