// GET /v1/reports/orphan_reports: delivery reports whose messages were never charged here.
using System.Buffers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using NodaTime.Text;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Documents;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Events;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Deliveries;

namespace OrleansBilling.ClientApi.Deliveries;

/// <summary>A key sees those of its subtree.</summary>
internal static class OrphanReports
{
    private const char Separator = '/';
    private static readonly string[] Header = ["subscription", "id", "message_id", "part", "state", "done_at", "error", "parked_at", "orphaned_at"];

    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/reports/orphan_reports", Get).WithName("GetOrphanReports").WithTags("Reports").RequireScope(Scopes.BillingRead)
            .WithSummary("Delivery reports that waited seven days for the event of their message, as JSON or CSV")
            .Produces<PageOf<OrphanReport>>().Fails(400);

    private static async Task<Results<OrphanAnswer, Problem>> Get(HttpContext context, [AsParameters] OrphanQuery query, [AsParameters] PageQuery paging,
        IParkedReportStore store, IPartyTree tree)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        var (from, to, errors) = query.Read();
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var rows = await page.Collect((after, limit) => store.Orphans(from, to, query.Subscription, After(after), limit, cancel),
            row => row.Subscription + Separator + row.Id, row => tree.SeesSubscription(caller, row.Subscription, cancel));
        return new OrphanAnswer(rows.Select(Shape), Header);
    }

    private static (string, string)? After(string? cursor) => cursor?.Split(Separator, 2) is [var subscription, var id] ? (subscription, id) : null;

    private static OrphanReport Shape(ParkedReport row)
    {
        var body = Definitions.Stored<DeliveryReportBody>(row.Body);
        return new OrphanReport(row.Subscription, row.Id, row.Message, body.Part, body.State, body.DoneAt, body.Error, row.ParkedAt, row.OrphanedAt!.Value);
    }
}

/// <summary>Which orphans.</summary>
/// <param name="From">First day, UTC, on which they became orphans; the beginning of time by default.</param>
/// <param name="To">Last day (inclusive).</param>
/// <param name="Subscription">Only of this one.</param>
internal sealed record OrphanQuery([FromQuery(Name = "from")] string? From, [FromQuery(Name = "to")] string? To,
    [FromQuery(Name = "subscription")] string? Subscription)
{
    /// <summary>The range as instants, and what is wrong with it.</summary>
    public (Instant From, Instant To, FieldErrors Errors) Read()
    {
        var errors = new FieldErrors();
        var from = Day(errors, "from", From) ?? new LocalDate(1970, 1, 1);
        var to = Day(errors, "to", To) ?? new LocalDate(9998, 12, 31);
        if (to < from) errors.Add("to", "must not be before from");
        if (Subscription is { } subscription) errors.Id("subscription", subscription);
        return (from.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant(), to.PlusDays(1).AtStartOfDayInZone(DateTimeZone.Utc).ToInstant(), errors);
    }

    private static LocalDate? Day(FieldErrors errors, string field, string? text)
    {
        if (text is null)
            return null;
        if (LocalDatePattern.Iso.Parse(text) is { Success: true } parsed && parsed.Value.Year is >= 1970 and < 9999)
            return parsed.Value;
        errors.Add(field, "must be a date, like \"2025-05-12\"");
        return null;
    }
}

/// <summary>A report that waited in vain.</summary>
public sealed record OrphanReport(string Subscription, string Id, string MessageId, int? Part, string State, Instant? DoneAt, string? Error, Instant ParkedAt,
    Instant OrphanedAt);

/// <summary>By Accept: <c>text/csv</c>, else JSON.</summary>
internal sealed class OrphanAnswer(PageOf<OrphanReport> page, string[] header) : TableAnswer<PageOf<OrphanReport>>(page)
{
    /// <inheritdoc/>
    protected override void Write(PageOf<OrphanReport> view, ArrayBufferWriter<byte> csv)
    {
        CsvLine.Write(csv, -1, header);
        foreach (var row in view.Data)
        {
            CsvLine.Write(csv, -1, row.Subscription, row.Id, row.MessageId,
                row.Part?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "", row.State,
                row.DoneAt?.ToString() ?? "", row.Error ?? "", row.ParkedAt.ToString(), row.OrphanedAt.ToString());
        }
    }
}
