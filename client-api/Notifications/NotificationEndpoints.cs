// GET /v1/notifications: what was told, newest first.
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Notifications;

/// <summary>Something that was told.</summary>
/// <param name="Id">The crossing that it tells of; told once.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">wallet_low_water, daily_limit_reached, wallet_top_up_declined or usage_threshold.</param>
/// <param name="Party">To whom.</param>
/// <param name="Data">What belongs to the kind: the wallet or alert, the threshold and the figure that crossed it.</param>
public sealed record NotificationView(string Id, Instant At, string Kind, string Party, JsonElement Data)
{
    /// <summary>As stored.</summary>
    public static NotificationView Of(Notification told) => new(told.Key, told.At, told.Kind, told.Party, JsonSerializer.Deserialize<JsonElement>(told.Body));
}

/// <summary>A key of a party sees what was told to its subtree.</summary>
public static class NotificationEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapNotifications(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/notifications", List).WithName("ListNotifications").WithTags("Notifications")
            .WithSummary("What was told to a party and those below it, newest first").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<NotificationView>>().Fails(400, 404);
        return routes;
    }

    private static async Task<Results<Ok<PageOf<NotificationView>>, Problem>> List(HttpContext context, [AsParameters] NotificationQuery query,
        IPartyTree tree, INotificationStore store)
    {
        var (page, problem) = new PageQuery(query.Limit, query.Cursor).Read();
        if (page is null)
            return problem!;
        if (Before(page.Cursor) is not { } before)
            return Problems.Invalid("cursor", "must be a next_cursor that was answered before");
        var party = string.IsNullOrEmpty(query.Party) ? context.Caller().Party : query.Party;
        if (party is not null && !FieldChecks.IsId(party))
            return Problems.Invalid("party", "must be an id");
        if (party is not null && !await tree.SeesParty(context.Caller(), party, context.RequestAborted))
            return Problems.NotFound("party", party);
        var rows = await store.List(party, before, page.Limit + 1, context.RequestAborted);
        var next = rows.Count > page.Limit ? rows[page.Limit - 1].Number.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new PageOf<NotificationView>([.. rows.Take(page.Limit).Select(NotificationView.Of)], next));
    }

    private static long? Before(string? cursor) => cursor is null ? long.MaxValue
        : long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}

/// <summary>Which notifications.</summary>
/// <param name="Party">A partner or customer; left out: everything that the key sees.</param>
/// <param name="Limit">Rows at most, 1 to 200.</param>
/// <param name="Cursor">The next_cursor of the page before.</param>
public sealed record NotificationQuery([FromQuery(Name = "party")] string? Party, [FromQuery(Name = "limit")] string? Limit,
    [FromQuery(Name = "cursor")] string? Cursor);
