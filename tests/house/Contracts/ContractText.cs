// The contract as text, for contracts.approved.txt.
using System.Reflection;
using System.Text;

namespace OrleansBilling.HouseTests.Contracts;

public static class ContractText
{
    static readonly string[] Steering = ["AlwaysInterleave", "ReadOnly", "OneWay", "ResponseTimeout"];

    public static string Write(IEnumerable<Type> interfaces, IEnumerable<Type> messages, IEnumerable<Type> grains)
    {
        var text = new StringBuilder("""
            # Aliases, ids and types that are on the wire or in stored data. Held by tests/house; regenerate: APPROVE=1 ./test house
            # A line may be added. A line that goes or changes breaks a rolling upgrade or what is stored: never renumber, never use an id again.

            """.ReplaceLineEndings("\n"));
        foreach (var type in interfaces.OrderBy(type => type.Alias() ?? type.Name, StringComparer.Ordinal))
        {
            var name = $"interface {Name(type)}";
            text.Append($"\n{name}{string.Concat(type.GetInterfaces().Where(parent => parent.IsGrainInterface()).Select(parent => " : " + Name(parent)))}\n");
            foreach (var method in type.GetMethods().OrderBy(method => method.Alias() ?? method.Name, StringComparer.Ordinal))
                text.Append($"{name} {Signature(method)}\n");
        }
        foreach (var type in messages)
        {
            var name = $"{(type.IsEnum ? "enum" : "message")} {Name(type)}";
            text.Append($"\n{name}\n");
            foreach (var property in type.Members().OrderBy(property => property.Argument("Id")).ThenBy(property => property.Name, StringComparer.Ordinal))
                text.Append($"{name} {property.Argument("Id") ?? "?"} {property.Name} {Name(property.PropertyType)}\n");
            if (type.IsEnum)
                foreach (var word in Enum.GetNames(type)) text.Append($"{name} {Convert.ToInt64(Enum.Parse(type, word), null)} {word}\n");
        }
        text.Append('\n');
        foreach (var type in grains.OrderBy(type => type.Argument("GrainType") as string ?? type.Name, StringComparer.Ordinal))
            text.Append($"grain {type.Argument("GrainType") ?? "?"} {type.Name}\n");
        return text.ToString();
    }

    static string Signature(MethodInfo method)
    {
        var parameters = string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
        var steering = string.Concat(Steering.Where(method.Has).Select(word => $" [{word}]"));
        return $"{method.Alias() ?? method.Name}({parameters}) {Name(method.ReturnType)}{steering}";
    }

    static string Name(Type type) => type switch
    {
        { IsArray: true } => Name(type.GetElementType()!) + "[]",
        { IsGenericType: true } =>
            $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>",
        _ => type.Alias() ?? type.Name,
    };
}
