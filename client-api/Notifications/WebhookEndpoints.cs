// PUT, GET, list and DELETE of webhooks, and what each of them was sent.
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Notifications;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Notifications;

namespace OrleansBilling.ClientApi.Notifications;

/// <summary>A key of a party has webhooks of its subtree; the operator also such that hear everything.</summary>
public static class WebhookEndpoints
{
    private const string Kind = "webhook";
    private const int SecretLength = 32;

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/webhooks").WithTags("Notifications");
        group.MapPut("/{id}", Put).WithName("PutWebhook").WithSummary("Create or replace a receiver of notifications").RequireScope(Scopes.BillingWrite)
            .WithDescription("What is told from then on is sent there in order, signed as Standard Webhooks says, and again for 72 hours until it answers 2xx.")
            .TakesJson<WebhookRequest>().Produces<WebhookView>().Produces<WebhookView>(StatusCodes.Status201Created).Fails(404, 409);
        group.MapGet("/{id}", Get).WithName("GetWebhook").WithSummary("Read a webhook").RequireScope(Scopes.BillingRead).Produces<WebhookView>().Fails(404);
        group.MapGet("/", List).WithName("ListWebhooks").WithSummary("List webhooks").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<WebhookView>>().Fails(400);
        group.MapDelete("/{id}", Delete).WithName("DeleteWebhook").WithSummary("Remove a webhook and all that it was sent")
            .RequireScope(Scopes.BillingWrite).Produces(StatusCodes.Status204NoContent).Fails(404);
        group.MapGet("/{id}/deliveries", Deliveries).WithName("ListWebhookDeliveries").WithSummary("What a webhook was sent, newest first")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<WebhookDeliveryView>>().Fails(400, 404);
        return routes;
    }

    private static async Task<Results<Ok<WebhookView>, Created<WebhookView>, Problem>> Put(HttpContext context, string id, IWebhookStore store, IPartyTree tree,
        WebhookHosts hosts, BillingClock clock)
    {
        if (!FieldChecks.IsId(id))
            return Problems.Invalid("id", "must be an id");
        var (request, problem) = await JsonBody.Read<WebhookRequest>(context);
        if (request is null)
            return problem!;
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (await store.Get(id, cancel) is { } stands && !await Sees(caller, stands, tree, cancel))
            return Problems.NotFound(Kind, id);
        var errors = request.Check(hosts);
        var party = request.Party ?? caller.Party;
        if (party is not null && !(FieldChecks.IsId(party) && await tree.SeesParty(caller, party, cancel))) errors.Add("party", $"no party \"{party}\"");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var isNew = await store.Get(id, cancel) is null;
        var secret = request.Secret ?? (isNew ? WebhookSecret.Of(RandomNumberGenerator.GetBytes(SecretLength)) : null);
        var row = new WebhookRow(id, party, request.Url, request.Kinds, secret, request.Disabled, clock.Now);
        return await store.Put(row, Limits.WebhooksMax, cancel) switch
        {
            WebhookPut.TooMany => Problems.Conflict($"A party has at most {Limits.WebhooksMax} webhooks.", "too_many"),
            WebhookPut.Created => TypedResults.Created($"/v1/webhooks/{id}", WebhookView.Of(row) with { Secret = secret }),
            _ => TypedResults.Ok(WebhookView.Of(row)),
        };
    }

    private static async Task<Results<Ok<WebhookView>, Problem>> Get(HttpContext context, string id, IWebhookStore store, IPartyTree tree) =>
        await Find(context, id, store, tree) is { } row ? TypedResults.Ok(WebhookView.Of(row)) : Problems.NotFound(Kind, id);

    private static async Task<Results<Ok<PageOf<WebhookView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery query, IWebhookStore store)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        var rows = await page.Collect((after, limit) => store.List(context.Caller().Party, after, limit, context.RequestAborted), row => row.Id);
        return TypedResults.Ok(rows.Select(WebhookView.Of));
    }

    private static async Task<Results<NoContent, Problem>> Delete(HttpContext context, string id, IWebhookStore store, IPartyTree tree) =>
        await Find(context, id, store, tree) is not null && await store.Delete(id, context.RequestAborted)
            ? TypedResults.NoContent()
            : Problems.NotFound(Kind, id);

    private static async Task<Results<Ok<PageOf<WebhookDeliveryView>>, Problem>> Deliveries(HttpContext context, string id, [AsParameters] PageQuery query,
        IWebhookStore store, IPartyTree tree)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        if (await Find(context, id, store, tree) is null)
            return Problems.NotFound(Kind, id);
        var before = long.MaxValue;
        if (page.Cursor is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return Problems.Invalid("cursor", "must be a next_cursor that was answered before");
        var rows = await store.Deliveries(id, before, page.Limit + 1, context.RequestAborted);
        var next = rows.Count > page.Limit ? rows[page.Limit - 1].Told.Number.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new PageOf<WebhookDeliveryView>([.. rows.Take(page.Limit).Select(WebhookDeliveryView.Of)], next));
    }

    private static async Task<WebhookRow?> Find(HttpContext context, string id, IWebhookStore store, IPartyTree tree) => FieldChecks.IsId(id)
        && await store.Get(id, context.RequestAborted) is { } row && await Sees(context.Caller(), row, tree, context.RequestAborted) ? row : null;

    private static async ValueTask<bool> Sees(ApiCaller caller, WebhookRow row, IPartyTree tree, CancellationToken cancel) =>
        caller.Party is null || (row.Party is { } party && await tree.SeesParty(caller, party, cancel));
}
