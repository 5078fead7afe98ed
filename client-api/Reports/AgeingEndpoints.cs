// GET /v1/reports/receivables: what is owed by seller, buyer and currency, and for how long it has been overdue.
using System.Buffers;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Money;
using OrleansBilling.Billing.Reports;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Accounts;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Accounts;

namespace OrleansBilling.ClientApi.Reports;

/// <summary>The operator's; a party reads what it is owed.</summary>
public static class AgeingEndpoints
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapAgeing(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reports/receivables", Report).WithName("GetReceivablesReport").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("What is owed by seller, buyer and currency, by days overdue; as JSON or CSV").Produces<AgeingView>().Fails(400, 409)
            .WithRequestTimeout(Limits.FanOutTimeout);
        return routes;
    }

    private static async Task<IResult> Report(HttpContext context, [FromQuery(Name = "seller")] string? seller, [FromQuery(Name = "party")] string? party,
        [FromQuery(Name = "as_of")] string? asOf, IAccountStore store, BillingClock clock)
    {
        var errors = new FieldErrors();
        if (seller is not null) errors.Id("seller", seller);
        if (party is not null) errors.Id("party", party);
        var day = asOf is null ? clock.Now.InUtc().Date : LocalDatePattern.Iso.Parse(asOf) is { Success: true } parsed ? parsed.Value : default;
        if (day == default) errors.Add("as_of", "must be a date, like \"2025-05-31\"");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var filter = new LedgerFilter(context.Caller().Party ?? seller, party);
        var table = new AgeingTable(day);
        return await Fill(table, filter, store, context.RequestAborted)
            ? new AgeingAnswer(new AgeingView("receivables", day, [.. table.Rows.Select(AgeingRowView.Of)], [.. table.Totals.Select(AgeingRowView.Of)]))
            : Problems.Conflict($"The report would have more than {Limits.ReportRowsMax} rows: ask for one seller or party.", "report_too_long");
    }

    private static async Task<bool> Fill(AgeingTable table, LedgerFilter filter, IAccountStore store, CancellationToken cancel)
    {
        for (string? after = null; ;)
        {
            var page = await store.Receivables(filter, after, Limits.ReceivablesPage, cancel);
            foreach (var row in page)
                table.Add(row.Seller, row.Buyer, row.Currency, row.DueDate, row.Outstanding);
            if (table.Count > Limits.ReportRowsMax)
                return false;
            if (page.Count < Limits.ReceivablesPage)
                break;
            after = page[^1].Number;
        }

        for (string? after = null; ;)
        {
            var page = await store.Accounts(filter.Seller, filter.Buyer, after, Limits.ReceivablesPage, cancel);
            foreach (var head in page.Where(head => head.Unapplied != 0 && !AccountKey.Parse(head.Id).Payable))
                table.AddUnapplied(head.Seller, head.Buyer, head.Currency, head.Unapplied);
            if (page.Count < Limits.ReceivablesPage)
                return table.Count <= Limits.ReportRowsMax;
            after = page[^1].Id;
        }
    }
}

/// <summary>What is owed.</summary>
/// <param name="Report">Name of the report.</param>
/// <param name="AsOf">The day as of which documents are overdue; amounts are those of now.</param>
/// <param name="Rows">By seller, buyer and currency.</param>
/// <param name="Totals">By seller and currency.</param>
public sealed record AgeingView(string Report, LocalDate AsOf, IReadOnlyList<AgeingRowView> Rows, IReadOnlyList<AgeingRowView> Totals);

/// <summary>What one buyer owes, or in totals all of them.</summary>
/// <param name="Seller">Who is owed.</param>
/// <param name="Party">Who owes.</param>
/// <param name="NotDue">Due on the day or later.</param>
/// <param name="Days1To30">1 to 30 days after the due date.</param>
/// <param name="Days31To60">31 to 60 days.</param>
/// <param name="Days61To90">61 to 90 days.</param>
/// <param name="DaysOver90">More than 90 days.</param>
/// <param name="Total">All of these.</param>
/// <param name="Unapplied">Received or credited and not used; not taken off the total.</param>
public sealed record AgeingRowView(string Seller, string? Party, ExactMoney NotDue, [property: JsonPropertyName("days_1_30")] ExactMoney Days1To30,
    [property: JsonPropertyName("days_31_60")] ExactMoney Days31To60, [property: JsonPropertyName("days_61_90")] ExactMoney Days61To90,
    [property: JsonPropertyName("days_over_90")] ExactMoney DaysOver90, ExactMoney Total, ExactMoney Unapplied)
{
    /// <summary>Of a row.</summary>
    public static AgeingRowView Of(AgeingRow row)
    {
        return new(row.Seller, row.Buyer.Length == 0 ? null : row.Buyer, Money(row.NotDue), Money(row.To30), Money(row.To60), Money(row.To90),
            Money(row.Over90), Money(row.Total), Money(row.Unapplied));

        ExactMoney Money(decimal amount) => ExactMoney.Of(amount, row.Currency);
    }

    /// <summary>The cells of a CSV line.</summary>
    internal string[] Cells => [Seller, Party ?? "", Total.Currency, NotDue.Amount, Days1To30.Amount, Days31To60.Amount, Days61To90.Amount, DaysOver90.Amount,
        Total.Amount, Unapplied.Amount];
}

/// <summary>By Accept: <c>text/csv</c> (rows without totals), else JSON.</summary>
public sealed class AgeingAnswer(AgeingView view) : TableAnswer<AgeingView>(view)
{
    private static readonly string[] Header =
        ["seller", "party", "currency", "not_due", "days_1_30", "days_31_60", "days_61_90", "days_over_90", "total", "unapplied"];

    /// <inheritdoc/>
    protected override void Write(AgeingView view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, 0..0, Header);
        foreach (var row in view.Rows) CsvLine.Write(csv, 3..10, row.Cells);
    }
}
