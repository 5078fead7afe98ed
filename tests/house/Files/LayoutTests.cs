// Where things stand: the folders of the architecture, features instead of technical kinds, a README where a folder owns something.
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.Files;

public sealed class LayoutTests
{
    // A new one needs a line in DECISIONS.md.
    static readonly string[] TopFolders =
        [".ci", "docs", "billing", "client-api", "embedded", "grain-interfaces", "grains", "load-tests", "samples", "silo", "storage", "tests"];

    static readonly string[] Kinds = ["Helpers", "Helper", "Utils", "Utilities", "Util", "Common", "Managers", "Misc", "Shared", "Core"];

    static readonly string[] Owners = ["billing", "client-api", "embedded", "grain-interfaces", "grains", "load-tests", "silo", "storage", "tests"];

    [Fact]
    public void the_top_folders_are_those_of_the_architecture() => Rule.Holds("top-folder", TopFolder(Sources.AllPaths));

    [Fact]
    public void a_new_top_folder_is_caught() => TopFolder(["billing/A.cs", "plans/notes.md", "README.md"]).ShouldHaveSingleItem().Path.ShouldBe("plans/");

    [Fact]
    public void folders_are_features() => Rule.Holds("folder-name", TechnicalKinds(Sources.AllPaths));

    [Theory]
    [InlineData("billing/Helpers/A.cs")]
    [InlineData("storage/Journal/common/A.cs")]
    public void a_folder_that_is_a_technical_kind_is_caught(string path) => TechnicalKinds([path, path]).Count().ShouldBe(1);

    [Fact]
    public void every_owning_folder_says_what_it_owns() => Rule.Holds("readme", Readmes([.. Sources.AllPaths], path => Sources.Find(path)?.Text));

    [Fact]
    public void a_folder_without_a_readme_is_caught()
    {
        Readmes(["billing/A.cs"], _ => null).ShouldHaveSingleItem();
        Readmes(["billing/A.cs", "billing/README.md"], _ => "# Billing\n").ShouldHaveSingleItem();
        Readmes(["billing/A.cs", "billing/README.md"], _ => $"# Billing\nOwns this.\n{new string('\n', 120)}").ShouldHaveSingleItem();
        Readmes(["billing/A.cs", "billing/README.md"], _ => "# Billing\n\nOwns what a rule is.\n").ShouldBeEmpty();
    }

    static IEnumerable<Finding> TopFolder(IEnumerable<string> paths) => paths.Where(path => path.Contains('/', StringComparison.Ordinal))
        .Select(path => path[..path.IndexOf('/', StringComparison.Ordinal)]).Distinct().Except(TopFolders)
        .Select(folder => new Finding(folder + "/", 1, "is not a folder of the architecture."));

    static IEnumerable<Finding> TechnicalKinds(IEnumerable<string> paths) => paths.SelectMany(path => path.Split('/')[..^1]).Distinct()
        .Where(folder => Kinds.Contains(folder, StringComparer.OrdinalIgnoreCase))
        .Select(folder => new Finding(folder + "/", 1, "is a technical kind: name the feature."));

    static IEnumerable<Finding> Readmes(IReadOnlyCollection<string> paths, Func<string, string?> read)
    {
        foreach (var folder in Owners.Where(folder => paths.Any(path => path.StartsWith(folder + "/", StringComparison.Ordinal))))
        {
            var lines = read($"{folder}/README.md")?.Split('\n');
            if (lines is null) yield return new($"{folder}/README.md", 1, "is missing: vocabulary, owns and does not own, invariants.");
            else if (lines.Count(line => line.Trim().Length > 0) < 2) yield return new($"{folder}/README.md", 1, "says nothing.");
            else if (lines.Length > 120) yield return new($"{folder}/README.md", 1, $"has {lines.Length} lines; about one screen, at most 120.");
        }
    }
}
