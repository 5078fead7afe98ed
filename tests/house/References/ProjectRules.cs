// Who may know whom, read from the project files: architecture.md's picture as a table.
using System.Xml.Linq;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.References;

/// <summary>A project and what it names.</summary>
public sealed record ProjectFile(string Path, string Name, string? Grains, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public static ProjectFile Read(SourceFile file)
    {
        var xml = XDocument.Parse(file.Text);
        var named = xml.Descendants("ProjectReference").Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'));
        return new(file.Path, System.IO.Path.GetFileNameWithoutExtension(file.Path), xml.Descendants("Grains").FirstOrDefault()?.Value,
            [.. named.Select(path => path[(path.LastIndexOf('/') + 1)..^".csproj".Length])],
            [.. xml.Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)]);
    }
}

public static class ProjectRules
{
    /// <summary>Projects that each may name. Those under tests/ and load-tests/ may name all.</summary>
    static readonly Dictionary<string, string[]> Known = new()
    {
        ["Billing"] = [],
        ["GrainInterfaces"] = ["Billing"],
        ["Storage"] = ["Billing"],
        ["Grains"] = ["Billing", "GrainInterfaces", "Storage"],
        ["ClientApi"] = ["Billing", "GrainInterfaces", "Storage"],
        ["Silo"] = ["Billing", "GrainInterfaces", "Storage", "Grains", "ClientApi"],
        ["Embedded"] = [],
        ["Generator"] = [],
    };

    static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Billing"] = ["NodaTime", "System.IO.Hashing"],
        ["GrainInterfaces"] = ["NodaTime"],
        ["Grains"] = ["NodaTime"],
        ["Embedded"] = [],
    };

    static readonly string[] Drivers = ["Npgsql", "Dapper", "Microsoft.Data.Sqlite"];

    public static IEnumerable<Finding> Check(IReadOnlyCollection<ProjectFile> projects)
    {
        foreach (var project in projects.Where(project => !project.Path.StartsWith("tests/", StringComparison.Ordinal)
            && !project.Path.StartsWith("load-tests/", StringComparison.Ordinal)))
        {
            if (!Known.TryGetValue(project.Name, out var allowed))
            {
                yield return new(project.Path, 1, $"{project.Name} is not in the table of who may know whom (tests/house/References).");
                continue;
            }
            foreach (var other in project.Projects.Except(allowed))
                yield return new(project.Path, 1, $"{project.Name} may not know {other} (architecture 1).");
            if (Packages.TryGetValue(project.Name, out var packages))
                foreach (var package in project.Packages.Except(packages))
                    yield return new(project.Path, 1, $"{project.Name} may not use {package} (architecture 1).");
            if (project.Name != "Storage")
                foreach (var driver in project.Packages.Intersect(Drivers)) yield return new(project.Path, 1, $"only storage knows {driver}.");
        }
        foreach (var project in projects.Where(project => Reaches(project, project.Name, projects, [])))
            yield return new(project.Path, 1, $"{project.Name} reaches itself over its references.");
    }

    static bool Reaches(ProjectFile from, string name, IReadOnlyCollection<ProjectFile> projects, HashSet<string> seen) =>
        from.Projects.Any(next => next == name
            || (seen.Add(next) && projects.FirstOrDefault(project => project.Name == next) is { } found && Reaches(found, name, projects, seen)));
}

public sealed class ProjectTests
{
    static readonly ProjectFile[] Tree = [.. Sources.Files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal)).Select(ProjectFile.Read)];

    [Fact]
    public void references_point_one_way() => Rule.Holds("references", ProjectRules.Check(Tree));

    [Theory]
    [InlineData("grains/Grains.csproj", "../client-api/ClientApi.csproj", "")]
    [InlineData("client-api/ClientApi.csproj", "..\\grains\\Grains.csproj", "")]
    [InlineData("billing/Billing.csproj", "", "Dapper")]
    [InlineData("silo/Silo.csproj", "", "Npgsql")]
    [InlineData("helpers/Helpers.csproj", "", "")]
    public void a_forbidden_reference_is_caught(string path, string project, string package)
    {
        var reference = package == "" ? $"<ProjectReference Include='{project}' />" : $"<PackageReference Include='{package}' />";
        var text = project + package == "" ? "<Project />" : $"<Project>{reference}</Project>";
        ProjectRules.Check([ProjectFile.Read(new SourceFile(path, text))]).ShouldNotBeEmpty();
    }

    [Fact]
    public void a_circle_is_caught() => ProjectRules.Check(
    [
        new("tests/a/A.csproj", "A", null, ["B"], []),
        new("tests/b/B.csproj", "B", null, ["A"], []),
    ]).Count().ShouldBe(2);

    [Fact]
    public void every_project_stands_in_the_solution()
    {
        var solution = Sources.Find("OrleansBilling.sln")!.Text.Replace('\\', '/');
        Rule.Holds("solution", Tree.Where(project => !solution.Contains($"\"{project.Path}\"", StringComparison.Ordinal))
            .Select(project => new Finding(project.Path, 1, "not in the solution: dotnet sln add it.")));
    }

    [Fact]
    public void test_projects_are_found_by_their_name_and_run_as_programs() => Rule.Holds("test-project", Sources.Files
        .Where(file => file.In("tests") && file.Path.EndsWith("proj", StringComparison.Ordinal))
        .Where(file => file.Text.Contains("Include=\"xunit.v3\"", StringComparison.Ordinal))
        .Where(file => !file.Path.EndsWith(".Tests.csproj", StringComparison.Ordinal)
            || !file.Text.Contains("<OutputType>Exe</OutputType>", StringComparison.Ordinal))
        .Select(file => file.At(1, "a test project is called X.Tests and has OutputType Exe, or ./test could not run it.")));
}
