// GET /v1/documents/{number}/children: which subscriptions a document covers, those without a line too.
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Requests;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;

namespace OrleansBilling.ClientApi.Documents;

/// <summary>A subscription that a document covers.</summary>
/// <param name="Subscription">Its id.</param>
/// <param name="Customer">Whose it is now.</param>
public sealed record DocumentChildView(string Subscription, string? Customer);

/// <summary>A document is issued when every subscription with a leg of its agreement has reported: these are they.</summary>
public static class DocumentChildren
{
    /// <summary>Maps it.</summary>
    public static IEndpointRouteBuilder MapDocumentChildren(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/documents/{number}/children", List).WithName("ListDocumentChildren").WithTags("Documents").RequireScope(Scopes.BillingRead)
            .WithSummary("List the subscriptions that a document covers, those without a line too").Produces<PageOf<DocumentChildView>>().Fails(400, 404);
        return routes;
    }

    private static async Task<Results<Ok<PageOf<DocumentChildView>>, Problem>> List(HttpContext context, string number, [AsParameters] PageQuery query,
        IDocumentStore documents, IDefinitionStore definitions)
    {
        var (page, problem) = query.Read();
        if (page is null)
            return problem!;
        var (caller, cancel) = (context.Caller(), context.RequestAborted);
        if (number.Contains('\0') || await documents.Get(number, cancel) is not { } header || !DocumentEndpoints.Sees(caller, header))
            return Problems.NotFound("document", number);
        // The account and what waited stand beside the subscriptions.
        var names = await page.Collect((after, limit) => documents.Children(header.Key, after, limit, cancel), child => child,
            child => new(!Identifiers.IsAccountLine(child) && Identifiers.SubscriptionOfLine(child) == child));
        var children = new List<DocumentChildView>(names.Data.Count);
        foreach (var name in names.Data)
            children.Add(new DocumentChildView(name, (await definitions.Get(DefinitionKinds.Subscription, name, cancel))?.Parent));
        return TypedResults.Ok(new PageOf<DocumentChildView>(children, names.NextCursor));
    }
}
