// GET /v1/reports/revenue_share: a tenant's statement of what its customers were billed for providers, and of its commission.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Documents;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Documents;
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
            .WithSummary("What the customers below a party were billed for providers, and how that was shared")
            .Produces<RevenueShareView>().Fails(400, 404).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<Results<Ok<RevenueShareView>, Problem>> Report(HttpContext context, [AsParameters] MarginQuery query, IDocumentStore documents,
        IPartyTree tree)
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
        var (table, below) = (new RevenueShareTable(party), caller with { Party = party });
        foreach (var month in query.Months())
        {
            for (string? after = null; ;)
            {
                var page = await documents.List(new DocumentFilter(Kind: "invoice", Month: month), after, Limits.PageMax, cancel);
                foreach (var document in page.Where(query.Holds))
                    if (document.Seller == party || await tree.SeesParty(below, document.Buyer, cancel)) await Add(table, document, documents, cancel);
                if (page.Count < Limits.PageMax)
                    break;
                after = page[^1].Number;
            }
        }

        return TypedResults.Ok(new RevenueShareView("revenue_share", party, query.From!, query.To ?? query.From!,
            [.. table.Sums.Select(sum => RevenueShareRow.Of(sum.Value, sum.Key))]));
    }

    private static async Task Add(RevenueShareTable table, DocumentHeader document, IDocumentStore documents, CancellationToken cancel)
    {
        await foreach (var line in documents.Lines(document.Key, cancel))
        {
            if (line.Body.Contains("\"shares\"", StringComparison.Ordinal))
                table.Add(document.Currency, document.Seller, line.Amount, Billing.Json.Definitions.Stored<DocumentLineBody>(line.Body));
        }
    }
}

/// <summary>A tenant's statement.</summary>
/// <param name="Report">Name of the report.</param>
/// <param name="Party">Whose statement.</param>
/// <param name="From">First billing period.</param>
/// <param name="To">Last billing period.</param>
/// <param name="Totals">One per currency.</param>
public sealed record RevenueShareView(string Report, string Party, string From, string To, IReadOnlyList<RevenueShareRow> Totals);

/// <summary>Sums of one currency.</summary>
/// <param name="Portfolio">Net of all bills.</param>
/// <param name="NonCommissionable">Of that, what is not shared.</param>
/// <param name="Commission">The party's own shares.</param>
/// <param name="Platform">The shares of who issues the invoices.</param>
/// <param name="Others">The shares of everybody else: providers, mostly.</param>
public sealed record RevenueShareRow(MoneyShape Portfolio, MoneyShape NonCommissionable, MoneyShape Commission, MoneyShape Platform, MoneyShape Others)
{
    /// <summary>Of sums.</summary>
    public static RevenueShareRow Of(RevenueShareSums sums, string currency) => new(Money(sums.Portfolio, currency), Money(sums.NonCommissionable, currency),
        Money(sums.Commission, currency), Money(sums.Platform, currency), Money(sums.Others, currency));

    // Rounded lines add up to rounded sums: this only pads a zero.
    private static MoneyShape Money(decimal amount, string currency) => new(Rounding.ToCurrency(amount, currency, RoundingMode.HalfAwayFromZero), currency);
}
