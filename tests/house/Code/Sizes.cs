// A function fits a screen, a file is read in one go, a line needs no scrolling.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Code;

public static class Sizes
{
    public const int FileLinesMax = 300;
    public const int FunctionLinesMax = 60;
    public const int LineColumnsMax = 160;
    /// <summary>Scenarios and tables of tests are read across, like a ledger page.</summary>
    public const int TestLineColumnsMax = 200;

    public static IEnumerable<Finding> Check(SourceFile file)
    {
        var lines = file.Lines;
        var count = lines[^1].Length == 0 ? lines.Length - 1 : lines.Length;
        if (count > FileLinesMax) yield return file.At(1, $"{count} lines; a file has at most {FileLinesMax}: one idea, one file.");
        var columnsMax = file.In("tests") ? TestLineColumnsMax : LineColumnsMax;
        for (var i = 0; i < lines.Length; i++)
            if (lines[i].Length > columnsMax && !IsTableRow(lines[i]) && !IsText(file, i, columnsMax))
                yield return file.At(i + 1, $"{lines[i].Length} columns; a line has at most {columnsMax}.");
        foreach (var function in file.Syntax.DescendantNodes().Where(IsFunction).Where(function => LinesOf(function) > FunctionLinesMax))
            yield return file.At(function.GetLastToken(),
                $"a function of {LinesOf(function)} lines ends here; at most {FunctionLinesMax}, or it does not fit a screen.");
    }

    // Data and messages are written as they are read: a string that crosses the limit is left whole.
    static bool IsText(SourceFile file, int line, int columnsMax)
    {
        var column = file.Syntax.SyntaxTree.GetText().Lines[line].Start + columnsMax;
        return file.Syntax.FindToken(column).Parent?.AncestorsAndSelf()
            .Any(node => node is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression }) == true;
    }

    // A test's table is read down its columns.
    static bool IsTableRow(string line) => line.TrimStart().StartsWith("[InlineData(", StringComparison.Ordinal);

    public static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    static bool IsFunction(SyntaxNode node) => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax;
}

public sealed class SizeTests
{
    [Fact]
    public void files_functions_and_lines_stay_small() => Rule.Holds("size", Sources.CSharp.SelectMany(Sizes.Check));

    [Fact]
    public void a_long_file_is_caught()
    {
        CodeRule.On(Sizes.Check, new string('\n', 301)).ShouldHaveSingleItem().What.ShouldContain("301 lines");
        CodeRule.On(Sizes.Check, new string('\n', 300)).ShouldBeEmpty();
    }

    [Fact]
    public void a_long_function_is_caught()
    {
        CodeRule.On(Sizes.Check, $"class A {{ void F()\n{{{new string('\n', 59)}}} }}").ShouldHaveSingleItem().What.ShouldContain("61 lines");
        CodeRule.On(Sizes.Check, $"class A {{ void F()\n{{{new string('\n', 58)}}} }}").ShouldBeEmpty();
    }

    [Fact]
    public void a_long_line_is_caught()
    {
        CodeRule.On(Sizes.Check, "//" + new string('x', 159)).ShouldHaveSingleItem().What.ShouldContain("161 columns");
        CodeRule.On(Sizes.Check, "//" + new string('x', 158)).ShouldBeEmpty();
        CodeRule.On(Sizes.Check, $"var text = \"{new string('x', 160)}\";").ShouldBeEmpty();
        CodeRule.On(Sizes.Check, $"var text = \"\"; // {new string('x', 160)}").Count.ShouldBe(1);
        CodeRule.On(Sizes.Check, "//" + new string('x', 198), "tests/billing/A.cs").ShouldBeEmpty();
        CodeRule.On(Sizes.Check, "//" + new string('x', 199), "tests/billing/A.cs").Count.ShouldBe(1);
        CodeRule.On(Sizes.Check, $"[InlineData(\"{new string('x', 160)}\")]").ShouldBeEmpty();
    }
}
