// Making, listing and revoking API keys.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Access;

/// <summary>A key of a party makes and sees keys of its own subtree only.</summary>
public static class ApiKeyEndpoints
{
    private static readonly string[] PartyKinds = [DefinitionKinds.Partner, DefinitionKinds.Customer, DefinitionKinds.Seller, DefinitionKinds.Provider];

    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapApiKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/api_keys").WithTags("API keys").RequireScope(Scopes.Admin);
        group.MapPost("/", Make).WithName("MakeApiKey").WithSummary("Make an API key; its text is answered once")
            .WithDescription("A repeat with the same Idempotency-Key answers the same key without its text: only a hash of it is stored.")
            .TakesJson<ApiKeyRequest>().Produces<ApiKeyView>(StatusCodes.Status201Created).Fails(409).Idempotent();
        group.MapGet("/", List).WithName("ListApiKeys").WithSummary("List API keys").Produces<PageOf<ApiKeyView>>().Fails(400);
        group.MapGet("/{id}", Get).WithName("GetApiKey").WithSummary("Read an API key, without its text").Produces<ApiKeyView>().Fails(404);
        group.MapDelete("/{id}", Revoke).WithName("RevokeApiKey").WithSummary("Revoke an API key; it stops within seconds everywhere")
            .Produces(StatusCodes.Status204NoContent).Fails(404);
        return routes;
    }

    private static async Task<Results<Created<ApiKeyView>, Problem>> Make(HttpContext context, IApiKeyStore keys, KeyRing ring, IPartyTree tree,
        IDefinitionStore definitions)
    {
        var (request, problem) = await JsonBody.Read<ApiKeyRequest>(context);
        if (request is null)
            return problem!;
        var cancel = context.RequestAborted;
        var errors = Check(request);
        if (errors.IsEmpty && !await IsParty(context.Caller(), request.Party, tree, definitions, cancel))
            errors.Add("party", request.Party is null ? "is required: this key belongs to a party itself" : $"no party \"{request.Party}\"");
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        var key = ApiKeyText.Create(request.Id);
        var scopes = request.Scopes.Aggregate(Scopes.None, (sum, word) => sum | ScopeNames.Read(word));
        var record = new ApiKeyRecord(key.Id, key.SecretHash, request.Party, ScopeNames.Write(scopes), request.Name, ring.Now, null);
        if (!await keys.Add(record, cancel))
            return Problems.Conflict($"There is a key \"{key.Id}\" already. Revoked keys keep their id.");
        // Somebody may have tried it before it was made.
        ring.Forget();
        context.Features.Set(new RepeatedAnswer(Billing.Json.Definitions.Write(ApiKeyView.Of(record))));
        return TypedResults.Created($"/v1/api_keys/{key.Id}", ApiKeyView.Of(record, key.Reveal()));
    }

    private static async Task<Results<Ok<PageOf<ApiKeyView>>, Problem>> List(HttpContext context, [AsParameters] PageQuery query, IApiKeyStore keys,
        IPartyTree tree)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        var found = await page.Collect((after, limit) => keys.List(null, after, limit, cancel), key => key.Id, key => Sees(caller, key, tree, cancel));
        return TypedResults.Ok(found.Select(key => ApiKeyView.Of(key)));
    }

    private static async Task<Results<Ok<ApiKeyView>, Problem>> Get(HttpContext context, string id, IApiKeyStore keys, IPartyTree tree) =>
        await keys.Get(id, context.RequestAborted) is { } key && await Sees(context.Caller(), key, tree, context.RequestAborted)
            ? TypedResults.Ok(ApiKeyView.Of(key))
            : Problems.NotFound("API key", id);

    private static async Task<Results<NoContent, Problem>> Revoke(HttpContext context, string id, IApiKeyStore keys, KeyRing ring, IPartyTree tree)
    {
        var cancel = context.RequestAborted;
        if (await keys.Get(id, cancel) is not { } key || !await Sees(context.Caller(), key, tree, cancel))
            return Problems.NotFound("API key", id);
        if (key.RevokedAt is null || key.RevokedAt > ring.Now)
            await keys.Revoke(id, ring.Now, cancel);
        ring.Forget();
        return TypedResults.NoContent();
    }

    private static FieldErrors Check(ApiKeyRequest request)
    {
        var errors = new FieldErrors();
        if (request.Id is not null) errors.Id("id", request.Id);
        errors.Text("name", request.Name);
        if (request.Scopes.Length == 0) errors.Add("scopes", "must have at least one");
        for (var i = 0; i < request.Scopes.Length; i++) errors.OneOf($"scopes[{i}]", request.Scopes[i], ScopeNames.All);
        if (request.Party is not null) errors.Id("party", request.Party);
        return errors;
    }

    // A party that does not exist and one that is not the caller's are told alike.
    private static async Task<bool> IsParty(ApiCaller caller, string? party, IPartyTree tree, IDefinitionStore definitions, CancellationToken cancel)
    {
        if (party is null)
            return caller.Party is null;
        if (!await tree.SeesParty(caller, party, cancel))
            return false;
        foreach (var kind in PartyKinds)
            if (await definitions.Get(kind, party, cancel) is not null) return true;
        return false;
    }

    private static ValueTask<bool> Sees(ApiCaller caller, ApiKeyRecord key, IPartyTree tree, CancellationToken cancel) =>
        key.Party is { } party ? tree.SeesParty(caller, party, cancel) : new(caller.Party is null);
}
