// Nothing is left for later without anybody knowing; tests neither skip nor sleep; what is switched off says why.
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Code;

public sealed partial class UnfinishedTests
{
    [Fact]
    public void nothing_is_left_for_later() => Rule.Holds("unfinished", Sources.CSharp.SelectMany(Unfinished));

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("/* FIXME */")]
    [InlineData("/// <summary>A HACK.</summary>\nclass A;")]
    [InlineData("throw new NotImplementedException();")]
    public void work_left_for_later_is_caught(string code) => CodeRule.On(Unfinished, code).Count.ShouldBe(1);

    [Fact]
    public void a_list_of_such_words_is_not() => CodeRule.On(Unfinished, "string[] words = [\"TODO\"]; // Hackney").ShouldBeEmpty();

    [Fact]
    public void tests_neither_skip_nor_sleep() => Rule.Holds("test-waits", CodeRule.Over(SkipsAndSleeps, "tests"));

    [Theory]
    [InlineData("[Fact(Skip = \"slow\")] void a() { }")]
    [InlineData("[Theory(SkipUnless = nameof(HasDatabase))] void a() { }")]
    [InlineData("void a() { Assert.Skip(\"no database\"); }")]
    [InlineData("void a() { Thread.Sleep(5); }")]
    [InlineData("async Task a() { await Task.Delay(5); }")]
    public void a_skip_or_a_sleep_is_caught(string member) => CodeRule.On(SkipsAndSleeps, $"class A {{ {member} }}").Count.ShouldBe(1);

    [Fact]
    public void a_delay_on_a_clock_that_the_test_moves_is_not() =>
        CodeRule.On(SkipsAndSleeps, "class A { async Task a() { await Task.Delay(TimeSpan.FromMinutes(1), simulation.Clock); } }").ShouldBeEmpty();

    [Fact]
    public void what_is_switched_off_says_why() => Rule.Holds("suppression", Sources.Files.SelectMany(Suppressions));

    [Theory]
    [InlineData("#pragma warning disable CA1707\nclass A;", "grains/A.cs")]
    [InlineData("<Project>\n<NoWarn>$(NoWarn);CA1707</NoWarn>\n</Project>", "grains/A.csproj")]
    public void a_suppression_without_a_reason_is_caught(string text, string path) => Suppressions(new SourceFile(path, text)).Count().ShouldBe(1);

    [Theory]
    [InlineData("#pragma warning disable CA1707 // names are sentences", "grains/A.cs")]
    [InlineData("// Names are sentences.\n#pragma warning disable CA1707", "grains/A.cs")]
    [InlineData("<!-- Names are sentences. -->\n<NoWarn>$(NoWarn);CA1707</NoWarn>", "grains/A.csproj")]
    public void a_suppression_with_a_reason_is_not(string text, string path) => Suppressions(new SourceFile(path, text)).ShouldBeEmpty();

    static IEnumerable<Finding> Unfinished(SourceFile file) => file.Syntax.DescendantTrivia()
        .Where(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia && LeftForLater().IsMatch(trivia.ToFullString()))
        .Select(trivia => file.At(trivia.GetLocation(), "work left for later: do it, or put it where work is planned."))
        .Concat(file.Nodes<IdentifierNameSyntax>().Where(name => name.Identifier.Text == "NotImplementedException")
            .Select(name => file.At(name, "not implemented: build it or leave it out.")));

    static IEnumerable<Finding> SkipsAndSleeps(SourceFile file) => file.Nodes<AttributeArgumentSyntax>()
        .Where(argument => argument.NameEquals?.Name.Identifier.Text.StartsWith("Skip", StringComparison.Ordinal) == true)
        .Select(argument => file.At(argument, "a skipped test: nobody sees what it no longer shows."))
        .Concat(file.Uses("Assert", "Skip", "SkipWhen", "SkipUnless")
            .Select(use => file.At(use, "a skipped test: a missing prerequisite fails with the sentence that mends it.")))
        .Concat(file.Uses("Thread", "Sleep").Concat(file.Uses("Task", "Delay").Where(use => !NamesClock(use)))
            .Select(use => file.At(use, "a sleep: wait for the thing itself, or move a clock.")));

    // A delay on a clock that the test moves is no sleep.
    static bool NamesClock(MemberAccessExpressionSyntax delay) => delay.Parent is InvocationExpressionSyntax { ArgumentList.Arguments: [_, var second, ..] }
        && second.ToString().EndsWith("clock", StringComparison.OrdinalIgnoreCase);

    static IEnumerable<Finding> Suppressions(SourceFile file)
    {
        var lines = file.Lines;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            var before = i > 0 ? lines[i - 1].Trim() : "";
            var silent = file.IsCSharp
                ? line.StartsWith("#pragma warning disable", StringComparison.Ordinal) && !line.Contains("//", StringComparison.Ordinal)
                    && !before.StartsWith("//", StringComparison.Ordinal)
                : file.Path.EndsWith("proj", StringComparison.Ordinal) && line.StartsWith("<NoWarn>", StringComparison.Ordinal)
                    && !before.EndsWith("-->", StringComparison.Ordinal);
            if (silent) yield return file.At(i + 1, "a warning is switched off without a reason: say it here or in the line before.");
        }
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex LeftForLater();
}
