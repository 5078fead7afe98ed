// GET /v1/reports/margin: what a party earns on each account, from its issued documents.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
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
        return routes;
    }

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
        foreach (var label in query.Labels())
        {
            for (string? after = null; ;)
            {
                var page = await documents.List(new DocumentFilter(Party: party, Period: label), after, Limits.PageMax, cancel);
                foreach (var document in page)
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
                document.Currency, line.Amount, document.Seller == party);
            if (table.Count > Limits.ReportRowsMax)
                return false;
        }

        return true;
    }
}
