// Reseller codes of customers, by the operator: another one from now on, and the one that new customers get (domain 1.4, APIC-14).
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
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.GrainInterfaces.Definitions;
using OrleansBilling.Storage.Definitions;

namespace OrleansBilling.ClientApi.Parties;

/// <summary>Another code for a customer.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ResellerCode">The code; absent: none any more.</param>
public sealed record RetagRequest(string Reason, string? ResellerCode = null);

/// <summary>The code of new customers that name none.</summary>
/// <param name="ResellerCode">The code; absent: they have none.</param>
public sealed record DefaultResellerCode(string? ResellerCode = null);

/// <summary>Codes that a customer has had, oldest first.</summary>
public sealed record ResellerTagsView(string Customer, IReadOnlyList<ResellerTagView> Tags);

/// <summary>One of them.</summary>
/// <param name="Since">From when on.</param>
/// <param name="ResellerCode">The code; absent: none.</param>
/// <param name="Reason">Why it was changed.</param>
public sealed record ResellerTagView(Instant Since, string? ResellerCode, string? Reason);

/// <summary>A definition that is put never changes a tag; what was invoiced before a command keeps its commission.</summary>
public static class ResellerTagEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapResellerTags(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Parties");
        group.MapPost("/customers/{id}/retag", Retag).WithName("RetagCustomer").WithSummary("Give a customer another reseller code from now on, or none")
            .RequireOperator(Scopes.BillingWrite).TakesJson<RetagRequest>().Produces<ResellerTagsView>().Fails(404, 409);
        group.MapGet("/customers/{id}/reseller_tags", Tags).WithName("ListResellerTags").WithSummary("Reseller codes that a customer has had")
            .RequireOperator(Scopes.BillingRead).Produces<ResellerTagsView>().Fails(404);
        group.MapPut("/default_reseller_code", PutDefault).WithName("PutDefaultResellerCode")
            .WithSummary("The reseller code of customers of the operator that are created without one").RequireOperator(Scopes.BillingWrite)
            .TakesJson<DefaultResellerCode>().Produces<DefaultResellerCode>();
        group.MapGet("/default_reseller_code", GetDefault).WithName("GetDefaultResellerCode").WithSummary("Read the default reseller code")
            .RequireOperator(Scopes.BillingRead).Produces<DefaultResellerCode>();
        return routes;
    }

    private static async Task<Results<Ok<ResellerTagsView>, Problem>> Retag(HttpContext context, string id, IDefinitionStore store, IGrainFactory grains)
    {
        var (request, problem) = await JsonBody.Read<RetagRequest>(context);
        if (request is null)
            return problem!;
        var errors = new FieldErrors();
        errors.Text("reason", request.Reason);
        if (request.ResellerCode is { } code) errors.Id("reseller_code", code);
        if (!errors.IsEmpty)
            return Problems.Invalid(errors);
        if (!FieldChecks.IsId(id) || await store.Get(DefinitionKinds.Customer, id, context.RequestAborted) is null)
            return Problems.NotFound(DefinitionKinds.Customer, id);
        // One at a time with whatever else is written of this customer's code.
        var answer = await grains.GetGrain<IDefinitionGrain>(Identifiers.Definition(DefinitionKinds.CustomerRetag, id)).Define(new DefineCommand
        {
            Kind = DefinitionKinds.CustomerRetag, Id = id, Actor = context.Caller().KeyId,
            Body = Definitions.Write(new ResellerTag { Code = request.ResellerCode, Reason = request.Reason }),
        }, CancellationToken.None);
        return answer.Outcome switch
        {
            DefineOutcome.Invalid => Problems.Invalid(answer.Problems),
            DefineOutcome.Conflict => Problems.Conflict(answer.Problems),
            _ => TypedResults.Ok(await View(store, id, CancellationToken.None)),
        };
    }

    private static async Task<Results<Ok<ResellerTagsView>, Problem>> Tags(HttpContext context, string id, IDefinitionStore store) =>
        FieldChecks.IsId(id) && await store.Get(DefinitionKinds.Customer, id, context.RequestAborted) is not null
            ? TypedResults.Ok(await View(store, id, context.RequestAborted))
            : Problems.NotFound(DefinitionKinds.Customer, id);

    private static async Task<Results<Ok<DefaultResellerCode>, Problem>> PutDefault(HttpContext context, IDefinitionStore store, BillingClock clock)
    {
        var (request, problem) = await JsonBody.Read<DefaultResellerCode>(context);
        if (request is null)
            return problem!;
        if (request.ResellerCode is { } code
            && (!FieldChecks.IsId(code) || await store.Get(DefinitionKinds.ResellerCode, code, context.RequestAborted) is null))
            return Problems.Invalid("reseller_code", $"no reseller_code \"{code}\"");
        await store.Put(new DefinitionWrite(DefinitionKinds.DefaultReseller, DefinitionKinds.Default, null,
            Definitions.Write(new ResellerTag { Code = request.ResellerCode }), clock.Now, context.Caller().KeyId), context.RequestAborted);
        return TypedResults.Ok(request);
    }

    private static async Task<Ok<DefaultResellerCode>> GetDefault(HttpContext context, IDefinitionStore store) =>
        TypedResults.Ok(new DefaultResellerCode(await store.Get(DefinitionKinds.DefaultReseller, DefinitionKinds.Default, context.RequestAborted) is { } set
            ? Definitions.Stored<ResellerTag>(set.Body).Code : null));

    private static async Task<ResellerTagsView> View(IDefinitionStore store, string customer, CancellationToken cancel) =>
        new(customer, [.. (await store.History(DefinitionKinds.ResellerTag, customer, cancel))
            .Select(one => (one.RecordedAt, Tag: Definitions.Stored<ResellerTag>(one.Body)))
            .Select(one => new ResellerTagView(one.RecordedAt, one.Tag.Code, one.Tag.Reason))]);
}
