// Money that came in: recorded, listed, reversed.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>A booked payment is never edited, only reversed. The buyer reads its own.</summary>
public static class PaymentEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapPayments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/payments").WithTags("Payments");
        group.MapPost("/", Post).WithName("PostPayment").WithSummary("Record a payment and what it settles; the rest is an advance")
            .RequireScope(Scopes.BillingWrite).TakesJson<PaymentRequest>().Produces<PaymentView>().Fails(404, 409).Idempotent();
        group.MapPost("/bulk", PostMany).WithName("PostPayments").WithSummary("Record many payments, each by itself; every one needs an id")
            .RequireScope(Scopes.BillingWrite).TakesJson<BulkPaymentRequest>().Produces<BulkPaymentsView>().WithRequestTimeout(Limits.FanOutTimeout);
        group.MapGet("/", List).WithName("ListPayments").WithSummary("List payments and reversals by id").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<PaymentView>>().Fails(400);
        group.MapGet("/{id}", Get).WithName("GetPayment").WithSummary("Read a payment").RequireScope(Scopes.BillingRead).Produces<PaymentView>().Fails(404);
        group.MapPost("/{id}/reverse", Reverse).WithName("ReversePayment").WithSummary("Take a payment back; what it had settled is open again")
            .RequireScope(Scopes.BillingWrite).TakesJson<ReversalRequest>().Produces<PaymentView>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<PaymentView>, Problem>> Post(HttpContext context, PaymentDesk desk)
    {
        var (request, problem) = await JsonBody.Read<PaymentRequest>(context);
        if (request is null)
            return problem!;
        (var payment, problem) = await desk.Receive(context.Caller(), request, CommandIds.Of(context, request.Id), context.RequestAborted);
        return payment is null ? problem! : TypedResults.Ok(payment);
    }

    // One refusal stops no other; sent again, those that stand are answered again.
    private static async Task<Results<Ok<BulkPaymentsView>, Problem>> PostMany(HttpContext context, PaymentDesk desk)
    {
        var (request, problem) = await JsonBody.Read<BulkPaymentRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        if (request.Payments.Length is 0 or > Limits.BulkPaymentsMax) errors.Add("payments", $"must be 1 to {Limits.BulkPaymentsMax}");
        else if (Array.FindIndex(request.Payments, payment => payment.Id is null) is >= 0 and var at) errors.Add($"payments[{at}].id", "is required");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var results = new List<BulkPaymentView>();
        foreach (var one in request.Payments)
        {
            (var payment, problem) = await desk.Receive(context.Caller(), one, one.Id!, context.RequestAborted);
            results.Add(payment is null ? new(one.Id, "refused", null, problem!.Code, problem.Detail) : new(one.Id, "posted", payment));
        }

        var posted = results.Count(result => result.Payment is not null);
        return TypedResults.Ok(new BulkPaymentsView(posted, results.Count - posted, results));
    }

    private static async Task<Results<Ok<PageOf<PaymentView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        if (party is not null && !FieldChecks.IsId(party))
            return Problems.Invalid("party", "must be 1 to 64 letters, digits, \"-\", \"_\", \".\" or \":\"");
        var filter = new ItemFilter(ItemKinds.Payment, Buyer: party, VisibleTo: context.Caller().Party);
        var items = await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id);
        return TypedResults.Ok(items.Select(View));
    }

    private static async Task<Results<Ok<PaymentView>, Problem>> Get(HttpContext context, string id, IAccountStore store) =>
        await Find(context, id, store) is { } item && context.Caller().Party is var own && (own is null || own == item.Seller || own == item.Buyer)
            ? TypedResults.Ok(View(item))
            : Problems.NotFound("payment", id);

    private static async Task<Results<Ok<PaymentView>, Problem>> Reverse(HttpContext context, string id, IAccountStore store, IGrainFactory grains)
    {
        var caller = context.Caller();
        if (await Find(context, id, store) is not { } item || (caller.Party is { } own && own != item.Seller))
            return Problems.NotFound("payment", id);
        var (request, problem) = await JsonBody.Read<ReversalRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Text("reason", request.Reason);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var command = new ReversePayment(id, CommandIds.Of(context, null), request.Reason);
        (var figures, problem) = await grains.Ask<PaymentFigures>(item.Account, command, caller.KeyId, context.RequestAborted);
        return figures is null ? problem! : TypedResults.Ok(PaymentView.Of(figures));
    }

    private static async Task<AccountItem?> Find(HttpContext context, string id, IAccountStore store) =>
        FieldChecks.IsId(id) ? await store.Item(ItemKinds.Payment, id, context.RequestAborted) : null;

    private static PaymentView View(AccountItem item)
    {
        var figures = Definitions.Stored<PaymentFigures>(item.Body);
        return item.Id == figures.Payment.Id ? PaymentView.Of(figures) : PaymentView.OfReversal(item.Id, figures);
    }
}
