// What a partner takes for a product: PUT and GET /v1/products/{id}/prices/{partner}.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>Holds for subscriptions that are made from then on; what stands keeps its legs.</summary>
public static class ProductPriceEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapProductPrices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1/products/{id}/prices").WithTags("Catalogue");
        group.MapPut("/{partner}", Put).WithName("PutProductPrice").WithSummary("Set what a partner takes for a product").RequireScope(Scopes.BillingWrite)
            .TakesJson<ProductPrice>().Produces<Defined<ProductPrice>>().Produces<Defined<ProductPrice>>(StatusCodes.Status201Created).Fails(403, 404, 409);
        group.MapGet("/{partner}", Get).WithName("GetProductPrice").WithSummary("Read what a partner takes for a product").RequireScope(Scopes.BillingRead)
            .Produces<Defined<ProductPrice>>().Fails(404);
        return routes;
    }

    private static async Task<Results<DefinedAnswer, Problem>> Put(HttpContext context, string id, string partner, DefinitionWriter writer,
        DefinitionReader reader)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (await Missing(caller, id, partner, reader, cancel) is { } missing)
            return missing;
        var (body, problem) = await JsonBody.ReadText(context);
        if (body is null)
            return problem!;
        var key = DefinitionKinds.OfProduct(id, partner);
        if (await writer.Refusal(caller, DefinitionKinds.ProductPrice, key, body, cancel) is { } refusal)
            return refusal;
        var result = DefinitionWriter.Result(await writer.Define(caller, DefinitionKinds.ProductPrice, key, body, cancel), DefinitionKinds.ProductPrice, key,
            $"/v1/products/{id}/prices/{partner}");
        return result.Answer is { } answer ? answer : result.Problem!;
    }

    private static async Task<Results<DefinedAnswer, Problem>> Get(HttpContext context, string id, string partner, DefinitionReader reader)
    {
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (await Missing(caller, id, partner, reader, cancel) is { } missing)
            return missing;
        return await reader.Get(caller, DefinitionKinds.ProductPrice, DefinitionKinds.OfProduct(id, partner), cancel) is { } view
            ? new DefinedAnswer(view)
            : Problems.NotFound("price of", partner);
    }

    private static async Task<Problem?> Missing(ApiCaller caller, string id, string partner, DefinitionReader reader, CancellationToken cancel)
    {
        if (!FieldChecks.IsId(id) || await reader.Get(caller, DefinitionKinds.Product, id, cancel) is null)
            return Problems.NotFound(DefinitionKinds.Product, id);
        return FieldChecks.IsId(partner) && await reader.Get(caller, DefinitionKinds.Partner, partner, cancel) is not null
            ? null
            : Problems.NotFound(DefinitionKinds.Partner, partner);
    }
}
