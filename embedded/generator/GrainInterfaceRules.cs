// Checks grain interfaces: what can be called and how it must be named.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace OrleansBilling.Embedded.Generator;

[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GrainInterfaceRules : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [.. Rules.All];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(static symbol => Check(symbol, (INamedTypeSymbol)symbol.Symbol), SymbolKind.NamedType);
    }

    static void Check(SymbolAnalysisContext context, INamedTypeSymbol type)
    {
        if (!GrainSymbols.IsGrainInterface(type)) return;
        if (type.IsGenericType) Report(context, Rules.NoGenerics, type, type.Name);
        CheckAlias(context, type);
        foreach (var member in type.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary, IsStatic: false } method) CheckMethod(context, method);
            else if (member is IPropertySymbol or IEventSymbol) Report(context, Rules.OnlyMethods, member, member.Name);
        }
        var twice = type.GetMembers().OfType<IMethodSymbol>().Select(method => (method, alias: AliasOf(method)))
            .Where(pair => pair.alias is not null).GroupBy(pair => pair.alias).Where(group => group.Count() > 1);
        foreach (var group in twice) Report(context, Rules.AliasTwice, group.Last().method, group.Key!, type.Name);
    }

    static void CheckMethod(SymbolAnalysisContext context, IMethodSymbol method)
    {
        CheckAlias(context, method);
        var answer = GrainSymbols.AnswerOf(method);
        if (answer is null) Report(context, Rules.ReturnType, method, method.Name);
        else if (answer.Arity > 0 && GrainSymbols.Has(method, "Orleans.Concurrency.OneWayAttribute")) Report(context, Rules.OneWayAnswer, method, method.Name);
        if (method.IsGenericMethod) Report(context, Rules.NoGenerics, method, method.Name);
        if (method.Parameters.Count(GrainSymbols.IsToken) > 1) Report(context, Rules.OneToken, method, method.Name);
        foreach (var parameter in method.Parameters)
            if (parameter.RefKind != RefKind.None) Report(context, Rules.NoReferences, parameter, parameter.Name);
    }

    static void CheckAlias(SymbolAnalysisContext context, ISymbol symbol)
    {
        if (AliasOf(symbol) is null) Report(context, Rules.Alias, symbol, symbol.Name);
    }

    static string? AliasOf(ISymbol symbol)
        => GrainSymbols.Attribute(symbol, "Orleans.AliasAttribute")?.ConstructorArguments.FirstOrDefault().Value as string;

    static void Report(SymbolAnalysisContext context, DiagnosticDescriptor rule, ISymbol symbol, params object[] arguments)
        => context.ReportDiagnostic(Diagnostic.Create(rule, symbol.Locations[0], arguments));
}
