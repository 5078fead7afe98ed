// POST /v1/allocations: unapplied credit goes to the documents that somebody chooses.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;

namespace OrleansBilling.ClientApi.Accounts;

/// <summary>Which credit goes where.</summary>
public sealed record CreditAllocationRequest
{
    /// <summary>Identifies it: the same again changes nothing. By default made from the Idempotency-Key, or new.</summary>
    public string? Id { get; init; }
    /// <summary>Whose credit.</summary>
    public required string Party { get; init; }
    /// <summary>The payment or credit note that it is taken from; by default the oldest first.</summary>
    public string? Source { get; init; }
    /// <summary>What goes to which document, one at least.</summary>
    public required AllocationRequest[] Allocations { get; init; }

    /// <summary>What is wrong with it alone.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Id is not null) errors.Id("id", Id);
        if (Source is not null) errors.Text("source", Source);
        if (Allocations.Length is 0 or > Limits.AllocationsMax) errors.Add("allocations", $"must be 1 to {Limits.AllocationsMax}");
        for (var i = 0; i < Allocations.Length && i < Limits.AllocationsMax; i++)
        {
            if (Allocations[i].Amount <= 0) errors.Add($"allocations[{i}].amount", "must be more than 0");
            else errors.Number($"allocations[{i}].amount", Allocations[i].Amount);
        }

        return errors;
    }
}

/// <summary>An account as it stands.</summary>
/// <param name="Party">Who owes.</param>
/// <param name="Seller">Whom.</param>
/// <param name="Outstanding">Of all documents.</param>
/// <param name="Unapplied">Received or credited and not used.</param>
/// <param name="Open">Documents with something outstanding, in the order of issue.</param>
public sealed record AccountView(string Party, string Seller, ExactMoney Outstanding, ExactMoney Unapplied, IReadOnlyList<OpenDocumentView> Open)
{
    /// <summary>Of figures.</summary>
    public static AccountView Of(string party, AccountFigures figures)
    {
        return new AccountView(party, figures.Seller, Money(figures.Owed), Money(figures.Unapplied),
            [.. figures.Open.Select(open => new OpenDocumentView(open.Number, open.IssueDate, open.DueDate, Money(open.Outstanding)))]);

        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, figures.Currency);
    }
}

/// <summary>An open document.</summary>
public sealed record OpenDocumentView(string Number, LocalDate IssueDate, LocalDate DueDate, ExactMoney Outstanding);

/// <summary>The operator and the seller may.</summary>
public static class AllocationEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapAllocations(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/allocations", Post).WithName("AllocateCredit").WithTags("Payments").RequireScope(Scopes.BillingWrite)
            .WithSummary("Use unapplied payments and credit notes for documents of one's choice").TakesJson<CreditAllocationRequest>()
            .Produces<AccountView>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<AccountView>, Problem>> Post(HttpContext context, PaymentDesk desk, IGrainFactory grains, BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<CreditAllocationRequest>(context);
        if (request is null)
            return problem!;
        var errors = request.Check();
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        (var account, problem) = await desk.Account(caller, request.Party, null, request.Allocations[0].Document, "allocations[0].document", cancel);
        if (account is null)
            return problem!;
        if (caller.Party is not null && caller.Party != account.Seller)
            return Problems.NotFound("party", request.Party);
        var command = new AllocateCredit(CommandIds.Of(context, request.Id), clock.Now.InUtc().Date,
            [.. request.Allocations.Select(part => new Allocation(part.Document, part.Amount))], request.Source);
        (var figures, problem) = await grains.Ask<AccountFigures>(account.Id, command, caller.KeyId, cancel);
        return figures is null ? problem! : TypedResults.Ok(AccountView.Of(request.Party, figures));
    }
}
