// What the generated OpenAPI document says beyond what routes and records tell by themselves.
using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using OrleansBilling.ClientApi.Access;
using OrleansBilling.ClientApi.Errors;
using OrleansBilling.ClientApi.Idempotency;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.OpenApi;

/// <summary>The document <c>/openapi/v1.json</c>.</summary>
public static class ApiDescription
{
    /// <summary>Name of the document.</summary>
    public const string Name = "v1";

    private const string Bearer = "ApiKey";

    private static readonly ImmutableArray<(string Status, string Words)> EveryRoute =
    [
        ("401", "No key, a wrong one, or a revoked one"),
        ("403", "The key lacks the scope"),
        ("503", "Away, or the outcome is unknown: send it again"),
    ];

    /// <summary>Registers it.</summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services) =>
        services.AddSingleton<ApiDescriptionText>().AddOpenApi(Name, options =>
    {
        options.CreateSchemaReferenceId = SchemaText.NameOf;
        options.AddDocumentTransformer((document, _, _) => Describe(document));
        options.AddOperationTransformer((operation, context, _) => Describe(operation, context));
        options.AddSchemaTransformer((schema, context, _) => SchemaText.Describe(schema, context));
    });

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "OrleansBilling",
            Version = "v1",
            Description = "Billing for messaging platforms: usage in, live figures, one consolidated document per partner and period. Instants are "
                + "RFC 3339, amounts, quantities and rates are decimal strings. Lists take `limit` (at most 200) and `cursor`. A query parameter that a route does "
                + "not know is refused, as a member of a body is. Errors are problem details (RFC 9457) with a stable `code`.",
        };
        // Relative to wherever the server is reached, instead of the address of the first who asked.
        document.Servers = [];
        SchemaText.Combine(document);
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key: `Authorization: Bearer obk_live_…`.",
        };
        return Task.CompletedTask;
    }

    private static Task Describe(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in operation.Parameters ?? [])
            SchemaText.DescribeParameter(parameter);
        if (metadata.OfType<TakesIdempotencyKey>().Any())
            Add(operation, IdempotentCommands.Header, ParameterLocation.Header,
                "A repeat with the same key gets the first answer; the same key with another body is refused.");
        foreach (var parameter in metadata.OfType<QueryParameter>())
            Add(operation, parameter.Name, ParameterLocation.Query, parameter.Description);
        if (metadata.OfType<IAllowAnonymous>().Any())
            return Task.CompletedTask;
        if (metadata.OfType<AccessRule>().LastOrDefault() is { } rule)
        {
            var whose = rule.OperatorOnly ? ", with a key of the whole installation" : "";
            operation.Description = $"{operation.Description} Scope: `{ScopeNames.Write(rule.Scope)}`{whose}.".Trim();
        }

        operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        var problem = new OpenApiSchemaReference("Problem", context.Document);
        foreach (var (status, words) in EveryRoute)
        {
            operation.Responses ??= [];
            operation.Responses.TryAdd(status, new OpenApiResponse
            {
                Description = words,
                Content = new Dictionary<string, OpenApiMediaType> { [Problem.MediaType] = new() { Schema = problem } },
            });
        }

        return Task.CompletedTask;
    }

    private static void Add(OpenApiOperation operation, string name, ParameterLocation place, string description)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = place,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }
}
