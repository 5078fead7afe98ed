// Query parameters that a route does not know are refused by name: a misspelt filter would otherwise list everything.
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using OrleansBilling.Billing.Json;
using OrleansBilling.ClientApi.Errors;

namespace OrleansBilling.ClientApi.Requests;

/// <summary>Metadata of a route: a query parameter that its handler reads itself. Those that it takes as arguments are known without.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Description">What it does, for the API's description.</param>
public sealed record QueryParameter(string Name, string Description);

/// <summary>Knows the parameters of every route that the API's description has; gathered when the first request with a query comes.</summary>
public sealed class KnownQuery(IApiDescriptionGroupCollectionProvider descriptions)
{
    private readonly Lazy<FrozenDictionary<(string Method, string Path), FrozenSet<string>>> known = new(() => Gather(descriptions));

    /// <summary>The middleware; runs behind the one that knows the caller, so that strangers learn nothing from it.</summary>
    public Task Check(HttpContext context, RequestDelegate next) =>
        context.Request.QueryString.HasValue && Refusal(context) is { } problem ? problem.ExecuteAsync(context) : next(context);

    private Problem? Refusal(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } path }
            || !known.Value.TryGetValue((context.Request.Method, path.TrimStart('/')), out var names))
            return null;
        var errors = new FieldErrors();
        foreach (var name in context.Request.Query.Keys.Where(name => !names.Contains(name)))
            errors.Add(name, names.Count == 0 ? "is no parameter: there are none here" : $"is no parameter here: there are {string.Join(", ", names.Order(StringComparer.Ordinal))}");
        return errors.IsEmpty ? null : Problems.Invalid(errors);
    }

    private static FrozenDictionary<(string Method, string Path), FrozenSet<string>> Gather(IApiDescriptionGroupCollectionProvider descriptions) =>
        descriptions.ApiDescriptionGroups.Items.SelectMany(group => group.Items)
            .ToFrozenDictionary(route => (route.HttpMethod!, route.RelativePath!), route => NamesOf(route).ToFrozenSet(StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> NamesOf(ApiDescription route) =>
        route.ParameterDescriptions.Where(parameter => parameter.Source == BindingSource.Query).Select(parameter => parameter.Name)
            .Concat(route.ActionDescriptor.EndpointMetadata.OfType<QueryParameter>().Select(parameter => parameter.Name));
}
