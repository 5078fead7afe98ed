// Ids and aliases are part of the wire and of what is stored: every contract type and method carries its own.
using System.Reflection;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Contracts;

public static class ContractRules
{
    const int MethodsMax = 7;

    public static IEnumerable<Finding> Message(Type type)
    {
        if (!type.Has("GenerateSerializer")) yield return At(type, "needs [GenerateSerializer]: messages are contract types and plain values only.");
        if (type.Alias()?.StartsWith("ob.", StringComparison.Ordinal) != true) yield return At(type, "needs [Alias(\"ob.…\")].");
        if (type is { IsClass: true, IsSealed: false, IsAbstract: false }) yield return At(type, "is not sealed.");
        if (type.IsEnum) yield break;
        foreach (var property in type.Members().Where(property => !property.Has("Id")))
            yield return At(type, $"member {property.Name} needs [Id(n)].");
        foreach (var id in Twice(type.Members().Select(property => property.Argument("Id"))))
            yield return At(type, $"gives id {id} twice.");
    }

    public static IEnumerable<Finding> Interface(Type type)
    {
        if (type.Alias()?.StartsWith("ob.", StringComparison.Ordinal) != true) yield return At(type, "needs [Alias(\"ob.…\")].");
        var methods = type.GetMethods();
        if (methods.Length > MethodsMax) yield return At(type, $"has {methods.Length} methods, at most {MethodsMax}: speak in whole operations.");
        foreach (var method in methods)
        {
            if (method.Alias() is null) yield return At(type, $"method {method.Name} needs [Alias].");
            if (method.GetParameters() is not [.., { ParameterType.Name: nameof(CancellationToken) }])
                yield return At(type, $"method {method.Name} needs a CancellationToken last.");
            if (method.ReturnType.Name is not (nameof(Task) or nameof(ValueTask) or "Task`1" or "ValueTask`1"))
                yield return At(type, $"method {method.Name} must return a task.");
        }
        foreach (var alias in Twice(methods.Select(method => method.Alias())))
            yield return At(type, $"gives the alias {alias} twice.");
    }

    public static IEnumerable<Finding> GrainClass(Type type)
    {
        if (type.Argument("GrainType") is not string) yield return At(type, "needs [GrainType]: it is part of stored identity.");
    }

    public static IEnumerable<Finding> Unique(IEnumerable<Type> types) => types.Where(type => type.Alias() is not null).GroupBy(type => type.Alias())
        .Where(same => same.Count() > 1).Select(same => At(same.Last(), $"has the alias {same.Key} of another type."));

    static IEnumerable<object> Twice(IEnumerable<object?> values) =>
        values.OfType<object>().GroupBy(value => value).Where(same => same.Count() > 1).Select(same => same.Key);

    static Finding At(MemberInfo type, string what) => new(type.Name, 1, $"{type.Name} {what}");
}
