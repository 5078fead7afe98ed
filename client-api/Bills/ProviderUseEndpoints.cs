// How a customer uses a provider's application: its trial, and that it has left.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Bills;

/// <summary>The operator's to say. Nothing must be said for a customer to be billed: without, there is no trial and nobody has left.</summary>
public static class ProviderUseEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapProviderUses(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/providers/{id}/customers").WithTags("Bills").RequireOperator(Scopes.BillingWrite);
        group.MapPut("/{customer}", Put).WithName("PutProviderUse").WithSummary("Say how a customer uses a provider's application")
            .TakesJson<ProviderUseRequest>().Produces<ProviderUseView>().Fails(404, 409);
        group.MapDelete("/{customer}", Leave).WithName("EndProviderUse")
            .WithSummary("The customer leaves: the provider is told, and may send last bills for a while")
            .Produces<ProviderUseView>().Fails(400, 404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<ProviderUseView>, Problem>> Put(HttpContext context, string id, string customer, BilledCustomers customers,
        IGrainFactory grains)
    {
        var (request, problem) = await JsonBody.Read<ProviderUseRequest>(context);
        if (request is null)
            return problem!;
        (var use, problem) = await Change(context, id, customer, request.TrialEndsAt, null, customers, grains);
        return use is null ? problem! : TypedResults.Ok(View(use, customer));
    }

    // Told before it is answered, under a key of this leaving: a repeat tells nobody twice.
    private static async Task<Results<Ok<ProviderUseView>, Problem>> Leave(HttpContext context, string id, string customer, BilledCustomers customers,
        IGrainFactory grains, INotificationStore notifications, BillingClock clock)
    {
        var (use, problem) = await Change(context, id, customer, null, clock.Now, customers, grains);
        if (use is null)
            return problem!;
        var body = Definitions.Write(new CustomerLeft(customer, use.LeftAt!.Value, use.LeftAt.Value + Duration.FromDays(Limits.FinalBillDays)));
        await notifications.Add([new NewNotification($"customer_left/{id}/{customer}/{use.Number}", use.LeftAt.Value, "customer_left", id, body)],
            context.RequestAborted);
        return TypedResults.Ok(View(use, customer));
    }

    private static async Task<(ProviderUseFigures? Use, Problem? Problem)> Change(HttpContext context, string id, string customer, Instant? trialEndsAt,
        Instant? leftAt, BilledCustomers customers, IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var (provider, problem) = await customers.Provider(caller, id, cancel);
        if (provider is null)
            return (null, problem);
        (var billed, problem) = await customers.Find(provider, customer, cancel);
        return billed is null ? (null, Problems.NotFound("customer", customer))
            : await grains.Ask<ProviderUseFigures>(billed.Account.Id, new ChangeProviderUse(id, trialEndsAt, leftAt), caller.KeyId, cancel);
    }

    private static ProviderUseView View(ProviderUseFigures use, string customer) => new(use.Provider, customer, use.TrialEndsAt, use.LeftAt);
}

/// <summary>How a customer uses an application.</summary>
public sealed record ProviderUseRequest
{
    /// <summary>Until when it is free: commissionable bills must wait, or are warned of, as the agreement says.</summary>
    public Instant? TrialEndsAt { get; init; }
}

/// <summary>How a customer uses an application.</summary>
/// <param name="Provider">Provider.</param>
/// <param name="Customer">Customer.</param>
/// <param name="TrialEndsAt">Until when it is free.</param>
/// <param name="LeftAt">When the customer left.</param>
public sealed record ProviderUseView(string Provider, string Customer, Instant? TrialEndsAt = null, Instant? LeftAt = null);

/// <summary>What the provider is told.</summary>
internal sealed record CustomerLeft(string Customer, Instant LeftAt, Instant BillsUntil);
