// Time comes in from outside, and money is never binary floating point.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Code;

public sealed class TimeAndMoneyTests
{
    [Fact]
    public void time_comes_in_from_outside() => Rule.Holds("clock", CodeRule.Over(Clocks, [.. CodeRule.Product, "tests", "load-tests"]));

    [Theory]
    [InlineData("var now = DateTime.UtcNow;")]
    [InlineData("var now = System.DateTimeOffset.Now;")]
    [InlineData("var now = SystemClock.Instance.GetCurrentInstant();")]
    [InlineData("var time = TimeProvider.System;")]
    [InlineData("var ticks = Environment.TickCount64;")]
    public void a_clock_of_its_own_is_caught(string code) => CodeRule.On(Clocks, code).Count.ShouldBe(1);

    [Fact]
    public void the_machine_s_provider_may_be_named_where_a_process_is_put_together_and_in_tests()
    {
        CodeRule.On(Clocks, "var time = TimeProvider.System;", "silo/Program.cs").ShouldBeEmpty();
        CodeRule.On(Clocks, "var time = TimeProvider.System;", "tests/storage/Place.cs").ShouldBeEmpty();
    }

    [Fact]
    public void a_clock_in_a_comment_or_a_string_is_not_caught() => CodeRule.On(Clocks, "// DateTime.Now\nvar text = \"DateTime.Now\";").ShouldBeEmpty();

    [Fact]
    public void money_and_quantities_are_never_binary_floating_point() =>
        Rule.Holds("floating-point", CodeRule.Over(FloatingPoint, "billing", "grains", "grain-interfaces", "storage"));

    [Theory]
    [InlineData("double rate = 1m;")]
    [InlineData("float? rate = null;")]
    [InlineData("var rate = Double.Parse(text);")]
    [InlineData("var rate = 0.5;")]
    [InlineData("var rate = 1e3;")]
    public void binary_floating_point_is_caught(string code) => CodeRule.On(FloatingPoint, code).Count.ShouldBe(1);

    [Theory]
    [InlineData("decimal rate = 0.5m; // not a double")]
    [InlineData("var doubled = \"double\"; int single = 0x1F;")]
    public void exact_numbers_are_not(string code) => CodeRule.On(FloatingPoint, code).ShouldBeEmpty();

    static IEnumerable<Finding> Clocks(SourceFile file)
    {
        var uses = file.Uses("DateTime", "Now", "UtcNow", "Today").Concat(file.Uses("DateTimeOffset", "Now", "UtcNow"))
            .Concat(file.Uses("SystemClock", "Instance")).Concat(file.Uses("Environment", "TickCount", "TickCount64"));
        // Whoever puts a process together picks its clock; everybody else is given one.
        if (!file.In("silo", "embedded", "tests", "load-tests")) uses = uses.Concat(file.Uses("TimeProvider", "System"));
        return uses.Select(use => file.At(use, $"{use} is a clock of its own: take the instant as an argument, or ask BillingClock."));
    }

    static IEnumerable<Finding> FloatingPoint(SourceFile file) => file.Syntax.DescendantTokens().Where(IsFloatingPoint)
        .Select(token => file.At(token, $"'{token}' is binary floating point: use decimal or scaled integers (architecture 7)."));

    static bool IsFloatingPoint(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.DoubleKeyword or SyntaxKind.FloatKeyword => true,
        SyntaxKind.NumericLiteralToken => token.Value is double or float,
        // Only as the owner of a member: an enum may well have a member of that name.
        SyntaxKind.IdentifierToken => token.Text is "Double" or "Single" or "Half"
            && token.Parent is IdentifierNameSyntax { Parent: MemberAccessExpressionSyntax { Expression: var owner } } name && owner == name,
        _ => false,
    };
}
