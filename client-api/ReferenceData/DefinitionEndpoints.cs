// PUT, GET and list of every kind of reference data.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Billing.Dunning;
using OrleansBilling.Billing.Discounts;
using OrleansBilling.Billing.Json;
using OrleansBilling.Billing.Parties;
using OrleansBilling.Billing.Subscriptions;
using OrleansBilling.Billing.Wallets;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Parties;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.ReferenceData;

/// <summary>All kinds have the same three routes; what differs is their record.</summary>
public static class DefinitionEndpoints
{
    /// <summary>Maps them.</summary>
    public static IEndpointRouteBuilder MapDefinitions(this IEndpointRouteBuilder routes)
    {
        Map<Seller>(routes, DefinitionKinds.Seller, "sellers", "Parties", null);
        Map<Partner>(routes, DefinitionKinds.Partner, "partners", "Parties", "parent");
        Map<Customer>(routes, DefinitionKinds.Customer, "customers", "Parties", "partner");
        Map<Provider>(routes, DefinitionKinds.Provider, "providers", "Parties", "partner");
        Map<Calendar>(routes, DefinitionKinds.Calendar, "calendars", "Catalogue", null);
        Map<Meter>(routes, DefinitionKinds.Meter, "meters", "Catalogue", null);
        Map<Plan>(routes, DefinitionKinds.Plan, "plans", "Catalogue", null);
        Map<Product>(routes, DefinitionKinds.Product, "products", "Catalogue", null);
        Map<CustomerCatalogue>(routes, DefinitionKinds.CustomerCatalogue, "catalogues", "Catalogue", null);
        Map<Coupon>(routes, DefinitionKinds.Coupon, "coupons", "Catalogue", null);
        Map<Agreement>(routes, DefinitionKinds.Agreement, "agreements", "Catalogue", "calendar");
        Map<DunningPolicy>(routes, DefinitionKinds.DunningPolicy, "dunning_policies", "Dunning", null);
        Map<Subscription>(routes, DefinitionKinds.Subscription, "subscriptions", "Subscriptions", "customer");
        Map<Wallet>(routes, DefinitionKinds.Wallet, "wallets", "Wallets", "owner");
        return routes;
    }

    private static void Map<T>(IEndpointRouteBuilder routes, string kind, string path, string tag, string? parent) where T : class
    {
        var (article, name) = (kind == DefinitionKinds.Agreement ? "an" : "a", typeof(T).Name);
        var (words, plural) = (kind.Replace('_', ' '), name[^1] == 'y' ? name[..^1] + "ies" : name + "s");
        var handlers = new Handlers(kind, $"/v1/{path}/", parent);
        var answered = kind is DefinitionKinds.Partner or DefinitionKinds.Customer ? typeof(DefinedParty<T>) : typeof(Defined<T>);
        var listed = kind is DefinitionKinds.Partner or DefinitionKinds.Customer ? typeof(PageOf<DefinedParty<T>>) : typeof(PageOf<Defined<T>>);
        var group = routes.MapGroup($"/v1/{path}").WithTags(tag);
        group.MapPut("/{id}", handlers.Put).WithName("Put" + name).WithSummary($"Create or replace {article} {words}").RequireScope(Scopes.BillingWrite)
            .TakesJson<T>().Produces(StatusCodes.Status200OK, answered).Produces(StatusCodes.Status201Created, answered).Fails(404, 409);
        group.MapGet("/{id}", handlers.Get).WithName("Get" + name).WithSummary($"Read {article} {words}").RequireScope(Scopes.BillingRead)
            .Produces(StatusCodes.Status200OK, answered).Fails(404);
        var list = parent is null ? group.MapGet("/", handlers.List) : group.MapGet("/", handlers.ListOfParent);
        list.WithName("List" + plural).WithSummary($"List {path.Replace('_', ' ')}").RequireScope(Scopes.BillingRead)
            .Produces(StatusCodes.Status200OK, listed).Fails(400);
        if (parent is not null)
            list.WithMetadata(new QueryParameter(parent, $"Only those of this {parent}."));
    }

    /// <summary>The handlers of one kind.</summary>
    private sealed class Handlers(string kind, string location, string? parent)
    {
        public async Task<Results<DefinedAnswer, Problem>> Put(HttpContext context, string id, DefinitionWriter writer, DefinitionReader reader,
            PartyStateReader states)
        {
            if (!FieldChecks.IsId(id))
                return Problems.Invalid(FieldsOfId(id));
            var (body, problem) = await JsonBody.ReadText(context);
            if (body is null)
                return problem!;
            var (caller, cancel) = (context.Caller(), context.RequestAborted);
            if (await writer.Refusal(caller, kind, id, body, cancel) is { } refusal)
                return refusal;
            var result = await writer.Put(caller, kind, id, body, location + id, cancel);
            if (result.Answer is not { } answer)
                return result.Problem!;
            // What is written may hold more than the caller sees: the legs that follow from a product.
            var seen = caller.Party is null ? null : await reader.Get(caller, kind, id, cancel);
            return new DefinedAnswer((seen ?? answer.View) with { State = await states.Told(caller, kind, id, cancel) }, answer.Location);
        }

        public async Task<Results<DefinedAnswer, Problem>> Get(HttpContext context, string id, DefinitionReader reader, PartyStateReader states)
        {
            var (caller, cancel) = (context.Caller(), context.RequestAborted);
            if (!FieldChecks.IsId(id) || await reader.Get(caller, kind, id, cancel) is not { } view)
                return Problems.NotFound(kind, id);
            return new DefinedAnswer(view with { State = await states.Told(caller, kind, id, cancel) });
        }

        public Task<Results<DefinedList, Problem>> List(HttpContext context, [AsParameters] PageQuery query, DefinitionReader reader) =>
            ListOf(context, null, query, reader);

        public Task<Results<DefinedList, Problem>> ListOfParent(HttpContext context, [AsParameters] PageQuery query, DefinitionReader reader) =>
            ListOf(context, (string?)context.Request.Query[parent!], query, reader);

        private async Task<Results<DefinedList, Problem>> ListOf(HttpContext context, string? parentId, PageQuery query, DefinitionReader reader)
        {
            var (page, problem) = query.Read();
            if (page is null)
                return problem!;
            if (parentId is not null && !FieldChecks.IsId(parentId))
                return Problems.Invalid(parent!, "must be an id");
            return new DefinedList(await reader.List(context.Caller(), kind, parentId, page, context.RequestAborted));
        }
    }

    private static FieldErrors FieldsOfId(string id)
    {
        var errors = new FieldErrors();
        errors.Id("id", id);
        return errors;
    }
}
