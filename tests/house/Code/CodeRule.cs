// What the rules over C# share: a check over one file's syntax, so that comments and strings never count.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Code;

public static class CodeRule
{
    /// <summary>Everything that is not a test or a measurement.</summary>
    public static readonly string[] Product = ["billing", "grain-interfaces", "grains", "storage", "embedded", "silo", "client-api"];

    public static IEnumerable<T> Nodes<T>(this SourceFile file) where T : SyntaxNode => file.Syntax.DescendantNodes(descendIntoTrivia: false).OfType<T>();

    /// <summary>Uses of <c>Type.Member</c>, however the type is qualified.</summary>
    public static IEnumerable<MemberAccessExpressionSyntax> Uses(this SourceFile file, string type, params string[] members) =>
        file.Nodes<MemberAccessExpressionSyntax>().Where(use => members.Contains(use.Name.Identifier.Text) && LastName(use.Expression) == type);

    /// <summary>Runs a check over the files of the project in these folders.</summary>
    public static IEnumerable<Finding> Over(Func<SourceFile, IEnumerable<Finding>> check, params string[] folders) =>
        Sources.CSharp.Where(file => file.In(folders)).SelectMany(check);

    /// <summary>Runs a check over an example.</summary>
    public static IReadOnlyList<Finding> On(Func<SourceFile, IEnumerable<Finding>> check, string code, string path = "grains/Example.cs") =>
        [.. check(new SourceFile(path, code))];

    static string LastName(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.Text,
        GenericNameSyntax name => name.Identifier.Text,
        MemberAccessExpressionSyntax inner => inner.Name.Identifier.Text,
        _ => "",
    };
}
