// GET /v1/reports/revenue_share: a tenant's statement of what its customers were billed for providers, and of its commission.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>From the lines of issued invoices, on which the shares were frozen: so it adds up to what was billed.</summary>
public static class RevenueShareEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapRevenueShare(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reports/revenue_share", Report).WithName("GetRevenueShareReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("What the customers below a party were billed for providers, and how that was shared, in all or bill by bill; as JSON or CSV")
            .Produces<RevenueShareView>().Fails(400, 404, 409).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<IResult> Report(HttpContext context, [AsParameters] RevenueShareQuery query, IDocumentStore documents, IPartyTree tree)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var errors = query.Check();
        if (query.Party is null && caller.Party is null)
            errors.Add("party", "is required: whose statement?");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var party = query.Party ?? caller.Party!;
        if (caller.Party is not null && caller.Party != party)
            return Problems.NotFound("party", party);
        var (table, below) = (new RevenueShareTable(party, query.ByBill), caller with { Party = party });
        foreach (var month in ReportMonths.MonthsOf(query.From!, query.To))
        {
            for (string? after = null; ;)
            {
                var page = await documents.List(new DocumentFilter(Kind: "invoice", Month: month), after, Limits.PageMax, cancel);
                foreach (var document in page.Where(query.Holds))
                {
                    if ((document.Seller == party || await tree.SeesParty(below, document.Buyer, cancel)) && !await Add(table, document, documents, cancel))
                        return Problems.Conflict($"The report would have more than {Limits.ReportRowsMax} bills: ask for fewer months.", "report_too_long");
                }

                if (page.Count < Limits.PageMax)
                    break;
                after = page[^1].Number;
            }
        }

        return new RevenueShareAnswer(new RevenueShareView("revenue_share", party, query.From!, query.To ?? query.From!,
            [.. table.Sums.Select(sum => RevenueShareRow.Of(sum.Value, sum.Key))], query.ByBill ? [.. table.Bills.Select(SharedBillView.Of)] : null));
    }

    // False: more bills than an answer may have.
    private static async Task<bool> Add(RevenueShareTable table, DocumentHeader document, IDocumentStore documents, CancellationToken cancel)
    {
        await foreach (var line in documents.Lines(document.Key, cancel))
        {
            if (line.Body.Contains("\"shares\"", StringComparison.Ordinal))
                table.Add(document.Number!, document.Currency, document.Seller, line.Customer, line.Amount,
                    Definitions.Stored<DocumentLineBody>(line.Body));
            if (table.Bills.Count > Limits.ReportRowsMax)
                return false;
        }

        return true;
    }
}

/// <summary>Whose statement, when, and whether bill by bill.</summary>
/// <param name="Party">Tenant or seller; the key's own by default.</param>
/// <param name="From">First month of billing periods, e.g. 2025-05, or first day on which a billing period begins, e.g. 2025-05-05.</param>
/// <param name="To">Last month or day (inclusive); the first by default.</param>
/// <param name="GroupBy"><c>none</c> (default), or <c>bill</c>: each bill is listed too.</param>
public sealed record RevenueShareQuery([FromQuery(Name = "party")] string? Party, [FromQuery(Name = "from")] string? From,
    [FromQuery(Name = "to")] string? To, [FromQuery(Name = "group_by")] string? GroupBy)
{
    /// <summary>Whether each bill is listed.</summary>
    public bool ByBill => GroupBy == "bill";

    /// <summary>What is wrong with it.</summary>
    public FieldErrors Check()
    {
        var errors = new FieldErrors();
        if (Party is not null) errors.Id("party", Party);
        if (GroupBy is not null) errors.OneOf("group_by", GroupBy, "none", "bill");
        ReportMonths.CheckSpan(errors, From, To);
        return errors;
    }

    /// <summary>Whether an invoice is of a period that was asked for.</summary>
    public bool Holds(DocumentHeader document) =>
        ReportDocuments.SignOf(document) != 0 && ReportMonths.Holds(From!, To, document.PeriodFrom);
}
