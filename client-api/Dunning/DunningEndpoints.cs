// Dunning cases and what happened in them; disputes that pause them.
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Accounts;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces.Dunning;
using OrleansBilling.Storage.Documents;
using OrleansBilling.Storage.Dunning;

namespace OrleansBilling.ClientApi.Dunning;

/// <summary>Read by who is owed and who owes; a dispute is recorded by who is owed, or by the operator.</summary>
public static class DunningEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapDunning(this IEndpointRouteBuilder routes)
    {
        var cases = routes.MapGroup("/v1/dunning_cases").WithTags("Dunning");
        cases.MapGet("/", List).WithName("ListDunningCases").WithSummary("List dunning cases by agreement").RequireScope(Scopes.BillingRead)
            .Produces<PageOf<DunningCaseView>>().Fails(400);
        cases.MapGet("/{agreement}/facts", Facts).WithName("ListDunningFacts").WithSummary("What happened in a dunning case, oldest first")
            .RequireScope(Scopes.BillingRead).Produces<PageOf<DunningFactView>>().Fails(400, 404);
        var documents = routes.MapGroup("/v1/documents/{number}/dispute").WithTags("Dunning");
        documents.MapPost("/", Begin).WithName("DisputeDocument").WithSummary("A document is disputed: dunning does not count it")
            .RequireScope(Scopes.BillingWrite).TakesJson<DisputeRequest>().Produces<DisputeView>().Fails(404, 409).Idempotent();
        documents.MapPost("/end", End).WithName("EndDispute").WithSummary("A dispute is over: dunning counts the document again, at its age of today")
            .RequireScope(Scopes.BillingWrite).Produces<DisputeView>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<PageOf<DunningCaseView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery paging,
        [FromQuery(Name = "party")] string? party, IDunningStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        if (party is not null && !FieldChecks.IsId(party))
            return Problems.Invalid("party", "must be an id");
        var found = await page.Collect((after, limit) => store.List(party, after, limit, context.RequestAborted), one => one.Agreement,
            one => new ValueTask<bool>(Sees(context.Caller(), one)));
        return TypedResults.Ok(found.Select(View));
    }

    private static async Task<Results<Ok<PageOf<DunningFactView>>, Problem>> Facts(HttpContext context, string agreement, [AsParameters] PageQuery paging,
        IDunningStore store)
    {
        var (page, problem) = paging.Read();
        if (page is null)
            return problem!;
        if (!FieldChecks.IsId(agreement) || await store.Get(agreement, context.RequestAborted) is not { } found || !Sees(context.Caller(), found))
            return Problems.NotFound("dunning case", agreement);
        var after = 0L;
        if (page.Cursor is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            return Problems.Invalid("cursor", "must be a next_cursor that was answered before");
        var rows = await store.Facts(agreement, after, page.Limit + 1, context.RequestAborted);
        var next = rows.Count > page.Limit ? rows[page.Limit - 1].Version.ToString(CultureInfo.InvariantCulture) : null;
        return TypedResults.Ok(new PageOf<DunningFactView>([.. rows.Take(page.Limit)
            .Select(row => new DunningFactView(row.Version, row.At, JsonSerializer.Deserialize<JsonElement>(row.Body)))], next));
    }

    private static async Task<Results<Ok<DisputeView>, Problem>> Begin(HttpContext context, string number, IDocumentStore documents, IGrainFactory grains)
    {
        var (request, problem) = await JsonBody.Read<DisputeRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Text("reason", request.Reason);
        return errors.IsEmpty ? await Dispute(context, number, true, request.Reason, documents, grains) : Problems.Invalid(errors);
    }

    private static Task<Results<Ok<DisputeView>, Problem>> End(HttpContext context, string number, IDocumentStore documents, IGrainFactory grains) =>
        Dispute(context, number, false, "", documents, grains);

    private static async Task<Results<Ok<DisputeView>, Problem>> Dispute(HttpContext context, string number, bool begins, string reason,
        IDocumentStore documents, IGrainFactory grains)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var header = number.Contains('\0') ? null : await documents.Get(number, cancel);
        if (header is null || (caller.Party is { } party && party != header.Seller))
            return Problems.NotFound("document", number);
        if (header.Kind != "invoice")
            return Problems.Conflict($"Only invoices are dunned; \"{number}\" is a {header.Kind}.", "not_an_invoice");
        var account = new AccountKey(header.Seller, header.Buyer, header.Currency);
        await grains.GetGrain<IDunningGrain>(account.Id).Dispute(
            new DisputeCommand { Document = number, Agreement = header.Agreement, Begins = begins, Reason = reason, Actor = caller.KeyId }, cancel);
        return TypedResults.Ok(new DisputeView(number, begins));
    }

    private static bool Sees(ApiCaller caller, StoredCase one) => caller.Party is null || caller.Party == one.Seller || caller.Party == one.Buyer;

    private static DunningCaseView View(StoredCase stored)
    {
        var state = Definitions.Stored<DunningCase>(stored.Body);
        var running = state.Running();
        return new DunningCaseView(stored.Agreement, stored.Seller, stored.Buyer, running is null ? "resting" : "running",
            (state.Asked?.Status ?? PartyStatus.Active).Word(), running?.Documents ?? [], running?.Taken ?? [], state.Disputed, state.Below,
            state.IsBalanceUnknown);
    }
}
