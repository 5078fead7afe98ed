// Issued documents: lists of headers, and one document in full.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Statements;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>A key of a party sees the documents on which it is seller or buyer. Drafts are never shown.</summary>
public static class DocumentEndpoints
{
    private const string CsvSuffix = ".csv";
    private static readonly string[] Kinds = ["invoice", "statement", "credit_note", "payout", "estimate", "opening_balance"];
    private static readonly string[] Statuses = ["open", "issued", "partially_paid", "paid", "cancelled", "returned"];

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapDocuments(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/documents").WithTags("Documents").RequireScope(Scopes.BillingRead);
        group.MapGet("/", List).WithName("ListDocuments").WithSummary("List issued documents, newest first, without their lines")
            .Produces<PageOf<DocumentHeaderShape>>().Fails(400);
        group.MapGet("/{number}", Get).WithName("GetDocument").WithSummary("Read a document with all its lines")
            .WithDescription("As JSON; as CSV by Accept or with the suffix .csv. group_by=customer, charge or purchase_order: sums of the rounded lines instead of the lines.")
            .Produces<DocumentShape>().Fails(400, 404, 409).DisableRequestTimeout();
        return routes;
    }

    private static async Task<Results<DocumentList, Problem>> List(HttpContext context, [AsParameters] DocumentQuery query, [AsParameters] PageQuery paging,
        IDocumentStore documents)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var errors = query.Check(Kinds, Statuses);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var filter = new DocumentFilter(query.Party, query.Kind, query.Status, query.Period, caller.Party is { } own ? [own] : null);
        return new DocumentList(await page.Collect((after, limit) => documents.List(filter, after, limit, cancel), header => header.Number!));
    }

    private static async Task<IResult> Get(HttpContext context, string number, [FromQuery(Name = "group_by")] string? groupBy, IDocumentStore documents,
        StatementTemplates templates)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var csv = number.EndsWith(CsvSuffix, StringComparison.Ordinal);
        var wanted = csv ? number[..^CsvSuffix.Length] : number;
        if (groupBy is not null && !DocumentGroups.Names.Contains(groupBy))
            return Problems.Invalid("group_by", "must be one of " + string.Join(", ", DocumentGroups.Names));
        if (wanted.Contains('\0') || await documents.Get(wanted, cancel) is not { } header || !Sees(caller, header))
            return Problems.NotFound("document", number);
        var look = await templates.For(caller, header, cancel);
        return await Answer(context, header, documents.Lines(header.Key, cancel), look with { GroupBy = groupBy ?? look.GroupBy }, csv);
    }

    /// <summary>A document as it looks to its reader: as JSON, by lines or groups, or as CSV.</summary>
    internal static async Task<IResult> Answer(HttpContext context, DocumentHeader header, IAsyncEnumerable<DocumentLine> lines, DocumentLook look,
        bool csv = false)
    {
        if (csv || DocumentCsv.IsWanted(context))
            return new DocumentCsv(look.Name ?? header.Number!, header.Currency, lines, look.Columns);
        var groups = look.GroupBy is { } by ? new DocumentGroups(by) : null;
        return groups is not null && !await groups.Read(lines, context.RequestAborted) ? DocumentGroups.TooMany()
            : new DocumentAnswer(header, lines, look, groups);
    }

    internal static bool Sees(ApiCaller caller, DocumentHeader header) =>
        header.Number is not null && (caller.Party is null || caller.Party == header.Seller || caller.Party == header.Buyer);
}

/// <summary>Which documents.</summary>
/// <param name="Party">Seller or buyer.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Status">Status.</param>
/// <param name="Period">Label of the billing period, e.g. 2025-05.</param>
public sealed record DocumentQuery([FromQuery(Name = "party")] string? Party, [FromQuery(Name = "kind")] string? Kind,
    [FromQuery(Name = "status")] string? Status, [FromQuery(Name = "period")] string? Period)
{
    /// <summary>What is wrong with it.</summary>
    public FieldErrors Check(IReadOnlyList<string> kinds, IReadOnlyList<string> statuses)
    {
        var errors = new FieldErrors();
        if (Party is not null) errors.Id("party", Party);
        if (Kind is not null) errors.OneOf("kind", Kind, kinds);
        if (Status is not null) errors.OneOf("status", Status, statuses);
        if (Period is not null && !PeriodLabels.IsLabel(Period)) errors.Add("period", "must be the label of a period, like \"2025-05\"");
        return errors;
    }
}
