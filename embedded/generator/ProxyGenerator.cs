// Writes for every grain interface of a project the reference callers hold, one call class per method, and the attribute the engine finds them by.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace OrleansBilling.Embedded.Generator;

[Generator]
public sealed class ProxyGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var sources = context.SyntaxProvider.CreateSyntaxProvider(
            static (node, _) => node is InterfaceDeclarationSyntax,
            static (found, token) => Describe(found, token));
        context.RegisterSourceOutput(sources.Where(static source => source is not null), static (output, source) =>
            output.AddSource(source!.FileName, source.Text));
    }

    // Text compares by value, so nothing downstream runs again unless the proxy itself changes.
    static ProxySource? Describe(GeneratorSyntaxContext found, CancellationToken token)
    {
        if (found.SemanticModel.GetDeclaredSymbol(found.Node, token) is not INamedTypeSymbol type || !GrainSymbols.IsGrainInterface(type)) return null;
        // A partial interface is declared in several places and written once.
        if (type.DeclaringSyntaxReferences[0].GetSyntax(token) != found.Node) return null;
        if (!GrainSymbols.CanBeImplemented(type)) return null;
        return new ProxySource(ProxyWriter.NameOf(type) + ".g.cs", ProxyWriter.Write(type));
    }

    sealed class ProxySource(string fileName, string text) : IEquatable<ProxySource>
    {
        internal string FileName { get; } = fileName;

        internal string Text { get; } = text;

        public bool Equals(ProxySource? other) => other is not null && FileName == other.FileName && Text == other.Text;

        public override bool Equals(object? other) => Equals(other as ProxySource);

        public override int GetHashCode() => Text.GetHashCode();
    }
}
