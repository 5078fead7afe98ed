// Checks grain classes: attributes in the wrong place, and calls that would leave the turn.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace OrleansBilling.Embedded.Generator;

[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GrainClassRules : DiagnosticAnalyzer
{
    static readonly string[] ForInterfaceMethods =
    [
        "Orleans.Concurrency.AlwaysInterleaveAttribute", "Orleans.Concurrency.ReadOnlyAttribute", "Orleans.Concurrency.OneWayAttribute",
        "Orleans.ResponseTimeoutAttribute",
    ];

    static readonly string[] NotForClasses = ["Orleans.AliasAttribute", "Orleans.GenerateSerializerAttribute"];

    // Task.Delay with a TimeProvider and StartNew without a scheduler of another stay in the turn.
    static readonly string[] Tasks = ["System.Threading.Tasks.Task", "System.Threading.Tasks.Task<TResult>"];

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [.. Rules.All];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(static symbol => CheckClass(symbol, (INamedTypeSymbol)symbol.Symbol), SymbolKind.NamedType);
        context.RegisterOperationAction(static operation => CheckCall(operation, (IInvocationOperation)operation.Operation), OperationKind.Invocation);
    }

    static void CheckClass(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        if (!GrainSymbols.IsGrainClass(type)) return;
        foreach (var name in NotForClasses)
            if (GrainSymbols.Attribute(type, name) is { } wrong) Report(context, Rules.NotOnGrain, type, wrong);
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
            foreach (var name in ForInterfaceMethods)
                if (GrainSymbols.Attribute(method, name) is { } wrong) Report(context, Rules.OnInterfaceOnly, method, wrong);
    }

    static void CheckCall(OperationAnalysisContext context, IInvocationOperation call)
    {
        if (!IsInGrain(context.ContainingSymbol)) return;
        if (LeavesTurn(call)) context.ReportDiagnostic(Diagnostic.Create(Rules.LeavesTurn, call.Syntax.GetLocation(), Named(call.TargetMethod)));
    }

    static bool LeavesTurn(IInvocationOperation call) => call.TargetMethod.Name switch
    {
        "ConfigureAwait" => call.Arguments.Any(argument => !KeepsContext(argument.Value)),
        "Run" => IsOfTask(call.TargetMethod),
        "Delay" => IsOfTask(call.TargetMethod) && !call.TargetMethod.Parameters.Any(parameter => parameter.Type.Name == "TimeProvider"),
        _ => false,
    };

    // ConfigureAwait(true), or options that name ContinueOnCapturedContext (the flag 1).
    static bool KeepsContext(IOperation value) => value.ConstantValue.Value switch
    {
        bool kept => kept,
        int options => (options & 1) != 0,
        _ => false,
    };

    static bool IsOfTask(IMethodSymbol method) => Tasks.Contains(method.ContainingType.OriginalDefinition.ToDisplayString());

    static string Named(IMethodSymbol method) => method.Name == "ConfigureAwait" ? "ConfigureAwait(false)" : $"Task.{method.Name}";

    // Also classes nested in a grain class: their code runs in its turns.
    static bool IsInGrain(ISymbol symbol)
    {
        for (var type = symbol as INamedTypeSymbol ?? symbol.ContainingType; type is not null; type = type.ContainingType)
            if (GrainSymbols.IsGrainClass(type)) return true;
        return false;
    }

    static void Report(SymbolAnalysisContext context, DiagnosticDescriptor rule, ISymbol symbol, AttributeData wrong)
        => context.ReportDiagnostic(Diagnostic.Create(rule, symbol.Locations[0], wrong.AttributeClass!.Name.Replace("Attribute", "")));
}
