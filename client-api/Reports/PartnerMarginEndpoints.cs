// GET /v1/reports/partner_margins: what every seller and partner earns, of all levels in one report.
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
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Usage;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>The operator's alone: a party sees amounts of its own legs (domain 0.3, rule 31), which are in its own margin report.</summary>
public static class PartnerMarginEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapPartnerMargins(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reports/partner_margins", Report).WithName("GetPartnerMarginReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("What every seller and partner billed less what it was billed, net, level by level; from issued documents, as JSON or CSV")
            .Produces<PartnerMarginView>().Fails(400, 404, 409).WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<IResult> Report(HttpContext context, [FromQuery(Name = "from")] string? from, [FromQuery(Name = "to")] string? to,
        PartnerMarginReader reader)
    {
        var errors = new FieldErrors();
        ReportMonths.CheckSpan(errors, from, to);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (context.Caller().Party is not null)
            return Problems.NotFound("report", "partner_margins");
        var table = new PartnerMarginTable();
        return await reader.Fill(table, from!, to, context.RequestAborted)
            ? new PartnerMarginAnswer(new PartnerMarginView("partner_margins", from!, to ?? from!, [.. table.Rows.Select(PartnerMarginRowView.Of)],
                [.. table.Levels.Select(PartnerMarginRowView.Of)], [.. table.Totals.Select(PartnerMarginRowView.Of)]))
            : Problems.Conflict($"The report would have more than {Limits.ReportRowsMax} rows: ask for fewer months.", "report_too_long");
    }
}

/// <summary>What sellers and partners earn.</summary>
/// <param name="Report">Name of the report.</param>
/// <param name="From">First billing period.</param>
/// <param name="To">Last billing period.</param>
/// <param name="Rows">By level, then party, then currency.</param>
/// <param name="Levels">All parties of a level, by currency.</param>
/// <param name="Totals">Everybody, by currency: what customers were billed, since what one partner bills another is revenue once and cost once.</param>
public sealed record PartnerMarginView(string Report, string From, string To, IReadOnlyList<PartnerMarginRowView> Rows,
    IReadOnlyList<PartnerMarginRowView> Levels, IReadOnlyList<PartnerMarginRowView> Totals);

/// <summary>One row.</summary>
/// <param name="Party">Seller or partner.</param>
/// <param name="Level">0: a seller; 1: a partner that buys from sellers; 2: a partner below that one, and so on.</param>
/// <param name="Parent">The partner above it, today.</param>
/// <param name="Revenue">Net of what it billed.</param>
/// <param name="Cost">Net of what it was billed.</param>
/// <param name="Margin">Revenue less cost.</param>
/// <param name="MarginPercent">Of the revenue; absent without revenue.</param>
/// <param name="BelowCost">The margin is negative.</param>
public sealed record PartnerMarginRowView(string? Party, int? Level, string? Parent, MoneyShape Revenue, MoneyShape Cost, MoneyShape Margin,
    decimal? MarginPercent, bool BelowCost)
{
    /// <summary>Of a row.</summary>
    public static PartnerMarginRowView Of(PartnerMarginRow row)
    {
        var sums = MarginRowView.Of(row.Sums);
        return new PartnerMarginRowView(row.Party, row.Level, row.Parent, sums.Revenue, sums.Cost, sums.Margin, sums.MarginPercent, sums.BelowCost);
    }

    /// <summary>The cells of a CSV line.</summary>
    internal string[] Cells => [Party ?? "", Level?.ToString(CultureInfo.InvariantCulture) ?? "", Parent ?? "", Revenue.Currency, MarginRowView.Text(Revenue),
        MarginRowView.Text(Cost), MarginRowView.Text(Margin), MarginPercent is { } percent ? AmountText.Exact(percent) : "", BelowCost ? "true" : "false"];
}

/// <summary>By Accept: <c>text/csv</c>, else JSON.</summary>
public sealed class PartnerMarginAnswer(PartnerMarginView view) : TableAnswer<PartnerMarginView>(view)
{
    private static readonly string[] Header = ["party", "level", "parent", "currency", "revenue", "cost", "margin", "margin_percent", "below_cost"];

    /// <inheritdoc/>
    protected override void Write(PartnerMarginView view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, 0..0, Header);
        foreach (var row in view.Rows) CsvLine.Write(csv, 4..8, row.Cells);
    }
}
