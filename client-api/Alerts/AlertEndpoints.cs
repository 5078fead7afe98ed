// PUT, GET, list and DELETE of usage alerts.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Alerts;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Alerts;

/// <summary>A usage alert as it stands.</summary>
/// <param name="Id">Id chosen by the caller.</param>
/// <param name="ToldTo">The party that is told: the one it is about if that sells or buys under the agreement, else the agreement's buyer.</param>
/// <param name="Version">Counts its changes, from 1.</param>
public sealed record AlertView(string Id, string? Party, string? Subscription, string Agreement, string? Meter, string Metric,
    IReadOnlyList<string> Thresholds, string ToldTo, int Version)
{
    /// <summary>As stored.</summary>
    public static AlertView Of(UsageAlertRow row)
    {
        var alert = Billing.Json.Definitions.Stored<UsageAlert>(row.Body);
        return new(row.Id, alert.Party, alert.Subscription, alert.Agreement, alert.Meter, alert.Metric,
            [.. alert.Thresholds.Select(Usage.AmountText.Exact)], row.Party, row.Version);
    }
}

/// <summary>A key of a party has alerts on its own subtree, on agreements in which it sells or buys.</summary>
public static class AlertEndpoints
{
    private const string Kind = "usage alert";

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapUsageAlerts(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/usage_alerts").WithTags("Notifications");
        group.MapPut("/{id}", Put).WithName("PutUsageAlert").WithSummary("Create or replace a usage alert").RequireScope(Scopes.BillingWrite)
            .WithDescription("Each threshold is told once per period of the agreement's calendar, as a notification and on the subject's usage stream.")
            .TakesJson<UsageAlert>().Produces<AlertView>().Produces<AlertView>(StatusCodes.Status201Created).Fails(404);
        group.MapGet("/{id}", Get).WithName("GetUsageAlert").WithSummary("Read a usage alert").RequireScope(Scopes.BillingRead)
            .Produces<AlertView>().Fails(404);
        group.MapGet("/", List).WithName("ListUsageAlerts").WithSummary("List usage alerts").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<AlertView>>().Fails(400, 404);
        group.MapDelete("/{id}", Delete).WithName("DeleteUsageAlert").WithSummary("Remove a usage alert; what it told stays")
            .RequireScope(Scopes.BillingWrite).Produces(StatusCodes.Status204NoContent).Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<AlertView>, Created<AlertView>, Problem>> Put(HttpContext context, string id, AlertWriter writer,
        IUsageAlertStore store)
    {
        if (!FieldChecks.IsId(id))
            return Problems.Invalid("id", "must be an id");
        var (alert, problem) = await JsonBody.Read<UsageAlert>(context);
        if (alert is null)
            return problem!;
        var cancel = context.RequestAborted;
        if (await store.Get(id, cancel) is { } stands && !await writer.Sees(context.Caller(), stands, cancel))
            return Problems.NotFound(Kind, id);
        var (toldTo, refusal) = await writer.Check(context.Caller(), alert, cancel);
        if (toldTo is null)
            return refusal!;
        var body = Billing.Json.Definitions.Write(alert);
        var version = await store.Put(id, toldTo, body, cancel);
        var view = AlertView.Of(new UsageAlertRow(id, toldTo, body, version));
        return version == 1 ? TypedResults.Created($"/v1/usage_alerts/{id}", view) : TypedResults.Ok(view);
    }

    private static async Task<Results<Ok<AlertView>, Problem>> Get(HttpContext context, string id, AlertWriter writer, IUsageAlertStore store) =>
        await Find(context, id, writer, store) is { } row ? TypedResults.Ok(AlertView.Of(row)) : Problems.NotFound(Kind, id);

    private static async Task<Results<Ok<PageOf<AlertView>>, Problem>> List(HttpContext context, [AsParameters] AlertQuery query, IPartyTree tree,
        IUsageAlertStore store)
    {
        var (page, problem) = new PageQuery(query.Limit, query.Cursor).Read();
        if (page is null)
            return problem!;
        var party = string.IsNullOrEmpty(query.Party) ? context.Caller().Party : query.Party;
        if (party is not null && !FieldChecks.IsId(party))
            return Problems.Invalid("party", "must be an id");
        if (party is not null && !await tree.SeesParty(context.Caller(), party, context.RequestAborted))
            return Problems.NotFound("party", party);
        var rows = await page.Collect((after, limit) => store.List(party, after, limit, context.RequestAborted), row => row.Id);
        return TypedResults.Ok(rows.Select(AlertView.Of));
    }

    private static async Task<Results<NoContent, Problem>> Delete(HttpContext context, string id, AlertWriter writer, IUsageAlertStore store) =>
        await Find(context, id, writer, store) is not null && await store.Delete(id, context.RequestAborted)
            ? TypedResults.NoContent()
            : Problems.NotFound(Kind, id);

    private static async Task<UsageAlertRow?> Find(HttpContext context, string id, AlertWriter writer, IUsageAlertStore store) =>
        FieldChecks.IsId(id) && await store.Get(id, context.RequestAborted) is { } row && await writer.Sees(context.Caller(), row, context.RequestAborted)
            ? row
            : null;
}

/// <summary>Which usage alerts.</summary>
/// <param name="Party">Told to this party or below it; left out: everything that the key sees.</param>
/// <param name="Limit">Rows at most, 1 to 200.</param>
/// <param name="Cursor">The next_cursor of the page before.</param>
public sealed record AlertQuery([FromQuery(Name = "party")] string? Party, [FromQuery(Name = "limit")] string? Limit,
    [FromQuery(Name = "cursor")] string? Cursor);
