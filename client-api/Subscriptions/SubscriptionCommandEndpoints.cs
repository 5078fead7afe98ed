// Commands on subscriptions: end one, pause it, let it go on, give a leg another plan.
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
    private static readonly (string Action, string Name, string Summary)[] Commands =
    [
        (SubscriptionActions.Cancel, "CancelSubscription", "End a subscription"),
        (SubscriptionActions.Suspend, "SuspendSubscription", "No service until it is resumed; fees run on"),
        (SubscriptionActions.Resume, "ResumeSubscription", "Service again"),
        (SubscriptionActions.ChangePlan, "ChangePlan", "Give a leg another plan: fees and usage split at the instant"),
    ];

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapSubscriptionCommands(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/subscriptions/{id}").WithTags("Subscriptions");
        foreach (var (action, name, summary) in Commands)
        {
            group.MapPost("/" + action, (HttpContext context, string id, SubscriptionCommander commander) => Post(context, id, action, commander))
                .WithName(name).WithSummary(summary).RequireScope(Scopes.BillingWrite).TakesJson<SubscriptionCommandBody>()
                .Produces<Defined<Subscription>>().Fails(404, 409).Idempotent();
        }

        return routes;
    }

    private static async Task<Results<DefinedAnswer, Problem>> Post(HttpContext context, string id, string action, SubscriptionCommander commander)
    {
        var (body, problem) = await JsonBody.Read<SubscriptionCommandBody>(context);
        if (body is null)
            return problem!;
        if (!FieldChecks.IsId(id))
            return Problems.NotFound(DefinitionKinds.Subscription, id);
        var change = new SubscriptionChange { Id = body.Id, Action = action, At = body.At, Reason = body.Reason, Agreement = body.Agreement, Plan = body.Plan };
        return await commander.Send(context.Caller(), id, change, context.RequestAborted);
    }
}
