// Shared state lives in grains or channels; errors are handled where they are known, or not at all.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Code;

public sealed class StateAndErrorsTests
{
    static readonly string[] Changeable = ["List", "Dictionary", "HashSet", "Queue", "Stack", "SortedDictionary", "SortedSet", "PriorityQueue",
        "ConcurrentDictionary", "ConcurrentQueue", "ConcurrentBag", "StringBuilder", "MemoryCache"];

    [Fact]
    public void nothing_is_locked() => Rule.Holds("lock", CodeRule.Over(Locks, CodeRule.Product));

    [Theory]
    [InlineData("lock (gate) { }")]
    [InlineData("Monitor.Enter(gate);")]
    public void a_lock_is_caught(string code) => CodeRule.On(Locks, code).Count.ShouldBe(1);

    [Fact]
    public void nothing_that_changes_is_static() => Rule.Holds("static-state", CodeRule.Over(StaticState, CodeRule.Product));

    [Theory]
    [InlineData("static int count;")]
    [InlineData("[ThreadStatic] static byte[]? buffer;")]
    [InlineData("static readonly Dictionary<string, int> Known = [];")]
    [InlineData("static int Count { get; set; }")]
    public void static_state_is_caught(string member) => CodeRule.On(StaticState, $"class A {{ {member} }}").Count.ShouldBe(1);

    [Theory]
    [InlineData("const int Max = 1;")]
    [InlineData("static readonly FrozenDictionary<string, int> Known = Make();")]
    [InlineData("static int Count => 1;")]
    [InlineData("static A One { get; } = new();")]
    public void static_facts_are_not(string member) => CodeRule.On(StaticState, $"class A {{ {member} }}").ShouldBeEmpty();

    [Fact]
    public void no_error_is_swallowed() => Rule.Holds("catch", CodeRule.Over(Catches, [.. CodeRule.Product, "tests", "load-tests"]));

    [Theory]
    [InlineData("catch (IOException) { }")]
    [InlineData("catch { Log(); }")]
    [InlineData("catch (Exception) { Log(); }")]
    [InlineData("catch (System.Exception fault) { Log(fault); }")]
    public void a_swallowed_error_is_caught(string clause) => CodeRule.On(Catches, $"try {{ F(); }} {clause}").Count.ShouldBe(1);

    [Theory]
    [InlineData("catch (IOException) { return; }")]
    [InlineData("catch (Exception e) when (IsGone(e))\n{\n// Gone: nothing is left to be done.\n}")]
    [InlineData("catch (OperationCanceledException)\n{\n// Stopping: nobody waits for the answer.\n}")]
    [InlineData("catch (Exception fault) when (fault is IOException or TimeoutException) { Log(fault); }")]
    [InlineData("catch (Exception fault) { Log(fault); throw; }")]
    [InlineData("catch { Undo(); throw; }")]
    public void a_handled_error_is_not(string clause) => CodeRule.On(Catches, $"try {{ F(); }} {clause}").ShouldBeEmpty();

    static IEnumerable<Finding> Locks(SourceFile file) => file.Nodes<LockStatementSyntax>().Cast<SyntaxNode>().Concat(file.Uses("Monitor", "Enter", "TryEnter"))
        .Select(use => file.At(use, "a lock: shared state lives in a grain or a channel."));

    static IEnumerable<Finding> StaticState(SourceFile file)
    {
        foreach (var field in file.Nodes<FieldDeclarationSyntax>().Where(field => field.Modifiers.Any(SyntaxKind.StaticKeyword)))
        {
            var type = field.Declaration.Type is NullableTypeSyntax nullable ? nullable.ElementType : field.Declaration.Type;
            if (!field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword) || (type is SimpleNameSyntax name && Changeable.Contains(name.Identifier.Text)))
                yield return file.At(field,
                    $"'{field.Declaration.Variables[0].Identifier}' is static and can change: make it readonly and frozen, or give it an owner.");
        }
        foreach (var property in file.Nodes<PropertyDeclarationSyntax>().Where(IsStaticAndStored))
            yield return file.At(property, $"'{property.Identifier}' is static and can change: give it an owner.");
    }

    static bool IsStaticAndStored(PropertyDeclarationSyntax property) => property.Modifiers.Any(SyntaxKind.StaticKeyword)
        && property.AccessorList?.Accessors.Any(accessor =>
            accessor is { RawKind: (int)SyntaxKind.SetAccessorDeclaration, Body: null, ExpressionBody: null }) == true;

    static IEnumerable<Finding> Catches(SourceFile file)
    {
        foreach (var clause in file.Nodes<CatchClauseSyntax>())
        {
            var everything = clause.Filter is null && (clause.Declaration is null || clause.Declaration.Type.ToString() is "Exception" or "System.Exception");
            var throwsOn = clause.Block.Statements is [.., ThrowStatementSyntax];
            var explained = clause.Block.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia));
            if (clause.Block.Statements.Count == 0 && (everything || !explained))
                yield return file.At(clause, "an empty catch: say in it why nothing is to be done, for a named exception.");
            else if (everything && !throwsOn)
                yield return file.At(clause, "everything is caught: name the exceptions that are expected here.");
        }
    }
}
