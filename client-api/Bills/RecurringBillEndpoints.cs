// Bills that providers push: again and again.
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

/// <summary>Their bills are listed among the provider's bills.</summary>
public static class RecurringBillEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapRecurringBills(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/providers/{id}/recurring_bills").WithTags("Bills");
        group.MapPost("/", Post).WithName("PostRecurringBill").WithSummary("Bill a customer again and again")
            .RequireScope(Scopes.BillingWrite).TakesJson<RecurringBillRequest>().Produces<RecurringBillView>().Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListRecurringBills").WithSummary("List a provider's recurring bills by id").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<RecurringBillView>>().Fails(400, 404);
        group.MapGet("/{bill}", Get).WithName("GetRecurringBill").WithSummary("Read a recurring bill").RequireScope(Scopes.BillingRead)
            .Produces<RecurringBillView>().Fails(404);
        group.MapDelete("/{bill}", Cancel).WithName("CancelRecurringBill").WithSummary("Cancel a recurring bill; what it has billed stays")
            .RequireScope(Scopes.BillingWrite).Produces<RecurringBillView>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<RecurringBillView>, Problem>> Post(HttpContext context, string id, BilledCustomers customers, IGrainFactory grains,
        BillingClock clock)
    {
        var (caller, cancel, now) = (context.Caller(), context.RequestAborted, clock.Now);
        var (provider, problem) = await customers.Provider(caller, id, cancel);
        if (provider is null)
            return problem!;
        (var request, problem) = await JsonBody.Read<RecurringBillRequest>(context);
        if (request is null)
            return problem!;
        var currency = request.Currency ?? provider.Currency;
        var errors = BillRules.Check(request, currency, now);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        (var customer, problem) = await customers.Find(provider, request.Customer, cancel);
        if (customer is null)
            return problem!;
        if (!await customers.CanBillIn(currency, customer, now, cancel))
            return BillShapes.OtherCurrency(customer.Account.Currency, currency);
        var fact = BillShapes.Fact(request, id, customer, now, customer.Foreign(currency));
        var command = new MakeRecurringBill(fact, request.StartsAt is not null, customer.TrialPolicy, now, BillCharge.Initial(fact, now),
            await customers.HaveEnded(request.Customer, cancel));
        (var figures, problem) = await grains.Ask<RecurringBillFigures>(customer.Account.Id, command, caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(RecurringBillView.Of(figures));
    }

    private static async Task<Results<Ok<PageOf<RecurringBillView>>, Problem>> List(HttpContext context, string id, [AsParameters] PageQuery paging,
        [FromQuery(Name = "customer")] string? customer, BilledCustomers customers, IAccountStore store)
    {
        var (provider, problem) = await customers.Provider(context.Caller(), id, context.RequestAborted);
        if (provider is null)
            return problem!;
        (var page, problem) = paging.Read();
        if (page is null)
            return problem!;
        if (customer is not null && !FieldChecks.IsId(customer))
            return Problems.Invalid("customer", "must be an id");
        var items = await ProviderItems.Page(store, page, new ItemFilter(ItemKinds.RecurringBill, Buyer: customer), id, context.RequestAborted);
        return TypedResults.Ok(items.Select(View));
    }

    private static async Task<Results<Ok<RecurringBillView>, Problem>> Get(HttpContext context, string id, string bill, BilledCustomers customers,
        IAccountStore store) =>
        (await customers.Provider(context.Caller(), id, context.RequestAborted)).Problem is { } problem ? problem
            : await ProviderItems.Find(store, ItemKinds.RecurringBill, id, bill, context.RequestAborted) is { } item
                ? TypedResults.Ok(View(item))
                : Problems.NotFound("recurring bill", bill);

    private static async Task<Results<Ok<RecurringBillView>, Problem>> Cancel(HttpContext context, string id, string bill, BilledCustomers customers,
        IAccountStore store, IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if ((await customers.Provider(caller, id, cancel)).Problem is { } unknown)
            return unknown;
        if (await ProviderItems.Find(store, ItemKinds.RecurringBill, id, bill, cancel) is not { } item)
            return Problems.NotFound("recurring bill", bill);
        var (figures, problem) = await grains.Ask<RecurringBillFigures>(item.Account, new StopRecurringBill(item.Id), caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(RecurringBillView.Of(figures));
    }

    private static RecurringBillView View(AccountItem item) => RecurringBillView.Of(Definitions.Stored<RecurringBillFigures>(item.Body));
}
