// Makes a message of any type with something in every member, and says what stands in one.
using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace OrleansBilling.Cluster.Tests;

/// <summary>By the members that have an id: what is on the wire.</summary>
public static class MessageSamples
{
    const int DepthMax = 6;

    public static object Of(Type type, int depth = 0)
    {
        if (type.IsSubclassOf(typeof(Exception))) return Activator.CreateInstance(type, "what it says")!;
        var made = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var member in Members(type)) member.SetValue(made, Value(member.PropertyType, $"value {Id(member)}", Id(member) + 1, depth + 1));
        return made;
    }

    /// <summary>Members as <c>id=value</c>, separated by bars.</summary>
    public static string Describe(object message) => message is Exception fault
        ? $"message={fault.Message}"
        : string.Join('|', Members(message.GetType()).Select(member => $"{Id(member)}={Text(member.GetValue(message))}"));

    static object? Value(Type type, string text, int number, int depth)
    {
        if (depth > DepthMax) return null;
        if (Nullable.GetUnderlyingType(type) is { } inner) return Value(inner, text, number, depth);
        if (type == typeof(string)) return text;
        if (type == typeof(bool)) return true;
        if (type == typeof(decimal)) return number + 0.125m;
        if (type == typeof(byte[])) return new byte[] { 1, 2, (byte)number };
        if (type == typeof(ReadOnlyMemory<byte>)) return new ReadOnlyMemory<byte>([3, (byte)number]);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        if (type.IsPrimitive) return Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        if (type == typeof(UInt128)) return (UInt128)number << 70;
        if (type.IsArray) return OneOf(type.GetElementType()!, text, number, depth);
        return type.Assembly == typeof(GrainInterfaces.Usage.UsageBatch).Assembly
            ? Of(type, depth) : throw new InvalidOperationException($"No sample is known of {type}: teach it here.");
    }

    static Array OneOf(Type type, string text, int number, int depth)
    {
        var array = Array.CreateInstance(type, 1);
        array.SetValue(Value(type, text, number, depth + 1), 0);
        return array;
    }

    static string Text(object? value) => value switch
    {
        null => "none",
        string text => text,
        ReadOnlyMemory<byte> bytes => Convert.ToHexStringLower(bytes.Span),
        byte[] bytes => Convert.ToHexStringLower(bytes),
        Enum name => Convert.ToInt64(name, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join(',', list.Cast<object?>().Select(Text))}]",
        IFormattable number when value.GetType().Namespace == "System" => number.ToString(null, CultureInfo.InvariantCulture),
        bool yes => yes ? "yes" : "no",
        _ => $"({Describe(value).Replace('|', ';')})",
    };

    static IEnumerable<PropertyInfo> Members(Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(member => member.GetCustomAttribute<IdAttribute>() is not null).OrderBy(Id);

    static int Id(PropertyInfo member) => (int)member.GetCustomAttribute<IdAttribute>()!.Id;
}
