// POST /v1/catalogues/{id}/publish: what a catalogue says becomes what is sold.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>What is published.</summary>
/// <param name="Catalogue">The catalogue; its prices are the versions of the plan of the same id.</param>
/// <param name="Version">What purchases must carry as catalogue_version.</param>
public sealed record PublishedCatalogue(string Catalogue, int Version);

/// <summary>Drafts are definitions; publishing is a command of the operator.</summary>
public static class CatalogueEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapCatalogues(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/catalogues/{id}/publish", Publish).WithName("PublishCatalogue").WithTags("Catalogue").RequireScope(Scopes.BillingWrite)
            .WithSummary("Publish a catalogue as it is drafted: purchases are made from it from now on")
            .Produces<PublishedCatalogue>().Fails(404, 409).Idempotent();
        return routes;
    }

    private static async Task<Results<Ok<PublishedCatalogue>, Problem>> Publish(HttpContext context, string id, IDefinitionStore store, DefinitionWriter writer)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (caller.Party is not null)
            return Problems.OperatorOnly();
        if (!FieldChecks.IsId(id) || await store.Get(DefinitionKinds.CustomerCatalogue, id, cancel) is null)
            return Problems.NotFound(DefinitionKinds.CustomerCatalogue, id);
        var answer = await writer.Publish(caller, id, cancel);
        return answer.Outcome switch
        {
            DefineOutcome.Invalid => Problems.Invalid(answer.Problems),
            DefineOutcome.Conflict => Problems.Conflict(answer.Problems),
            _ => TypedResults.Ok(new PublishedCatalogue(id, answer.Version)),
        };
    }
}
