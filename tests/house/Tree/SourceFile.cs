// One text file of the project as the rules see it: where it stands, what it says, and for C# its syntax.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace OrleansBilling.HouseTests.Tree;

/// <summary>Made from a file, or from a string by a rule's control.</summary>
public sealed class SourceFile(string path, string text)
{
    readonly Lazy<SyntaxTree> tree = new(() => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)));

    /// <summary>From the project's root, with slashes.</summary>
    public string Path => path;

    public string Text => text;
    public bool IsCSharp => path.EndsWith(".cs", StringComparison.Ordinal);
    public SyntaxNode Syntax => tree.Value.GetRoot();
    public IEnumerable<Diagnostic> ParseErrors => tree.Value.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error);
    public string[] Lines => text.Split('\n');

    /// <summary>Whether it stands in one of these folders.</summary>
    public bool In(params ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
            if (path.StartsWith(folder + "/", StringComparison.Ordinal)) return true;
        return false;
    }

    public Finding At(SyntaxNodeOrToken place, string what) => At(place.GetLocation()!, what);
    public Finding At(Location place, string what) => new(path, place.GetLineSpan().StartLinePosition.Line + 1, what);
    public Finding At(int line, string what) => new(path, line, what);
}

/// <summary>Where a rule is broken, and how to mend it.</summary>
public sealed record Finding(string Path, int Line, string What)
{
    public override string ToString() => $"{Path}:{Line}: {What}";
}
