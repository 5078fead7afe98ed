// Checks what is sent and stored: every [GenerateSerializer] type has an alias, and every member of it an id of its own.
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace OrleansBilling.Embedded.Generator;

[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractRules : DiagnosticAnalyzer
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
        if (!GrainSymbols.Has(type, "Orleans.GenerateSerializerAttribute") || GrainSymbols.IsGrainClass(type)) return;
        if (!GrainSymbols.Has(type, "Orleans.AliasAttribute")) Report(context, Rules.Alias, type, type.Name);
        if (type.TypeKind == TypeKind.Enum) return;
        foreach (var member in type.GetMembers())
        {
            if (IsStored(type, member) && IdOf(member) is null) Report(context, Rules.Id, member, member.Name);
            if (member is IPropertySymbol { IsAbstract: true } && IdOf(member) is not null) Report(context, Rules.Uncopied, member, member.Name);
        }
        var twice = type.GetMembers().Select(member => (member, id: IdOf(member)))
            .Where(pair => pair.id is not null).GroupBy(pair => pair.id).Where(group => group.Count() > 1);
        foreach (var group in twice) Report(context, Rules.IdTwice, group.Last().member, group.Key!, type.Name);
    }

    // A written field or a property with a field of its own. A positional record's parameters have their position as id.
    static bool IsStored(INamedTypeSymbol type, ISymbol member)
    {
        if (member.IsStatic || member.IsAbstract || member.IsImplicitlyDeclared && member is not IPropertySymbol) return false;
        if (GrainSymbols.Has(member, "System.NonSerializedAttribute")) return false;
        return member switch
        {
            IFieldSymbol { IsConst: false, AssociatedSymbol: null } => true,
            IPropertySymbol property => HasField(type, property) && !IsPositional(type, property),
            _ => false,
        };
    }

    static bool HasField(INamedTypeSymbol type, IPropertySymbol property)
        => type.GetMembers().OfType<IFieldSymbol>().Any(field
            => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property) && !GrainSymbols.Has(field, "System.NonSerializedAttribute"));

    static bool IsPositional(INamedTypeSymbol type, IPropertySymbol property)
        => type.IsRecord && type.InstanceConstructors.Any(constructor => constructor.Parameters.Any(parameter
            => parameter.Name == property.Name && parameter.Locations[0] == property.Locations[0]));

    static object? IdOf(ISymbol member)
        => GrainSymbols.Attribute(member, "Orleans.IdAttribute")?.ConstructorArguments.FirstOrDefault().Value;

    static void Report(SymbolAnalysisContext context, DiagnosticDescriptor rule, ISymbol symbol, params object[] arguments)
        => context.ReportDiagnostic(Diagnostic.Create(rule, symbol.Locations[0], arguments));
}
