// Reads a definition or a request from JSON, and names every fault of its shape at once.
using System.Text;
using System.Text.Json;

namespace OrleansBilling.Billing.Json;

/// <summary>Reading and writing of definitions. Expected faults are values; nothing here throws for what a caller may send.</summary>
public static class Definitions
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = BillingJson.DepthMax };

    /// <summary>Reads text.</summary>
    public static Parsed<T> Read<T>(string json) where T : class => Read<T>(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads UTF-8.</summary>
    public static Parsed<T> Read<T>(ReadOnlyMemory<byte> json) where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read<T>(document.RootElement);
        }
        catch (JsonException fault)
        {
            return Parsed<T>.Bad(FieldErrors.Of(FieldErrors.WholeBody,
                $"is not JSON (line {(fault.LineNumber ?? 0) + 1}, byte {fault.BytePositionInLine ?? 0})"));
        }
    }

    /// <summary>Reads an element of a larger document.</summary>
    public static Parsed<T> Read<T>(JsonElement element) where T : class
    {
        var errors = new FieldErrors();
        try
        {
            // Shape first: the serializer alone stops at the first fault, and accepts null inside arrays.
            ShapeCheck.Check(element, BillingJson.Options.GetTypeInfo(typeof(T)), "", errors);
            if (!errors.IsEmpty) return Parsed<T>.Bad(errors);
            return Parsed<T>.Good(element.Deserialize<T>(BillingJson.Options)!);
        }
        catch (JsonException fault)
        {
            errors.Add(ShapeCheck.FieldOf(fault.Path), fault.Message);
        }
        catch (InvalidOperationException)
        {
            // JsonElement decodes strings when they are asked for, and answers broken UTF-8 and lone surrogates this way.
            errors.Add(FieldErrors.WholeBody, "contains text that is not valid Unicode");
        }
        return Parsed<T>.Bad(errors);
    }

    /// <summary>As stored and as answered.</summary>
    public static string Write<T>(T definition) => JsonSerializer.Serialize(definition, BillingJson.Options);

    /// <summary>Reads back what <see cref="Write{T}"/> wrote; throws when the store holds anything else.</summary>
    public static T Stored<T>(string body) where T : class =>
        JsonSerializer.Deserialize<T>(body, BillingJson.Options) ?? throw new InvalidDataException($"A stored {typeof(T).Name} is null.");

}
