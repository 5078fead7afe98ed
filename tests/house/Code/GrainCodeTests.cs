// Grain code is ordinary Orleans code for both engines: no switches, and nothing that leaves the turn.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Code;

public sealed class GrainCodeTests
{
    [Fact]
    public void code_above_the_engine_has_no_switches() =>
        Rule.Holds("engine-switch", CodeRule.Over(Switches, "grains", "grain-interfaces", "billing", "client-api"));

    [Fact]
    public void a_switch_is_caught() => CodeRule.On(Switches, "#if ORLEANS\nclass A;\n#endif").Count.ShouldBe(1);

    [Fact]
    public void grains_never_leave_their_turn() => Rule.Holds("leaves-turn", CodeRule.Over(LeavesTurn, "grains"));

    [Theory]
    [InlineData("await Task.Run(() => 1);")]
    [InlineData("await System.Threading.Tasks.Task.Delay(5);")]
    [InlineData("await Task.Factory.StartNew(() => 1);")]
    [InlineData("await F().ConfigureAwait(false);")]
    [InlineData("await F().ConfigureAwait(continueOnCapturedContext: false);")]
    public void leaving_the_turn_is_caught(string code) => CodeRule.On(LeavesTurn, code).Count.ShouldBe(1);

    [Theory]
    [InlineData("await F().ConfigureAwait(true);")]
    [InlineData("var text = \"Task.Run(\"; // Task.Delay(5)")]
    public void staying_in_it_is_not(string code) => CodeRule.On(LeavesTurn, code).ShouldBeEmpty();

    [Fact]
    public void a_grain_class_owns_one_invariant_and_is_short() => Rule.Holds("grain-size", CodeRule.Over(LongGrain, "grains"));

    [Fact]
    public void a_long_grain_is_caught()
    {
        CodeRule.On(LongGrain, $"class A : Grain\n{{\n{new string('\n', 150)}}}").Count.ShouldBe(1);
        CodeRule.On(LongGrain, $"class A\n{{\n{new string('\n', 150)}}}").ShouldBeEmpty();
    }

    static IEnumerable<Finding> Switches(SourceFile file) => file.Syntax.DescendantTrivia(descendIntoTrivia: true)
        .Where(trivia => trivia.IsKind(SyntaxKind.IfDirectiveTrivia))
        .Select(trivia => file.At(trivia.GetLocation(), "an engine switch: what differs belongs into Engines/ (architecture 2)."));

    static IEnumerable<Finding> LeavesTurn(SourceFile file) => file.Uses("Task", "Run", "Delay")
        .Concat(file.Uses("Factory", "StartNew"))
        .Concat(file.Nodes<InvocationExpressionSyntax>()
            .Where(call => call.ArgumentList.Arguments is [{ Expression.RawKind: (int)SyntaxKind.FalseLiteralExpression }])
            .Select(call => call.Expression).OfType<MemberAccessExpressionSyntax>().Where(call => call.Name.Identifier.Text == "ConfigureAwait"))
        .Select(use => file.At(use, $"{use.Name} leaves the grain's turn or sleeps in it: await the thing itself, or use a grain timer."));

    static IEnumerable<Finding> LongGrain(SourceFile file) => file.Nodes<ClassDeclarationSyntax>()
        .Where(type => type.BaseList?.Types.Any(parent => parent.Type.ToString() == "Grain") == true && Sizes.LinesOf(type) > 150)
        .Select(type => file.At(type.Identifier, $"{type.Identifier} has {Sizes.LinesOf(type)} lines; a grain has at most 150: move decisions to billing/."));
}
