// The one JSON dialect of the product: snake case, decimals as strings, ISO 8601 times, unknown members refused.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansBilling.Billing.Json;

/// <summary>The serializer options that every definition, message body and document is read and written with.</summary>
public static class BillingJson
{
    /// <summary>Deeper bodies are refused; no definition needs more than 5.</summary>
    public const int DepthMax = 16;

    /// <summary>Read-only and shared.</summary>
    public static JsonSerializerOptions Options { get; } = Build();

    private static JsonSerializerOptions Build()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowOutOfOrderMetadataProperties = true,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.Strict,
            MaxDepth = DepthMax,
            // Names of people and places stay readable; the API never answers HTML.
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.Converters.Add(new DecimalAsString());
        options.Converters.Add(new InstantAsRfc3339());
        options.Converters.Add(new LocalDateAsIso());
        options.Converters.Add(new DurationAsIso());
        options.Converters.Add(new EffectiveFromAsText());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
