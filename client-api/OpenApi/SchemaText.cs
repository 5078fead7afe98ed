// How the values of our JSON dialect look in a schema: the generator cannot see through our converters.
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.ClientApi.ReferenceData;
using OrleansBilling.ClientApi.Requests;

namespace OrleansBilling.ClientApi.OpenApi;

/// <summary>One line per type that travels as text.</summary>
internal static class SchemaText
{
    private const string Stored = "Stored";

    public static Task Describe(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo.Type;
        var value = Nullable.GetUnderlyingType(type) ?? type;
        if (value == typeof(decimal)) Text(schema, null, "0.0450", @"^-?\d+(\.\d+)?$");
        else if (value == typeof(Instant)) Text(schema, "date-time", "2025-05-01T00:00:00Z");
        else if (value == typeof(LocalDate)) Text(schema, "date", "2025-05-01");
        else if (value == typeof(Duration)) Text(schema, "duration", "PT36H");
        else if (value == typeof(EffectiveFrom)) Text(schema, null, "2025-01-01");
        // Answers may get new members; only what is sent in is closed.
        else if (IsOurs(type) && !type.Name.EndsWith("Request", StringComparison.Ordinal))
            schema.AdditionalPropertiesAllowed = true;
        return Task.CompletedTask;
    }

    /// <summary>Names as a reader knows them: without the words by which the code tells shapes from facts.</summary>
    public static string? NameOf(JsonTypeInfo info)
    {
        var standard = OpenApiOptions.CreateDefaultSchemaReferenceId(info);
        return standard is null || !IsOurs(info.Type) ? standard : NameOf(info.Type);
    }

    /// <summary>An answered definition has the members of what was put, and two more (<see cref="Defined{T}"/>).</summary>
    public static void Combine(OpenApiDocument document)
    {
        var schemas = document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>();
        foreach (var (name, schema) in schemas)
        {
            if (!name.StartsWith(Stored, StringComparison.Ordinal) || schema is not OpenApiSchema stored
                || !schemas.TryGetValue(name[Stored.Length..], out var put))
                continue;
            foreach (var (member, of) in put.Properties ?? new Dictionary<string, IOpenApiSchema>()) stored.Properties!.TryAdd(member, of);
            stored.Required!.UnionWith(put.Required ?? new HashSet<string>());
        }
    }

    public static void DescribeParameter(IOpenApiParameter parameter)
    {
        if (parameter is not OpenApiParameter { In: ParameterLocation.Query } query)
            return;
        switch (query.Name)
        {
            case "limit":
                query.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = Limits.PageMax.ToString(CultureInfo.InvariantCulture),
                    Default = JsonValue.Create(Limits.PageDefault),
                };
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

    private static bool IsOurs(Type type) => type.Namespace?.StartsWith("OrleansBilling.ClientApi", StringComparison.Ordinal) == true;

    private static string NameOf(Type type)
    {
        if (type.IsGenericType)
        {
            var inner = NameOf(type.GetGenericArguments()[0]);
            return type.GetGenericTypeDefinition() == typeof(PageOf<>) ? inner + "Page" : Stored + inner;
        }

        var ending = new[] { "Shape", "View" }.FirstOrDefault(word => type.Name.EndsWith(word, StringComparison.Ordinal)) ?? "";
        return type.Name[..^ending.Length];
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
