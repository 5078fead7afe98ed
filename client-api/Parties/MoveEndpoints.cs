// POST /v1/{partners|customers}/{id}/move: from an instant on a party lies below another partner (domain 1.1, edge rule f).
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Usage;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces.Closing;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.GrainInterfaces.Parties;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Parties;

/// <summary>The operator's: both partners' agreements are concerned.</summary>
public static class MoveEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapMoves(this IEndpointRouteBuilder routes)
    {
        Map(routes, DefinitionKinds.Partner, "partners", MovePartner, PartnerParents);
        Map(routes, DefinitionKinds.Customer, "customers", MoveCustomer, CustomerParents);
        return routes;
    }

    private static void Map(IEndpointRouteBuilder routes, string kind, string path, Delegate move, Delegate parents)
    {
        var name = char.ToUpperInvariant(kind[0]) + kind[1..];
        var group = routes.MapGroup($"/v1/{path}/{{id}}").WithTags("Parties");
        group.MapPost("/move", move).WithName("Move" + name).WithSummary($"Move a {kind} below another partner, from an instant on")
            .WithDescription("Who was above it sees its history until then, who is above it now sees it from then on.")
            .RequireOperator(Scopes.BillingWrite).TakesJson<MoveRequest>().Produces<ParentsView>().Fails(404, 409);
        group.MapGet("/parents", parents).WithName($"List{name}Parents").WithSummary($"Partners that a {kind} lay, lies or is going to lie below")
            .RequireOperator(Scopes.BillingRead).Produces<ParentsView>().Fails(404);
    }

    private static Task<Results<Ok<ParentsView>, Problem>> MovePartner(HttpContext context, string id, IDefinitionStore store, IGrainFactory grains,
        IPartyTree tree) => Move(context, DefinitionKinds.Partner, id, store, grains.GetGrain<IPartnerGrain>(id), tree);

    private static Task<Results<Ok<ParentsView>, Problem>> MoveCustomer(HttpContext context, string id, IDefinitionStore store, IGrainFactory grains,
        IPartyTree tree) => Move(context, DefinitionKinds.Customer, id, store, grains.GetGrain<ICustomerGrain>(id), tree);

    private static Task<Results<Ok<ParentsView>, Problem>> PartnerParents(HttpContext context, string id, IDefinitionStore store) =>
        Parents(context, DefinitionKinds.Partner, id, store);

    private static Task<Results<Ok<ParentsView>, Problem>> CustomerParents(HttpContext context, string id, IDefinitionStore store) =>
        Parents(context, DefinitionKinds.Customer, id, store);

    private static async Task<Results<Ok<ParentsView>, Problem>> Move(HttpContext context, string kind, string id, IDefinitionStore store, IMovedParty party,
        IPartyTree tree)
    {
        var (request, problem) = await JsonBody.Read<MoveRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Id("to", request.To);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (!FieldChecks.IsId(id) || await store.Get(kind, id, context.RequestAborted) is null)
            return Problems.NotFound(kind, id);
        var answer = await party.Move(new MoveCommand
        {
            Kind = kind, Party = id, To = request.To, AtMicros = request.At is { } at ? Micros.Of(at) : null, Actor = context.Caller().KeyId,
        }, CancellationToken.None);
        // From the answer on every request of this process sees the new tree.
        await tree.Look(CancellationToken.None);
        return answer.Outcome switch
        {
            DefineOutcome.Invalid => Problems.Invalid(answer.Problems),
            DefineOutcome.Conflict => Problems.Conflict(answer.Problems),
            _ => TypedResults.Ok(ParentsView.Of(id, Definitions.Stored<PartyHistory>(answer.History))),
        };
    }

    private static async Task<Results<Ok<ParentsView>, Problem>> Parents(HttpContext context, string kind, string id, IDefinitionStore store)
    {
        if (!FieldChecks.IsId(id) || await store.Get(kind, id, context.RequestAborted) is not { } party)
            return Problems.NotFound(kind, id);
        var moved = await store.Get(DefinitionKinds.PartyHistory, id, context.RequestAborted);
        return TypedResults.Ok(moved is not null ? ParentsView.Of(id, Definitions.Stored<PartyHistory>(moved.Body))
            : party.Parent is { } parent ? ParentsView.Of(id, PartyHistory.Of(parent)) : new ParentsView(id, []));
    }
}

/// <summary>A party is to be moved.</summary>
public sealed record MoveRequest
{
    /// <summary>The partner above it from then on.</summary>
    public required string To { get; init; }
    /// <summary>From when on; now by default.</summary>
    public Instant? At { get; init; }
}

/// <summary>All partners that a party lies, lay or is going to lie directly below.</summary>
/// <param name="Party">The party.</param>
/// <param name="Parents">Oldest first; empty: it stands directly below the operator.</param>
public sealed record ParentsView(string Party, IReadOnlyList<PartyEdge> Parents)
{
    /// <summary>Of a party.</summary>
    public static ParentsView Of(string party, PartyHistory history) => new(party, history.Edges);
}
