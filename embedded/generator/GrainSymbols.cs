// What generator and rules both need to know about grain interfaces, grain classes and their attributes.
using Microsoft.CodeAnalysis;

namespace OrleansBilling.Embedded.Generator;

static class GrainSymbols
{
    internal const string CancellationToken = "System.Threading.CancellationToken";

    internal static bool IsGrainInterface(ITypeSymbol type)
        => type.TypeKind == TypeKind.Interface
            && type.ContainingNamespace?.ToDisplayString() is not ("Orleans" or "Orleans.Runtime")
            && type.AllInterfaces.Any(other => other.ToDisplayString() == "Orleans.IGrain");

    internal static bool IsGrainClass(ITypeSymbol? type)
    {
        for (var level = type?.BaseType; level is not null; level = level.BaseType)
            if (level.ToDisplayString() == "Orleans.Grain") return true;
        return false;
    }

    // Its own methods and those of the grain interfaces it derives from.
    internal static IEnumerable<IMethodSymbol> MethodsOf(INamedTypeSymbol type)
        => new[] { type }.Concat(type.AllInterfaces).SelectMany(level => level.GetMembers().OfType<IMethodSymbol>())
            .Where(method => method.MethodKind == MethodKind.Ordinary && !method.IsStatic);

    // False for whatever a rule refuses: no proxy is written then, and the rule's own message is the one to read.
    internal static bool CanBeImplemented(INamedTypeSymbol type)
        => !type.IsGenericType && MethodsOf(type).All(CanBeCalled)
            && !new[] { type }.Concat(type.AllInterfaces).Any(level => level.GetMembers().Any(member => member is IPropertySymbol or IEventSymbol));

    static bool CanBeCalled(IMethodSymbol method)
        => !method.IsGenericMethod && AnswerOf(method) is { } answer
            && !(answer.Arity > 0 && Has(method, "Orleans.Concurrency.OneWayAttribute"))
            && method.Parameters.All(parameter => parameter.RefKind == RefKind.None)
            && method.Parameters.Count(IsToken) <= 1;

    internal static bool IsToken(IParameterSymbol parameter) => parameter.Type.ToDisplayString() == CancellationToken;

    // Task, Task<T>, ValueTask or ValueTask<T>: the return type when it is one of them.
    internal static INamedTypeSymbol? AnswerOf(IMethodSymbol method)
        => method.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask", Arity: 0 or 1 } type
            && type.ContainingNamespace.ToDisplayString() == "System.Threading.Tasks" ? type : null;

    internal static AttributeData? Attribute(ISymbol symbol, string fullName)
        => symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == fullName);

    internal static bool Has(ISymbol symbol, string fullName) => Attribute(symbol, fullName) is not null;
}
