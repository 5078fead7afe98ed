// What is paid on to providers, tenants and resellers.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Payouts;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Payouts;

/// <summary>Read by who pays and who is paid; what was sent and what came back is the operator's and the payer's to say.</summary>
public static class PayoutEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapPayouts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/payouts").WithTags("Payouts");
        group.MapGet("/", List).WithName("ListPayouts").WithSummary("List payouts by their numbers; their statements are documents of the kind payout")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<PayoutView>>().Fails(400);
        group.MapGet("/{id}", Get).WithName("GetPayout").WithSummary("Read a payout").RequireScope(Scopes.BillingRead).Produces<PayoutView>().Fails(404);
        group.MapPost("/{id}/mark_paid", MarkPaid).WithName("MarkPayoutPaid").WithSummary("Say that the money was sent")
            .RequireScope(Scopes.BillingWrite).TakesJson<PayoutPaidRequest>().Produces<PayoutView>().Fails(404, 409).Idempotent();
        group.MapPost("/{id}/return", Return).WithName("ReturnPayout").WithSummary("Say that the money came back: it is payable again")
            .RequireScope(Scopes.BillingWrite).TakesJson<PayoutReturnedRequest>().Produces<PayoutView>().Fails(404, 409).Idempotent();
        routes.MapGet("/v1/payables", Payables).WithTags("Payouts").WithName("ListPayables").RequireScope(Scopes.BillingRead)
            .WithSummary("What is owed to a party: accrued, payable by the next payout, on payouts that were not yet sent")
            .Produces<PageOf<PayableView>>().Fails(400, 404);
        return routes;
    }

    private static async Task<Results<Ok<PageOf<PayoutView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "period")] string? period, [FromQuery(Name = "party")] string? party, [FromQuery(Name = "status")] string? status,
        IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = new FieldErrors();
        if (period is not null && !PeriodLabels.IsLabel(period)) errors.Add("period", "must be a month, like \"2025-05\"");
        if (party is not null) errors.Id("party", party);
        if (status is not null) errors.OneOf("status", status, "closed", "paid", "returned");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var filter = new ItemFilter(ItemKinds.Payout, Buyer: party, Status: status, VisibleTo: context.Caller().Party, Run: period);
        var items = await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id);
        return TypedResults.Ok(items.Select(View));
    }

    private static async Task<Results<Ok<PayoutView>, Problem>> Get(HttpContext context, string id, IAccountStore store) =>
        await Find(context, id, store, reading: true) is { } item ? TypedResults.Ok(View(item)) : Problems.NotFound("payout", id);

    private static async Task<Results<Ok<PayoutView>, Problem>> MarkPaid(HttpContext context, string id, IAccountStore store, IGrainFactory grains,
        BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<PayoutPaidRequest>(context);
        if (request is null)
            return problem!;
        if (request.Check() is { IsEmpty: false } errors)
            return Problems.Invalid(errors);
        return await Tell(context, id, new MarkPayoutPaid(id, request.PaidOn ?? clock.Now.InUtc().Date, request.Reference), store, grains);
    }

    private static async Task<Results<Ok<PayoutView>, Problem>> Return(HttpContext context, string id, IAccountStore store, IGrainFactory grains,
        BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<PayoutReturnedRequest>(context);
        if (request is null)
            return problem!;
        if (request.Check() is { IsEmpty: false } errors)
            return Problems.Invalid(errors);
        return await Tell(context, id, new ReturnPayout(id, request.ReturnedOn ?? clock.Now.InUtc().Date, request.Reason), store, grains);
    }

    private static async Task<Results<Ok<PayoutView>, Problem>> Tell(HttpContext context, string id, AccountCommand command, IAccountStore store,
        IGrainFactory grains)
    {
        if (await Find(context, id, store, reading: false) is not { } item)
            return Problems.NotFound("payout", id);
        var (figures, problem) = await grains.Ask<PayoutFigures>(item.Account, command, context.Caller().KeyId, context.RequestAborted);
        return figures is null ? problem! : TypedResults.Ok(PayoutView.Of(figures));
    }

    private static async Task<Results<Ok<PageOf<PayableView>>, Problem>> Payables(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, IAccountStore store, IGrainFactory grains)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if ((party ?? caller.Party) is not { } payee || !FieldChecks.IsId(payee))
            return Problems.Invalid("party", "is required: owed to whom?");
        if (caller.Party is not null && caller.Party != payee)
            return Problems.NotFound("party", payee);
        var found = await page.Collect((after, limit) => store.Accounts(null, payee, after, limit, cancel), head => head.Id,
            head => new(AccountKey.Parse(head.Id).Payable));
        var views = new List<PayableView>(found.Data.Count);
        foreach (var head in found.Data)
            views.Add(PayableView.Of((await grains.Ask<PayableFigures>(head.Id, new ReadPayables(), caller.KeyId, cancel)).Value!));
        return TypedResults.Ok(new PageOf<PayableView>(views, found.NextCursor));
    }

    private static async Task<AccountItem?> Find(HttpContext context, string id, IAccountStore store, bool reading)
    {
        if (id.Contains('\0') || await store.Item(ItemKinds.Payout, id, context.RequestAborted) is not { } item)
            return null;
        return context.Caller().Party is not { } own || own == item.Seller || (reading && own == item.Buyer) ? item : null;
    }

    private static PayoutView View(AccountItem item) => PayoutView.Of(Definitions.Stored<PayoutFigures>(item.Body));
}
