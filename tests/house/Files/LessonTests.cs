// docs/lessons.md names tests as evidence: each of them has to exist.
using System.Text.RegularExpressions;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Files;

public sealed partial class LessonTests
{
    const string Lessons = "docs/lessons.md";

    [Fact]
    public void every_test_that_a_lesson_names_exists() => Rule.Holds("lesson", Missing(File.ReadAllText(Path.Combine(Sources.Root, Lessons)), Tests()));

    [Fact]
    public void a_test_that_is_not_there_is_missed() =>
        Missing("| 1 | a | b | `Some.test_that_is_there`, `Some.test_that_is_not` |", [("Some", "public void test_that_is_there()")])
            .ShouldHaveSingleItem().ToString().ShouldContain("Some.test_that_is_not");

    static IEnumerable<Finding> Missing(string text, IReadOnlyList<(string Class, string Text)> tests)
    {
        foreach (var (line, number) in text.Split('\n').Select((line, at) => (line, at + 1)))
        {
            foreach (Match name in Name().Matches(line))
            {
                var (of, test) = (name.Groups["class"].Value, name.Groups["test"].Value);
                if (!tests.Any(one => one.Class == of && one.Text.Contains($" {test}(", StringComparison.Ordinal)))
                    yield return new Finding(Lessons, number, $"names the test {of}.{test}, which is not there.");
            }
        }
    }

    // A class may stand in several files.
    static List<(string Class, string Text)> Tests() =>
        [.. Directory.EnumerateFiles(Path.Combine(Sources.Root, "tests"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)
            .SelectMany(text => Class().Matches(text).Select(found => (found.Groups[1].Value, text)))];

    [GeneratedRegex("`(?<class>[A-Z][A-Za-z]+)\\.(?<test>[A-Za-z0-9_]+)`")]
    private static partial Regex Name();

    [GeneratedRegex("class ([A-Z][A-Za-z]+)")]
    private static partial Regex Class();
}
