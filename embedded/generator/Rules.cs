// The rules of grain code, as errors: what Orleans' own analyzers would refuse in the other build, said in this one.
using Microsoft.CodeAnalysis;

namespace OrleansBilling.Embedded.Generator;

static class Rules
{
    internal static readonly DiagnosticDescriptor ReturnType = Rule(1, "'{0}' must return Task, Task<T>, ValueTask or ValueTask<T>");
    internal static readonly DiagnosticDescriptor OnlyMethods = Rule(2, "A grain interface has methods only; '{0}' is none");
    internal static readonly DiagnosticDescriptor NoGenerics = Rule(3, "'{0}' is generic; grain interfaces and their methods are not");
    internal static readonly DiagnosticDescriptor OneToken = Rule(4, "'{0}' takes more than one CancellationToken");
    internal static readonly DiagnosticDescriptor NoReferences = Rule(5, "Parameter '{0}' is ref, out or in; arguments are messages");
    internal static readonly DiagnosticDescriptor Alias = Rule(6, "'{0}' needs [Alias]: its name is part of what is sent and stored");
    internal static readonly DiagnosticDescriptor AliasTwice = Rule(7, "The alias '{0}' is given twice in '{1}'");
    internal static readonly DiagnosticDescriptor Id = Rule(8, "'{0}' needs [Id] (or [NonSerialized]): without one it is silently not sent");
    internal static readonly DiagnosticDescriptor IdTwice = Rule(9, "The id {0} is given twice in '{1}'");
    internal static readonly DiagnosticDescriptor OneWayAnswer = Rule(10, "'{0}' is [OneWay] and cannot return a value");
    internal static readonly DiagnosticDescriptor OnInterfaceOnly = Rule(11, "[{0}] works on the method of the grain interface, not on the class");
    internal static readonly DiagnosticDescriptor NotOnGrain = Rule(12, "[{0}] has no place on a grain class; [GrainType] names it");
    internal static readonly DiagnosticDescriptor LeavesTurn = Rule(13, "{0} leaves the turn: the code after it would run beside other calls of the grain");
    internal static readonly DiagnosticDescriptor Uncopied = Rule(14, "'{0}' is abstract or a property without a setter or field; it cannot carry [Id]");

    internal static DiagnosticDescriptor[] All =>
    [
        ReturnType, OnlyMethods, NoGenerics, OneToken, NoReferences, Alias, AliasTwice, Id, IdTwice, OneWayAnswer, OnInterfaceOnly, NotOnGrain,
        LeavesTurn, Uncopied,
    ];

    static DiagnosticDescriptor Rule(int number, string message)
        => new($"GRAIN{number:D3}", "Rule of grain code", message, "Grains", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
