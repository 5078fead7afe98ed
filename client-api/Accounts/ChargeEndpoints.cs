// One-time charges and discounts.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Periods;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>Written by the operator and the seller, read by the buyer too.</summary>
public static class ChargeEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapCharges(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/charges").WithTags("Charges");
        group.MapPost("/", Post).WithName("PostCharge").WithSummary("Charge something once, or give a discount, on the next document")
            .RequireScope(Scopes.BillingWrite).TakesJson<ChargeRequest>().Produces<ChargeView>().Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListCharges").WithSummary("List charges by id").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<ChargeView>>().Fails(400);
        group.MapGet("/{id}", Get).WithName("GetCharge").WithSummary("Read a charge").RequireScope(Scopes.BillingRead)
            .Produces<ChargeView>().Fails(404);
        group.MapDelete("/{id}", Cancel).WithName("CancelCharge").WithSummary("Cancel a charge that no document has; again it stays cancelled")
            .RequireScope(Scopes.BillingWrite).Produces<ChargeView>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<ChargeView>, Problem>> Post(HttpContext context, BuyingAgreements agreements, IDefinitionStore definitions,
        PurchaseDesk purchases, IGrainFactory grains, BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<ChargeRequest>(context);
        if (request is null)
            return problem!;
        var errors = request.Check();
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        (var agreement, problem) = await agreements.Find(caller, request.Party, request.Agreement, request.Seller, cancel);
        if (agreement is null)
            return problem!;
        var terms = Definitions.Stored<Calendar>((await definitions.Get(DefinitionKinds.Calendar, agreement.Agreement.Calendar, cancel))!.Body);
        var (calendar, now) = (new BillingCalendar(terms), clock.Now);
        var on = request.On ?? calendar.DateOf(now);
        if (!AgreementValidity.HoldsOn(agreement.Agreement, on))
            return Problems.Conflict($"Agreement \"{agreement.Id}\" is {AgreementValidity.Words(agreement.Agreement)}.", "agreement_not_valid");
        var byReceipt = terms.PeriodBy == "receipt_time";
        var fact = request.ToFact(CommandIds.Of(context, request.Id), agreement, on, byReceipt ? now : calendar.StartOf(on));
        var (asked, refusal) = await purchases.Buy(caller, await purchases.Priced(agreement, fact, cancel),
            () => grains.Ask<ChargeFigures>(agreement.Account.Id, new PostCharge(fact, byReceipt), caller.KeyId, cancel), cancel);
        return (refusal ?? asked.Problem) is { } refused ? refused : TypedResults.Ok(ChargeView.Of(asked.Value!));
    }

    private static async Task<Results<Ok<PageOf<ChargeView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, [FromQuery(Name = "status")] string? status, IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = new FieldErrors();
        if (party is not null) errors.Id("party", party);
        if (status is not null) errors.OneOf("status", status, "submitted", "invoiced", "cancelled");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var filter = new ItemFilter(ItemKinds.Charge, Buyer: party, Status: status, VisibleTo: context.Caller().Party);
        var items = await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id);
        return TypedResults.Ok(items.Select(View));
    }

    private static async Task<Results<Ok<ChargeView>, Problem>> Get(HttpContext context, string id, IAccountStore store) =>
        await Find(context, id, store) is { } item && context.Caller().Party is var own && (own is null || own == item.Seller || own == item.Buyer)
            ? TypedResults.Ok(View(item))
            : Problems.NotFound("charge", id);

    private static async Task<Results<Ok<ChargeView>, Problem>> Cancel(HttpContext context, string id, IAccountStore store, IGrainFactory grains)
    {
        var caller = context.Caller();
        if (await Find(context, id, store) is not { } item || (caller.Party is { } own && own != item.Seller))
            return Problems.NotFound("charge", id);
        var (figures, problem) = await grains.Ask<ChargeFigures>(item.Account, new CancelCharge(id), caller.KeyId, context.RequestAborted);
        return figures is null ? problem! : TypedResults.Ok(ChargeView.Of(figures));
    }

    private static async Task<AccountItem?> Find(HttpContext context, string id, IAccountStore store) =>
        FieldChecks.IsId(id) ? await store.Item(ItemKinds.Charge, id, context.RequestAborted) : null;

    private static ChargeView View(AccountItem item) => ChargeView.Of(Definitions.Stored<ChargeFigures>(item.Body));
}
