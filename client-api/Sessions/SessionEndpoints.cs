// Acting as a customer: a key of its own for a short time, which says who acts, as whom and why (domain 1.3, WLSM-14).
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Sessions;

/// <summary>Act as a customer.</summary>
public sealed record SessionRequest
{
    /// <summary>Who acts: a user of the caller, in the caller's words.</summary>
    public required string User { get; init; }
    /// <summary>Why.</summary>
    public required string Reason { get; init; }
    /// <summary>How long the key holds, 1 to 60.</summary>
    public int Minutes { get; init; } = 15;
}

/// <summary>One line of the log of sessions; it is never deleted.</summary>
/// <param name="Id">Of the key.</param>
/// <param name="Customer">Whom it acts as.</param>
/// <param name="Mark">As every reader of the log sees it: <c>as Bistro by user X</c>.</param>
/// <param name="User">Who acts.</param>
/// <param name="By">The key that asked for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="EndsAt">Until when.</param>
/// <param name="Key">The key itself: told once.</param>
public sealed record SessionView(string Id, string Customer, string Mark, string User, string By, string Reason, Instant CreatedAt, Instant EndsAt,
    string? Key = null);

/// <summary>Reads only what the customer sees: nobody buys in another's name. Somebody else's customer is 404.</summary>
public static class SessionEndpoints
{
    private sealed record Acting(string User, string By, string Reason);

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/customers/{id}/sessions", Post).WithName("ActAsCustomer").WithTags("API keys").RequireScope(Scopes.BillingWrite)
            .WithSummary("Act as a customer below: a key that sees what the customer sees, for a short time").TakesJson<SessionRequest>()
            .Produces<SessionView>(StatusCodes.Status201Created).Fails(404);
        routes.MapGet("/v1/sessions", List).WithName("ListSessions").WithTags("API keys").RequireScope(Scopes.BillingRead)
            .WithSummary("Who acted as which customer, when and why").Produces<PageOf<SessionView>>().Fails(400);
        return routes;
    }

    private static async Task<Results<Created<SessionView>, Problem>> Post(HttpContext context, string id, IApiKeyStore keys, KeyRing ring, IPartyTree tree,
        IDefinitionStore definitions)
    {
        var (request, problem) = await JsonBody.Read<SessionRequest>(context);
        if (request is null)
            return problem!;
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (!FieldChecks.IsId(id) || caller.Party == id || !await tree.SeesParty(caller, id, cancel)
            || await definitions.Get(DefinitionKinds.Customer, id, cancel) is not { } stored)
            return Problems.NotFound(DefinitionKinds.Customer, id);
        var errors = new FieldErrors();
        errors.Text("user", request.User);
        errors.Text("reason", request.Reason);
        errors.Range("minutes", request.Minutes, 1, Limits.SessionMinutesMax);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var key = ApiKeyText.Create();
        var mark = $"as {Definitions.Stored<Customer>(stored.Body).Name} by user {request.User}";
        var record = new ApiKeyRecord(key.Id, key.SecretHash, id, ScopeNames.Write(Scopes.UsageRead | Scopes.BillingRead), mark, ring.Now,
            ring.Now + Duration.FromMinutes(request.Minutes), Definitions.Write(new Acting(request.User, caller.KeyId, request.Reason)));
        return await keys.Add(record, cancel)
            ? TypedResults.Created($"/v1/sessions?after={key.Id}", View(record, key.Reveal()))
            : Problems.Conflict($"There is a key \"{key.Id}\" already.");
    }

    private static async Task<Results<Ok<PageOf<SessionView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery query, IApiKeyStore keys,
        IPartyTree tree)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var found = await page.Collect((after, limit) => keys.Sessions(after, limit, cancel), key => key.Id,
            key => tree.SeesParty(caller, key.Party!, cancel));
        return TypedResults.Ok(found.Select(key => View(key)));
    }

    private static SessionView View(ApiKeyRecord record, string? key = null)
    {
        var acting = Definitions.Stored<Acting>(record.Session!);
        return new SessionView(record.Id, record.Party!, record.Name, acting.User, acting.By, acting.Reason, record.CreatedAt, record.RevokedAt!.Value, key);
    }
}
