// Bills that providers push: once.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Bills;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Bills;

/// <summary>The provider's own key writes and reads them, and the operator's; to others the provider is as good as missing.</summary>
public static class BillEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapBills(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/providers/{id}/bills").WithTags("Bills");
        group.MapPost("/", Post).WithName("PostBill").WithSummary("Bill a customer; the bill stands on the customer's next invoice")
            .WithDescription("When it is received decides the invoice. Commissionable bills are shared by the customer's agreement, others are the provider's.")
            .RequireScope(Scopes.BillingWrite).TakesJson<BillRequest>().Produces<BillView>().Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListBills").WithSummary("List a provider's bills by id").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<BillView>>().Fails(400, 404);
        group.MapGet("/{bill}", Get).WithName("GetBill").WithSummary("Read a bill").RequireScope(Scopes.BillingRead).Produces<BillView>().Fails(404);
        group.MapDelete("/{bill}", Cancel).WithName("CancelBill").WithSummary("Cancel a bill that no invoice has; again it stays cancelled")
            .RequireScope(Scopes.BillingWrite).Produces<BillView>().Fails(400, 404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<BillView>, Problem>> Post(HttpContext context, string id, BilledCustomers customers, IGrainFactory grains,
        BillingClock clock)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var (provider, problem) = await customers.Provider(caller, id, cancel);
        if (provider is null)
            return problem!;
        (var request, problem) = await JsonBody.Read<BillRequest>(context);
        if (request is null)
            return problem!;
        var currency = request.Currency ?? provider.Currency;
        var errors = BillRules.Check(request, currency);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        (var customer, problem) = await customers.Find(provider, request.Customer, cancel);
        if (customer is null)
            return problem!;
        var now = clock.Now;
        if (!await customers.CanBillIn(currency, customer, now, cancel))
            return BillShapes.OtherCurrency(customer.Account.Currency, currency);
        var command = new SubmitBill(BillShapes.Fact(request, id, customer, now, customer.Foreign(currency)),
            request.Period is { From: not null, To: not null }, customer.TrialPolicy, now, await customers.HaveEnded(request.Customer, cancel));
        (var figures, problem) = await grains.Ask<BillFigures>(customer.Account.Id, command, caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(BillView.Of(figures.Charge, figures.Warning));
    }

    private static async Task<Results<Ok<PageOf<BillView>>, Problem>> List(HttpContext context, string id, [AsParameters] PageQuery paging,
        [FromQuery(Name = "customer")] string? customer, [FromQuery(Name = "status")] string? status, BilledCustomers customers, IAccountStore store)
    {
        var (provider, problem) = await customers.Provider(context.Caller(), id, context.RequestAborted);
        if (provider is null)
            return problem!;
        (var page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = new FieldErrors();
        if (customer is not null) errors.Id("customer", customer);
        if (status is not null) errors.OneOf("status", status, "submitted", "invoiced", "cancelled");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var items = await ProviderItems.Page(store, page, new ItemFilter(ItemKinds.Charge, Buyer: customer, Status: status), id, context.RequestAborted);
        return TypedResults.Ok(items.Select(item => BillView.Of(Definitions.Stored<ChargeFigures>(item.Body))));
    }

    private static async Task<Results<Ok<BillView>, Problem>> Get(HttpContext context, string id, string bill, BilledCustomers customers,
        IAccountStore store) =>
        (await customers.Provider(context.Caller(), id, context.RequestAborted)).Problem is { } problem ? problem
            : await ProviderItems.Find(store, ItemKinds.Charge, id, bill, context.RequestAborted) is { } item
                ? TypedResults.Ok(BillView.Of(Definitions.Stored<ChargeFigures>(item.Body)))
                : Problems.NotFound("bill", bill);

    private static async Task<Results<Ok<BillView>, Problem>> Cancel(HttpContext context, string id, string bill, BilledCustomers customers,
        IAccountStore store, IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if ((await customers.Provider(caller, id, cancel)).Problem is { } unknown)
            return unknown;
        if (await ProviderItems.Find(store, ItemKinds.Charge, id, bill, cancel) is not { } item)
            return Problems.NotFound("bill", bill);
        var (figures, problem) = await grains.Ask<BillFigures>(item.Account, new CancelBill(item.Id), caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(BillView.Of(figures.Charge));
    }
}
