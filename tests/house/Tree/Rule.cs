// How a rule is asked: findings less the exceptions that exceptions.txt lists with a reason; an exception that nothing needs any more fails too.
namespace OrleansBilling.HouseTests.Tree;

public static class Rule
{
    const string List = "tests/house/exceptions.txt";

    static readonly Lazy<IReadOnlyList<Exception>> Listed = new(() => Parse(File.ReadAllText(Path.Combine(Sources.Root, List))));

    /// <summary>Fails with every finding that no exception covers.</summary>
    public static void Holds(string rule, IEnumerable<Finding> findings)
    {
        var broken = Judge(rule, findings, Listed.Value);
        if (broken.Count > 0)
            Assert.Fail($"{string.Join("\n", broken)}\nMend it, or list it in {List} as: {rule} path reason");
    }

    /// <summary>What is left to say about a rule.</summary>
    public static IReadOnlyList<string> Judge(string rule, IEnumerable<Finding> findings, IReadOnlyList<Exception> exceptions)
    {
        var mine = exceptions.Where(exception => exception.Name == rule).ToList();
        var all = findings.ToList();
        var left = all.Where(finding => !mine.Exists(exception => exception.Covers(finding))).Select(finding => finding.ToString());
        var unused = mine.Where(exception => !all.Exists(exception.Covers))
            .Select(exception => $"{List}: '{rule} {exception.Path}' is not needed any more: take the line out.");
        return [.. left, .. unused];
    }

    /// <summary>One exception a line: rule, path (a folder ends with a slash), reason. Lines that begin with # are comments.</summary>
    public static IReadOnlyList<Exception> Parse(string text) =>
    [
        .. text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line =>
            line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries) is [var rule, var path, var reason]
                ? new Exception(rule, path, reason)
                : throw new FormatException($"{List}: '{line}' is not: rule path reason"))
    ];

    public sealed record Exception(string Name, string Path, string Reason)
    {
        public bool Covers(Finding finding) => Path[^1] == '/' ? finding.Path.StartsWith(Path, StringComparison.Ordinal) : finding.Path == Path;
    }
}

public sealed class RuleTests
{
    static readonly Finding Broken = new("grains/A.cs", 3, "broken");

    [Fact]
    public void a_finding_without_an_exception_stays() => Rule.Judge("lock", [Broken], []).ShouldBe(["grains/A.cs:3: broken"]);

    [Fact]
    public void a_listed_file_or_folder_is_excepted_for_its_rule_only()
    {
        Rule.Judge("lock", [Broken], Rule.Parse("lock grains/A.cs for a reason")).ShouldBeEmpty();
        Rule.Judge("lock", [Broken], Rule.Parse("lock grains/ for a reason")).ShouldBeEmpty();
        Rule.Judge("lock", [Broken], Rule.Parse("catch grains/ for a reason")).Count.ShouldBe(1);
    }

    [Fact]
    public void an_exception_that_nothing_needs_any_more_is_caught() =>
        Rule.Judge("lock", [], Rule.Parse("lock grains/A.cs for a reason")).ShouldHaveSingleItem().ShouldContain("not needed");

    [Fact]
    public void an_exception_without_a_reason_is_refused() => Should.Throw<FormatException>(() => Rule.Parse("lock grains/A.cs"));

    [Fact]
    public void the_parser_of_these_rules_understands_every_file() =>
        Rule.Holds("parses", Sources.CSharp.SelectMany(file => file.ParseErrors.Select(error => file.At(error.Location, error.GetMessage(null)))));
}
