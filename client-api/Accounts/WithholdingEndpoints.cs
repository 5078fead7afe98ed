// Tax that buyers withhold from documents.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Periods;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>Tax that a buyer pays to the state instead of to the seller.</summary>
public sealed record WithholdingRequest
{
    /// <summary>Identifies it: the same again changes nothing. By default made from the Idempotency-Key, or new.</summary>
    public string? Id { get; init; }
    /// <summary>The invoice that it settles in part.</summary>
    public required string Document { get; init; }
    /// <summary>Above 0, at most what is outstanding.</summary>
    public required decimal Amount { get; init; }
    /// <summary>Fiscal quarter, like 2025-Q2.</summary>
    public required string Quarter { get; init; }

    /// <summary>What is wrong with it alone.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Id is not null) errors.Id("id", Id);
        if (Amount <= 0) errors.Add("amount", "must be more than 0");
        else errors.Number("amount", Amount);
        if (!FiscalQuarters.IsQuarter(Quarter)) errors.Add("quarter", FiscalQuarters.Example);
        return errors;
    }
}

/// <summary>A withholding.</summary>
/// <param name="Id">Id.</param>
/// <param name="Party">Who withheld.</param>
/// <param name="Seller">From whom.</param>
/// <param name="Status"><c>posted</c> or <c>reversed</c>.</param>
/// <param name="Document">The invoice.</param>
/// <param name="Amount">Amount.</param>
/// <param name="Quarter">Fiscal quarter.</param>
/// <param name="Reason">Why it was reversed.</param>
public sealed record WithholdingView(string Id, string Party, string Seller, string Status, string Document, ExactMoney Amount, string Quarter,
    string? Reason = null)
{
    /// <summary>Of an account's figures.</summary>
    public static WithholdingView Of(WithholdingFigures figures) => new(figures.Withheld.Id, figures.Party, figures.Seller,
        figures.Reversal is null ? "posted" : "reversed", figures.Withheld.Document, ExactMoney.Of(figures.Withheld.Amount, figures.Currency),
        figures.Withheld.Quarter, figures.Reversal?.Reason);
}

/// <summary>Recorded by the operator and the seller.</summary>
public static class WithholdingEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapWithholdings(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/withholdings").WithTags("Payments");
        group.MapPost("/", Post).WithName("PostWithholding").WithSummary("Record tax that a buyer has withheld from an invoice")
            .RequireScope(Scopes.BillingWrite).TakesJson<WithholdingRequest>().Produces<WithholdingView>().Fails(404, 409).Idempotent();
        group.MapGet("/", List).WithName("ListWithholdings").WithSummary("List withholdings by id").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<WithholdingView>>().Fails(400);
        group.MapGet("/{id}", Get).WithName("GetWithholding").WithSummary("Read a withholding").RequireScope(Scopes.BillingRead)
            .Produces<WithholdingView>().Fails(404);
        group.MapPost("/{id}/reverse", Reverse).WithName("ReverseWithholding").WithSummary("Take a withholding back; its invoice is open again")
            .RequireScope(Scopes.BillingWrite).TakesJson<ReversalRequest>().Produces<WithholdingView>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<WithholdingView>, Problem>> Post(HttpContext context, IDocumentStore documents, IGrainFactory grains,
        BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<WithholdingRequest>(context);
        if (request is null)
            return problem!;
        var errors = request.Check();
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (await documents.Get(request.Document, cancel) is not { Number: not null, Kind: "invoice" } invoice
            || (caller.Party is { } own && own != invoice.Seller))
            return Problems.Invalid("document", $"\"{request.Document}\" is no invoice");
        var fact = new Withheld
        {
            Id = CommandIds.Of(context, request.Id), Document = request.Document, Amount = request.Amount, Quarter = request.Quarter,
            On = clock.Now.InUtc().Date,
        };
        var account = new AccountKey(invoice.Seller, invoice.Buyer, invoice.Currency);
        (var figures, problem) = await grains.Ask<WithholdingFigures>(account.Id, new Withhold(fact), caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(WithholdingView.Of(figures));
    }

    private static async Task<Results<Ok<PageOf<WithholdingView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, [FromQuery(Name = "quarter")] string? quarter, [FromQuery(Name = "status")] string? status,
        IAccountStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = new FieldErrors();
        if (party is not null) errors.Id("party", party);
        if (quarter is not null && !FiscalQuarters.IsQuarter(quarter)) errors.Add("quarter", FiscalQuarters.Example);
        if (status is not null) errors.OneOf("status", status, "posted", "reversed");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var filter = new ItemFilter(ItemKinds.Withholding, Buyer: party, Status: status, VisibleTo: context.Caller().Party, Run: quarter);
        var items = await page.Collect((after, limit) => store.Items(filter, after, limit, context.RequestAborted), item => item.Id);
        return TypedResults.Ok(items.Select(View));
    }

    private static async Task<Results<Ok<WithholdingView>, Problem>> Get(HttpContext context, string id, IAccountStore store) =>
        FieldChecks.IsId(id) && await store.Item(ItemKinds.Withholding, id, context.RequestAborted) is { } item
            && (context.Caller().Party is not { } own || own == item.Seller || own == item.Buyer)
            ? TypedResults.Ok(View(item))
            : Problems.NotFound("withholding", id);

    private static WithholdingView View(AccountItem item) => WithholdingView.Of(Definitions.Stored<WithholdingFigures>(item.Body));

    private static async Task<Results<Ok<WithholdingView>, Problem>> Reverse(HttpContext context, string id, IAccountStore store, IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!FieldChecks.IsId(id) || await store.Item(ItemKinds.Withholding, id, cancel) is not { } item || (caller.Party is { } own && own != item.Seller))
            return Problems.NotFound("withholding", id);
        var (request, problem) = await JsonBody.Read<ReversalRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Text("reason", request.Reason);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var command = new ReverseWithholding(id, CommandIds.Of(context, null), request.Reason);
        (var figures, problem) = await grains.Ask<WithholdingFigures>(item.Account, command, caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(WithholdingView.Of(figures));
    }
}
