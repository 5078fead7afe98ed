// What of the contract stands in attributes, read by name so that it is the same on both engines.
using System.Reflection;

namespace OrleansBilling.HouseTests.Contracts;

public static class Contract
{
    static readonly Type[] Plain = [typeof(string), typeof(decimal), typeof(Guid), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly)];

    public static bool Has(this MemberInfo member, string attribute) =>
        member.CustomAttributes.Any(found => found.AttributeType.Name == attribute + "Attribute");

    /// <summary>The attribute's first argument, or null.</summary>
    public static object? Argument(this MemberInfo member, string attribute) => member.CustomAttributes
        .FirstOrDefault(found => found.AttributeType.Name == attribute + "Attribute")?.ConstructorArguments.FirstOrDefault().Value;

    public static string? Alias(this MemberInfo member) => member.Argument("Alias") as string;

    public static bool IsGrainInterface(this Type type) =>
        type.IsInterface && type.GetInterfaces().Any(parent => parent.FullName == "Orleans.IGrainWithStringKey");

    public static IEnumerable<PropertyInfo> Members(this Type type) =>
        type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(property => property.SetMethod is not null);

    /// <summary>What a message may carry besides messages.</summary>
    public static bool IsPlain(this Type type) => type.IsPrimitive || Plain.Contains(type);

    /// <summary>What is inside arrays, memories, nullables, tasks and dictionaries; the type itself when it is none of them.</summary>
    public static IEnumerable<Type> Unwrapped(this Type type)
    {
        if (type.IsArray) return type.GetElementType()!.Unwrapped();
        if (!type.IsGenericType) return [type];
        var name = type.GetGenericTypeDefinition().Name;
        return name is "ReadOnlyMemory`1" or "Nullable`1" or "Task`1" or "ValueTask`1" or "Dictionary`2"
            ? type.GetGenericArguments().SelectMany(Unwrapped)
            : [type];
    }

    /// <summary>Every type that the methods of these interfaces carry, over all members.</summary>
    public static IReadOnlyCollection<Type> Messages(IEnumerable<Type> interfaces)
    {
        var found = new HashSet<Type>();
        var open = new Stack<Type>(interfaces.SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)));
        while (open.TryPop(out var next))
            foreach (var type in next.Unwrapped().Where(type => !type.IsPlain() && !Ignored.Contains(type.Name) && !type.IsGrainInterface() && found.Add(type)))
                foreach (var property in type.Members().Where(_ => type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true))
                    open.Push(property.PropertyType);
        return found;
    }

    static readonly string[] Ignored = [nameof(CancellationToken), nameof(Task), nameof(ValueTask), "Void"];
}
