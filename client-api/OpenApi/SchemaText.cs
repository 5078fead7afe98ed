// How the values of our JSON dialect look in a schema: the generator cannot see through our converters.
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.ReferenceData;

namespace OrleansBilling.ClientApi.OpenApi;

/// <summary>One line per type that travels as text.</summary>
internal static class SchemaText
{
    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo.Type;
        var value = Nullable.GetUnderlyingType(type) ?? type;
        if (value == typeof(decimal)) Text(schema, null, "0.0450", @"^-?\d+(\.\d+)?$");
        else if (value == typeof(Instant)) Text(schema, "date-time", "2025-05-01T00:00:00Z");
        else if (value == typeof(LocalDate)) Text(schema, "date", "2025-05-01");
        else if (value == typeof(Duration)) Text(schema, "duration", "PT36H");
        else if (value == typeof(EffectiveFrom)) Text(schema, null, "2025-01-01");
        else if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Defined<>) || type.GetGenericTypeDefinition() == typeof(DefinedVersion<>)))
            // The members of the definition, and these two.
            schema.AllOf = [new OpenApiSchemaReference(type.GetGenericArguments()[0].Name, context.Document)];
        return Task.CompletedTask;
    }

    public static void DescribeParameter(IOpenApiParameter parameter)
    {
        if (parameter is not OpenApiParameter { In: ParameterLocation.Query } query)
            return;
        switch (query.Name)
        {
            case "limit":
                query.Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = "200", Default = JsonValue.Create(ApiLimits.PageDefault) };
                query.Description = "Rows of the page at most.";
                break;
            case "cursor":
                query.Description = "`next_cursor` of the page before.";
                break;
            case "period":
                query.Description = "Label of a period, like `2025-05`.";
                break;
        }
    }

    private static void Text(OpenApiSchema schema, string? format, string example, string? pattern = null)
    {
        schema.Type = JsonSchemaType.String | (schema.Type & JsonSchemaType.Null ?? 0);
        schema.Format = format;
        schema.Pattern = pattern;
        schema.Examples = [JsonValue.Create(example)];
        schema.Properties = null;
    }
}
