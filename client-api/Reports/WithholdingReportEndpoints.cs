// GET /v1/reports/withholdings: tax that buyers have withheld in a quarter, by seller, buyer and currency.
using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Periods;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>The operator's; a party reads what was withheld from it, and what it has withheld.</summary>
public static class WithholdingReportEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapWithholdingReport(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reports/withholdings", Report).WithName("GetWithholdingsReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("Tax withheld in a fiscal quarter by seller, buyer and currency, without what was reversed; as JSON or CSV")
            .Produces<WithholdingReportView>().Fails(400, 409).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<IResult> Report(HttpContext context, [FromQuery(Name = "quarter")] string? quarter, [FromQuery(Name = "seller")] string? seller,
        [FromQuery(Name = "party")] string? party, IAccountStore store)
    {
        var errors = new FieldErrors();
        if (quarter is null || !FiscalQuarters.IsQuarter(quarter)) errors.Add("quarter", FiscalQuarters.Example);
        if (seller is not null) errors.Id("seller", seller);
        if (party is not null) errors.Id("party", party);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var filter = new ItemFilter(ItemKinds.Withholding, Buyer: party, Seller: seller, Status: "posted", VisibleTo: context.Caller().Party, Run: quarter);
        var sums = new Sums();
        for (string? after = null; ;)
        {
            var page = await store.Items(filter, after, Limits.ReceivablesPage, context.RequestAborted);
            foreach (var item in page)
                Add(sums, Definitions.Stored<WithholdingFigures>(item.Body));
            if (sums.Count > Limits.ReportRowsMax)
                return Problems.Conflict($"The report would have more than {Limits.ReportRowsMax} rows: ask for one seller or party.", "report_too_long");
            if (page.Count < Limits.ReceivablesPage)
                break;
            after = page[^1].Id;
        }

        return new WithholdingReportAnswer(View(quarter!, sums));
    }

    private static void Add(Sums sums, WithholdingFigures figures)
    {
        var key = (figures.Seller, figures.Party, figures.Currency);
        var (amount, count) = sums.GetValueOrDefault(key);
        sums[key] = (amount + figures.Withheld.Amount, count + 1);
    }

    private static WithholdingReportView View(string quarter, Sums sums) =>
        new("withholdings", quarter,
            [.. sums.Select(one => new WithheldView(one.Key.Seller, one.Key.Party, ExactMoney.Of(one.Value.Amount, one.Key.Currency), one.Value.Count))],
            [.. sums.GroupBy(one => (one.Key.Seller, one.Key.Currency)).Select(all => new WithheldView(all.Key.Seller, null,
                ExactMoney.Of(all.Sum(one => one.Value.Amount), all.Key.Currency), all.Sum(one => one.Value.Count)))]);

    private sealed class Sums : SortedDictionary<(string Seller, string Party, string Currency), (decimal Amount, int Count)>;
}

/// <summary>What was withheld in a quarter.</summary>
/// <param name="Report">Name of the report.</param>
/// <param name="Quarter">Fiscal quarter.</param>
/// <param name="Rows">By seller, buyer and currency.</param>
/// <param name="Totals">By seller and currency.</param>
public sealed record WithholdingReportView(string Report, string Quarter, IReadOnlyList<WithheldView> Rows, IReadOnlyList<WithheldView> Totals);

/// <summary>What one buyer has withheld, or in totals all of them.</summary>
/// <param name="Seller">From whom.</param>
/// <param name="Party">Who has.</param>
/// <param name="Amount">Amount.</param>
/// <param name="Count">How many withholdings.</param>
public sealed record WithheldView(string Seller, string? Party, ExactMoney Amount, int Count);

/// <summary>By Accept: <c>text/csv</c> (rows without totals), else JSON.</summary>
public sealed class WithholdingReportAnswer(WithholdingReportView view) : TableAnswer<WithholdingReportView>(view)
{
    private static readonly string[] Header = ["quarter", "seller", "party", "currency", "amount", "count"];

    /// <inheritdoc/>
    protected override void Write(WithholdingReportView view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, 0..0, Header);
        foreach (var row in view.Rows)
            CsvLine.Write(csv, 4..6, [view.Quarter, row.Seller, row.Party ?? "", row.Amount.Currency, row.Amount.Amount,
                row.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
    }
}
