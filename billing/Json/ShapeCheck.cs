// Walks JSON beside the type it is meant for and names each unknown, missing, doubled or ill-typed member by its path.
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansBilling.Billing.Json;

/// <summary>The serializer knows the shapes; this only asks it, so a new record needs nothing here.</summary>
internal static class ShapeCheck
{
    public static void Check(JsonElement element, JsonTypeInfo type, string path, FieldErrors errors)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object: CheckObject(element, type, path, errors); break;
            case JsonTypeInfoKind.Enumerable: CheckArray(element, type, path, errors); break;
            case JsonTypeInfoKind.Dictionary: CheckDictionary(element, type, path, errors); break;
            default: CheckLeaf(element, type, path, errors); break;
        }
    }

    /// <summary><c>$.legs[0].plan</c> → <c>legs[0].plan</c>.</summary>
    public static string FieldOf(string? jsonPath)
    {
        var field = (jsonPath ?? "").TrimStart('$').TrimStart('.');
        return field.Length == 0 ? FieldErrors.WholeBody : field;
    }

    private static void CheckObject(JsonElement element, JsonTypeInfo declared, string path, FieldErrors errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(FieldOf(path), "must be an object");
            return;
        }
        if (!TryResolve(element, declared, path, errors, out var type)) return;
        var discriminator = declared.PolymorphismOptions?.TypeDiscriminatorPropertyName;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var field = Join(path, member.Name);
            if (!seen.Add(member.Name)) errors.Add(field, "is given twice");
            else if (member.Name == discriminator) continue;
            else if (type.Properties.FirstOrDefault(property => property.Name == member.Name && IsWritable(property)) is not { } property)
                errors.Add(field, "is not known here");
            else if (member.Value.ValueKind != JsonValueKind.Null)
                Check(member.Value, type.Options.GetTypeInfo(property.PropertyType), field, errors);
            else if (!AcceptsNull(property)) errors.Add(field, "must not be null");
        }
        foreach (var property in type.Properties)
            if (property.IsRequired && !seen.Contains(property.Name)) errors.Add(Join(path, property.Name), "is required");
    }

    private static bool TryResolve(JsonElement element, JsonTypeInfo declared, string path, FieldErrors errors, out JsonTypeInfo type)
    {
        type = declared;
        if (declared.PolymorphismOptions is not { } polymorphism) return true;
        var field = Join(path, polymorphism.TypeDiscriminatorPropertyName);
        var names = string.Join(", ", polymorphism.DerivedTypes.Select(derived => derived.TypeDiscriminator));
        if (!element.TryGetProperty(polymorphism.TypeDiscriminatorPropertyName, out var given))
        {
            errors.Add(field, $"is required: one of {names}");
            return false;
        }
        var name = given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        var found = polymorphism.DerivedTypes.FirstOrDefault(derived => Equals(derived.TypeDiscriminator, name));
        if (found.DerivedType is null)
        {
            errors.Add(field, $"must be one of {names}");
            return false;
        }
        type = declared.Options.GetTypeInfo(found.DerivedType);
        return true;
    }

    private static void CheckArray(JsonElement element, JsonTypeInfo type, string path, FieldErrors errors)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            errors.Add(FieldOf(path), "must be an array");
            return;
        }
        var item = type.Options.GetTypeInfo(type.ElementType!);
        var index = 0;
        foreach (var value in element.EnumerateArray())
        {
            var field = $"{path}[{index++}]";
            if (value.ValueKind == JsonValueKind.Null) errors.Add(field, "must not be null");
            else Check(value, item, field, errors);
        }
    }

    private static void CheckDictionary(JsonElement element, JsonTypeInfo type, string path, FieldErrors errors)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            errors.Add(FieldOf(path), "must be an object");
            return;
        }
        var item = type.Options.GetTypeInfo(type.ElementType!);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in element.EnumerateObject())
        {
            var field = Join(path, member.Name);
            if (member.Name.Contains('\0')) errors.Add(path, "must not contain U+0000");
            else if (!seen.Add(member.Name)) errors.Add(field, "is given twice");
            else if (member.Value.ValueKind == JsonValueKind.Null) errors.Add(field, "must not be null");
            else Check(member.Value, item, field, errors);
        }
    }

    private static void CheckLeaf(JsonElement element, JsonTypeInfo type, string path, FieldErrors errors)
    {
        try
        {
            // PostgreSQL text cannot hold U+0000, so it is refused at the door.
            if (element.Deserialize(type) is string text && text.Contains('\0')) errors.Add(FieldOf(path), "must not contain U+0000");
        }
        catch (JsonException fault)
        {
            errors.Add(FieldOf(path), Expectation(Nullable.GetUnderlyingType(type.Type) ?? type.Type) ?? fault.Message);
        }
    }

    private static string? Expectation(Type type) => type switch
    {
        _ when type == typeof(string) => "must be a string",
        _ when type == typeof(bool) => "must be true or false",
        _ when type == typeof(int) || type == typeof(long) => "must be a whole number",
        { IsEnum: true } => "must be one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)),
        _ => null,
    };

    private static bool IsWritable(JsonPropertyInfo property) => property.Set is not null || property.AssociatedParameter is not null;

    private static bool AcceptsNull(JsonPropertyInfo property) =>
        property.PropertyType.IsValueType ? Nullable.GetUnderlyingType(property.PropertyType) is not null : property.IsSetNullable;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
