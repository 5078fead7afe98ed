// A buyer says that it has paid, before the money is there (domain 1.1).
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>A payment as its payer tells it.</summary>
public sealed record PaymentNoticeRequest
{
    /// <summary>Identifies it: the same again changes nothing. By default made from the Idempotency-Key, or new.</summary>
    public string? Id { get; init; }
    /// <summary>Who has paid.</summary>
    public required string Party { get; init; }
    /// <summary>What was paid, above 0.</summary>
    public required decimal Amount { get; init; }
    /// <summary><c>transfer</c> (default), <c>cheque</c>, <c>cash</c>, <c>card</c>, <c>voucher</c> or <c>other</c>.</summary>
    public string Method { get; init; } = "transfer";
    /// <summary>The bank's id of the transaction.</summary>
    public required string TransactionId { get; init; }
    /// <summary>When.</summary>
    public required LocalDate TransactionDate { get; init; }
    /// <summary>Open documents that it is for, one at least.</summary>
    public required string[] Documents { get; init; }

    /// <summary>What is wrong with it alone.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Id is not null) errors.Id("id", Id);
        if (Amount <= 0) errors.Add("amount", "must be more than 0");
        else errors.Number("amount", Amount);
        errors.OneOf("method", Method, PaymentMethods.All);
        errors.Text("transaction_id", TransactionId);
        if (Documents.Length is 0 or > Limits.AllocationsMax) errors.Add("documents", $"must be 1 to {Limits.AllocationsMax}");
        return errors;
    }
}

/// <summary>A notice.</summary>
public sealed record PaymentNoticeView(string Id, string Party, string Seller, ExactMoney Amount, string Method, string TransactionId,
    LocalDate TransactionDate, IReadOnlyList<string> Documents)
{
    /// <summary>Of an account's figures.</summary>
    public static PaymentNoticeView Of(NoticeFigures figures) => new(figures.Notice.Id, figures.Party, figures.Seller,
        ExactMoney.Of(figures.Notice.Amount, figures.Currency), figures.Notice.Method, figures.Notice.Reference, figures.Notice.PaidOn,
        figures.Notice.Documents);
}

/// <summary>Changes nothing in the books.</summary>
public static class PaymentNoticeEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapPaymentNotices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/payment_notices").WithTags("Payments");
        group.MapPost("/", Post).WithName("PostPaymentNotice").WithSummary("Say that open documents were paid").RequireScope(Scopes.BillingWrite)
            .TakesJson<PaymentNoticeRequest>().Produces<PaymentNoticeView>().Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListPaymentNotices").WithSummary("List notices of payments by id").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<PaymentNoticeView>>().Fails(400);
        return routes;
    }

    private static async Task<Results<Ok<PaymentNoticeView>, Problem>> Post(HttpContext context, PaymentDesk desk, IGrainFactory grains)
    {
        var (request, problem) = await JsonBody.Read<PaymentNoticeRequest>(context);
        if (request is null)
            return problem!;
        var errors = request.Check();
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        (var account, problem) = await desk.Account(caller, request.Party, null, request.Documents[0], "documents[0]", cancel);
        if (account is null)
            return problem!;
        var fact = new PaymentNoticed
        {
            Id = CommandIds.Of(context, request.Id), Amount = request.Amount, Method = request.Method, Reference = request.TransactionId,
            PaidOn = request.TransactionDate, Documents = request.Documents,
        };
        (var figures, problem) = await grains.Ask<NoticeFigures>(account.Id, new NoticePayment(fact), caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(PaymentNoticeView.Of(figures));
    }

    private static async Task<Results<Ok<PageOf<PaymentNoticeView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var filter = new ItemFilter(ItemKinds.PaymentNotice, Buyer: party, VisibleTo: context.Caller().Party);
        var items = await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id);
        return TypedResults.Ok(items.Select(item => PaymentNoticeView.Of(Definitions.Stored<NoticeFigures>(item.Body))));
    }
}
