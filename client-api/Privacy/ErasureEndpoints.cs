// POST /v1/customers/{id}/erase: what is personal goes, what was billed stays.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Privacy;

namespace OrleansBilling.ClientApi.Privacy;

/// <summary>The operator's alone. Any step can be repeated: the command is sent again until it has answered.</summary>
public static class ErasureEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapErasures(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/customers/{id}").WithTags("Parties");
        group.MapPost("/erase", Erase).WithName("EraseCustomer").WithSummary("Erase the personal data of a customer; what was billed stays")
            .WithDescription("Name, address, e-mail and VAT id of all versions go, and the secret by which hashed dimensions of its usage could be told. Issued documents stay as they are.")
            .RequireOperator(Scopes.Admin).TakesJson<EraseRequest>().Produces<ErasureList>().Fails(404);
        group.MapGet("/erasures", List).WithName("ListErasures").WithSummary("When a customer's personal data were erased, by whom and why")
            .RequireOperator(Scopes.BillingRead).Produces<ErasureList>().Fails(404);
        return routes;
    }

    private static async Task<Results<Ok<ErasureList>, Problem>> Erase(HttpContext context, string id, IDefinitionStore definitions, DefinitionWriter writer,
        IPersonalDataStore store, PersonalSecrets secrets, BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<EraseRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Text("reason", request.Reason);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (!FieldChecks.IsId(id) || await definitions.Get(DefinitionKinds.Customer, id, context.RequestAborted) is not { } stored)
            return Problems.NotFound(DefinitionKinds.Customer, id);

        // The newest version first, through its grain; then what is older, which nothing else writes.
        var body = Definitions.Write(ErasedCustomer.Of(Definitions.Stored<Customer>(stored.Body)));
        var result = DefinitionWriter.Result(await writer.Define(context.Caller(), DefinitionKinds.Customer, id, body, CancellationToken.None),
            DefinitionKinds.Customer, id, "");
        if (result.Problem is not null)
            return result.Problem;
        await store.Erase(new Erasure(id, body, clock.Now, context.Caller().KeyId, request.Reason), CancellationToken.None);
        secrets.Forget();
        return TypedResults.Ok(await Told(store, id, CancellationToken.None));
    }

    private static async Task<Results<Ok<ErasureList>, Problem>> List(HttpContext context, string id, IDefinitionStore definitions, IPersonalDataStore store) =>
        FieldChecks.IsId(id) && await definitions.Get(DefinitionKinds.Customer, id, context.RequestAborted) is not null
            ? TypedResults.Ok(await Told(store, id, context.RequestAborted))
            : Problems.NotFound(DefinitionKinds.Customer, id);

    private static async Task<ErasureList> Told(IPersonalDataStore store, string id, CancellationToken cancel) =>
        new([.. (await store.Erasures(id, cancel)).Select(one => new ErasureShape(one.At, one.Actor, one.Reason))]);
}

/// <summary>Personal data are to go.</summary>
public sealed record EraseRequest
{
    /// <summary>Why, for those who must account for it; without personal data itself.</summary>
    public required string Reason { get; init; }
}

/// <summary>An erasure.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Id of the key that asked for it.</param>
/// <param name="Reason">Why.</param>
public sealed record ErasureShape(Instant At, string Actor, string Reason);

/// <summary>Erasures of a customer, oldest first.</summary>
/// <param name="Data">Each of them.</param>
public sealed record ErasureList(IReadOnlyList<ErasureShape> Data);
