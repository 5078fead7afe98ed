// GET /v1/reports/resellers: what resellers brought a seller, and what they were paid.
using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>The operator's, and a seller's of what it sells itself: a reseller sees no invoice (domain 1.4).</summary>
public static class ResellerReportEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapResellerReport(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reports/resellers", Report).WithName("GetResellerReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("What resellers brought a seller and what all others did, net; what was paid out to them; customers that came with their codes; as JSON or CSV")
            .Produces<ResellerReportView>().Fails(400, 404, 409).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<IResult> Report(HttpContext context, [FromQuery(Name = "party")] string? party, [FromQuery(Name = "from")] string? from,
        [FromQuery(Name = "to")] string? to, ResellerReportReader reader)
    {
        var own = context.Caller().Party;
        var errors = new FieldErrors();
        if (party is not null) errors.Id("party", party);
        else if (own is null) errors.Add("party", "is required: whose sales?");
        ReportMonths.Check(errors, from, to);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (own is not null && party is not null && own != party)
            return Problems.NotFound("party", party);
        var (seller, table) = (party ?? own!, new ResellerTable());
        return await reader.Fill(table, seller, [.. ReportMonths.Labels(from!, to)], context.RequestAborted)
            ? new ResellerReportAnswer(new ResellerReportView("resellers", seller, from!, to ?? from!, [.. table.Rows.Select(ResellerRowView.Of)],
                [.. table.Totals.Select(ResellerTotalsView.Of)]))
            : Problems.Conflict($"The report would have more than {Limits.ReportRowsMax} rows: ask for fewer months.", "report_too_long");
    }
}

/// <summary>What resellers brought.</summary>
/// <param name="Report">Name of the report.</param>
/// <param name="Party">Who sold.</param>
/// <param name="From">First month: of billing periods, and in the seller's zone of the days on which customers came.</param>
/// <param name="To">Last month.</param>
/// <param name="Rows">By reseller and currency.</param>
/// <param name="Totals">One per currency.</param>
public sealed record ResellerReportView(string Report, string Party, string From, string To, IReadOnlyList<ResellerRowView> Rows,
    IReadOnlyList<ResellerTotalsView> Totals);

/// <summary>One row.</summary>
/// <param name="Reseller">Partner; absent: sales that no reseller brought.</param>
/// <param name="Sales">Net of what was invoiced, less what was credited.</param>
/// <param name="Payouts">Paid out to it.</param>
/// <param name="CustomersAcquired">Customers that came with its code.</param>
public sealed record ResellerRowView(string? Reseller, ExactMoney Sales, ExactMoney Payouts, int CustomersAcquired)
{
    /// <summary>Of a row.</summary>
    public static ResellerRowView Of(ResellerRow row) => new(row.Reseller.Length == 0 ? null : row.Reseller, ExactMoney.Of(row.Sales, row.Currency),
        ExactMoney.Of(row.Payouts, row.Currency), row.Customers);

    /// <summary>The cells of a CSV line.</summary>
    internal string[] Cells => [Reseller ?? "", Sales.Currency, Sales.Amount, Payouts.Amount, CustomersAcquired.ToString(CultureInfo.InvariantCulture)];
}

/// <summary>All of one currency.</summary>
/// <param name="ResellerSales">Sales that resellers brought.</param>
/// <param name="OtherSales">All other sales.</param>
/// <param name="Payouts">Paid out to resellers.</param>
/// <param name="CustomersAcquired">Customers that came with a code.</param>
public sealed record ResellerTotalsView(ExactMoney ResellerSales, ExactMoney OtherSales, ExactMoney Payouts, int CustomersAcquired)
{
    /// <summary>Of totals.</summary>
    public static ResellerTotalsView Of(ResellerTotals totals) => new(ExactMoney.Of(totals.ResellerSales, totals.Currency),
        ExactMoney.Of(totals.OtherSales, totals.Currency), ExactMoney.Of(totals.Payouts, totals.Currency), totals.Customers);
}

/// <summary>By Accept: <c>text/csv</c> (rows without totals), else JSON.</summary>
public sealed class ResellerReportAnswer(ResellerReportView view) : TableAnswer<ResellerReportView>(view)
{
    private static readonly string[] Header = ["reseller", "currency", "sales", "payouts", "customers_acquired"];

    /// <inheritdoc/>
    protected override void Write(ResellerReportView view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, 0..0, Header);
        foreach (var row in view.Rows) CsvLine.Write(csv, 2..5, row.Cells);
    }
}
