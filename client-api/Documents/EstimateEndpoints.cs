// Estimates: invoices that somebody looks at before they are issued.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Statements;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>
/// An estimate is called agreement:period. Only the operator and the seller look at it: its buyer sees the invoice that it becomes.
/// </summary>
public static class EstimateEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapEstimates(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/estimates").WithTags("Documents");
        group.MapGet("/", List).WithName("ListEstimates").WithSummary("List estimates that are not published, without their lines")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<DocumentHeaderShape>>().Fails(400);
        group.MapGet("/{name}", Get).WithName("GetEstimate").WithSummary("Read an estimate; published, the invoice that it has become")
            .RequireScope(Scopes.BillingRead).Produces<DocumentShape>().Fails(404).DisableRequestTimeout();
        group.MapPost("/{name}/publish", Publish).WithName("PublishEstimate").WithSummary("Issue an estimate as an invoice with the next number")
            .RequireScope(Scopes.BillingWrite).Produces<DocumentShape>().Fails(404, 409).Idempotent();
        group.MapPost("/{name}/discard", Discard).WithName("DiscardEstimate")
            .WithSummary("Issue no invoice of an estimate: its lines stand on the next one").RequireScope(Scopes.BillingWrite).Produces<DocumentShape>()
            .Fails(404, 409).Idempotent();
        group.MapPost("/{name}/reopen", Reopen).WithName("ReopenEstimate")
            .WithSummary("Look at a discarded estimate again, until the next one has its lines").RequireScope(Scopes.BillingWrite).Produces<DocumentShape>()
            .Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<DocumentList, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, [FromQuery(Name = "status")] string? status, IDocumentStore documents)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = new FieldErrors();
        if (party is not null) errors.Id("party", party);
        if (status is not null) errors.OneOf("status", status, EstimateStates.InProgress, EstimateStates.Discarded);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var caller = context.Caller();
        var filter = new EstimateFilter(party, status, VisibleTo: caller.Party);
        var found = await page.Collect((after, limit) => documents.Estimates(filter, after, limit, context.RequestAborted), header => header.Key);
        return new DocumentList(new PageOf<DocumentHeader>([.. found.Data.Where(header => Sees(caller, header)).Select(Shown)], found.NextCursor), NameOf);
    }

    private static async Task<IResult> Get(HttpContext context, string name, IDocumentStore documents) =>
        await Find(context, name, documents) is { } header ? Answer(header, documents, context.RequestAborted) : Problems.NotFound("estimate", name);

    private static Task<IResult> Publish(HttpContext context, string name, IDocumentStore documents, IGrainFactory grains) =>
        Do(context, name, EstimateVerb.Publish, documents, grains);

    private static Task<IResult> Discard(HttpContext context, string name, IDocumentStore documents, IGrainFactory grains) =>
        Do(context, name, EstimateVerb.Discard, documents, grains);

    private static Task<IResult> Reopen(HttpContext context, string name, IDocumentStore documents, IGrainFactory grains) =>
        Do(context, name, EstimateVerb.Reopen, documents, grains);

    private static async Task<IResult> Do(HttpContext context, string name, EstimateVerb verb, IDocumentStore documents, IGrainFactory grains)
    {
        if (await Find(context, name, documents) is not { } header)
            return Problems.NotFound("estimate", name);
        // From here on the client's patience does not end it half-way.
        var answer = await grains.GetGrain<ICycleCoordinatorGrain>(header.Calendar)
            .Estimate(new EstimateCommand { Agreement = header.Agreement, Period = header.Period, Verb = verb }, CancellationToken.None);
        if (answer.Refusal is { } code)
            return Problems.Conflict(answer.Detail ?? code, code);
        return Answer((await documents.GetByKey(header.Key, context.RequestAborted))!, documents, context.RequestAborted);
    }

    private static async Task<DocumentHeader?> Find(HttpContext context, string name, IDocumentStore documents) =>
        StatementReader.Named(name) is var (agreement, period) && FieldChecks.IsId(agreement)
            && await documents.GetByKey(Identifiers.Document(agreement, period, "invoice"), context.RequestAborted) is { } header
            && (header.Number is not null || EstimateStates.IsReviewed(header.Status)) && Sees(context.Caller(), header) ? header : null;

    private static bool Sees(ApiCaller caller, DocumentHeader header) => caller.Party is null || caller.Party == header.Seller;

    private static DocumentAnswer Answer(DocumentHeader header, IDocumentStore documents, CancellationToken cancel) =>
        new(Shown(header), documents.Lines(header.Key, cancel), new DocumentLook(LineColumns.All, Name: NameOf(header)));

    private static string NameOf(DocumentHeader header) => $"{header.Agreement}:{header.Period}";

    private static DocumentHeader Shown(DocumentHeader header) => header.Number is not null ? header : header with
    {
        Kind = "estimate", Status = EstimateStates.Word(header.Status),
        Outstanding = header.Total - (Definitions.Stored<DocumentBody>(header.Body).Prepaid ?? 0),
    };
}
