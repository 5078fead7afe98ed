// GET /v1/reports: usage and revenue by columns, and what a party earns on each account.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Usage;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>A key of a party sees its own margin: amounts of the legs in which it sells or buys (domain 0.3, rule 31).</summary>
public static class ReportEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapReports(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reports/margin", Margin).WithName("GetMarginReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("What a party billed less what it was billed, net, by account; from issued documents, as JSON or CSV")
            .Produces<MarginView>().Fails(400, 404, 409).WithRequestTimeout(Limits.FanOutTimeout);
        routes.MapGet("/v1/reports/usage", Usage).WithName("GetUsageReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("Usage by meter, and by month, partner, customer, subscription or dimensions like country; exact, as JSON or CSV")
            .Produces<ReportView>().Fails(400, 404, 409, 410).WithRequestTimeout(Limits.FanOutTimeout);
        routes.MapGet("/v1/reports/revenue", Revenue).WithName("GetRevenueReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("What a party billed, net, by month, partner, customer, subscription, meter, plan, charge or kind; from issued documents, as JSON or CSV")
            .Produces<ReportView>().Fails(400, 404, 409).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    // Units of different meters are not added up.
    private static async Task<IResult> Usage(HttpContext context, [AsParameters] ReportQuery query, UsageReportReader report)
    {
        var (errors, party) = Check(context, query, UsageReportReader.Columns, Limits.UsageDimensionsMax);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        IReadOnlyList<string> columns = query.Columns.Contains("meter") ? query.Columns : [.. query.Columns, "meter"];
        var table = new ReportTable();
        try
        {
            return await report.Fill(table, context.Caller(), party, query, columns, context.RequestAborted) switch
            {
                true => Answer("usage", party, query, columns, table, counts: true),
                false => TooLong(),
                null => Problems.NotFound("party", party),
            };
        }
        catch (UsageRefusedException refused)
        {
            return refused.Problem;
        }
    }

    private static async Task<IResult> Revenue(HttpContext context, [AsParameters] ReportQuery query, RevenueReportReader report)
    {
        var (errors, party) = Check(context, query, RevenueReportReader.Columns, 0);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (context.Caller().Party is { } own && own != party)
            return Problems.NotFound("party", party);
        var table = new ReportTable();
        return await report.Fill(table, party, query, context.RequestAborted) ? Answer("revenue", party, query, query.Columns, table, query.Columns.Contains("meter") || query.Columns.Contains("charge"))
            : TooLong();
    }

    private static (FieldErrors Errors, string Party) Check(HttpContext context, ReportQuery query, IReadOnlyList<string> columns, int dimensions)
    {
        var errors = query.Check(columns, dimensions);
        if (query.Party is null && context.Caller().Party is null)
            errors.Add("party", "is required: whose report?");
        return (errors, query.Party ?? context.Caller().Party ?? "");
    }

    private static ReportAnswer Answer(string name, string party, ReportQuery query, IReadOnlyList<string> columns, ReportTable table, bool counts)
    {
        var rows = table.Rows.Skip(query.Before).Take(query.Rows).Select(row => ReportRowView.Of(row, columns, counts)).ToList();
        var next = query.Before + rows.Count < table.Count ? (query.Before + rows.Count).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
        return new ReportAnswer(new ReportView(name, party, query.From!, query.To ?? query.From!, columns, rows, next));
    }

    private static Problem TooLong() =>
        Problems.Conflict($"The report would have more than {Limits.ReportRowsMax} rows: ask for fewer columns or months.", "report_too_long");

    private static async Task<Results<MarginAnswer, Problem>> Margin(HttpContext context, [AsParameters] MarginQuery query, IDocumentStore documents)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var errors = query.Check();
        if (query.Party is null && caller.Party is null)
            errors.Add("party", "is required: whose margin?");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var party = query.Party ?? caller.Party!;
        if (caller.Party is not null && caller.Party != party)
            return Problems.NotFound("party", party);
        var table = new MarginTable();
        foreach (var month in query.Months())
        {
            for (string? after = null; ;)
            {
                var page = await documents.List(new DocumentFilter(Party: party, Month: month), after, Limits.PageMax, cancel);
                foreach (var document in page.Where(query.Holds))
                {
                    if (!await Add(table, document, party, query.Grouping, documents, cancel))
                        return Problems.Conflict($"The report would have more than {Limits.ReportRowsMax} rows: ask for group_by=customer or none, or for fewer months.",
                            "report_too_long");
                }

                if (page.Count < Limits.PageMax)
                    break;
                after = page[^1].Number;
            }
        }

        return new MarginAnswer(new MarginView("margin", party, query.From!, query.To ?? query.From!, query.Grouping,
            [.. table.Rows.Select(MarginRowView.Of)], [.. table.Totals.Select(MarginRowView.Of)]));
    }

    private static async Task<bool> Add(MarginTable table, DocumentHeader document, string party, string grouping, IDocumentStore documents,
        CancellationToken cancel)
    {
        await foreach (var line in documents.Lines(document.Key, cancel))
        {
            var bySubscription = grouping == "subscription" && !Identifiers.IsAccountLine(line.Child);
            table.Add(grouping == "none" ? "" : line.Customer, bySubscription ? Identifiers.SubscriptionOfLine(line.Child) : "",
                document.Currency, ReportDocuments.SignOf(document) * line.Amount, document.Seller == party);
            if (table.Count > Limits.ReportRowsMax)
                return false;
        }

        return true;
    }
}
