// Who may know whom, read from the compiled assemblies: what a project file does not name may still come in through another.
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using OrleansBilling.HouseTests.Tree;

namespace OrleansBilling.HouseTests.References;

public static class AssemblyRules
{
    const string Ours = "OrleansBilling.";
    static readonly string[] Drivers = ["Npgsql", "Dapper", "Microsoft.Data.Sqlite", "SQLitePCLRaw"];
    static readonly string[] Web = ["Microsoft.AspNetCore", "Microsoft.OpenApi", "Swashbuckle"];

    /// <summary>Assembly, and the beginnings of names that it must not reference.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Forbidden = new Dictionary<string, string[]>
    {
        ["Billing"] = [.. Drivers, .. Web, "Orleans", "Microsoft.Extensions", Ours],
        ["GrainInterfaces"] = [.. Drivers, .. Web, Ours + "Storage", Ours + "Grains", Ours + "ClientApi"],
        ["Grains"] = [.. Drivers, .. Web, Ours + "ClientApi", Ours + "Silo"],
        ["ClientApi"] = [.. Drivers, Ours + "Grains", Ours + "Silo"],
        ["Storage"] = [.. Web, "Orleans.", Ours + "Grain", Ours + "ClientApi", Ours + "Silo", Ours + "Embedded"],
        ["Embedded"] = [.. Drivers, Ours],
    };

    public static IReadOnlyList<string> ReferencesOf(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    /// <summary>References of <paramref name="path"/> that an assembly of this name must not have.</summary>
    public static IEnumerable<Finding> Check(string name, string path) => ReferencesOf(path)
        .Where(reference => Forbidden[name].Any(start => IsOrIsUnder(reference, start)))
        .Select(reference => new Finding(Path.GetFileName(path), 1, $"{name} uses types of {reference} (architecture 1)."));

    static bool IsOrIsUnder(string reference, string start) =>
        start[^1] == '.'
            ? reference.StartsWith(start, StringComparison.Ordinal)
            : reference == start || reference.StartsWith(start + ".", StringComparison.Ordinal);
}

public sealed class AssemblyTests
{
    public static TheoryData<string> Names => [.. AssemblyRules.Forbidden.Keys];

    [Theory, MemberData(nameof(Names))]
    public void compiled_code_knows_only_whom_it_may(string name)
    {
        if (name == "Embedded" && !File.Exists(Built(name))) return; // the other engine has none
        Rule.Holds("assembly-references", AssemblyRules.Check(name, Built(name)));
    }

    [Theory]
    [InlineData("Grains", "Storage", "Npgsql")]
    [InlineData("ClientApi", "Storage", "Microsoft.Data.Sqlite")]
    [InlineData("Grains", "ClientApi", "Microsoft.AspNetCore.Http.Abstractions")]
    [InlineData("Billing", "Grains", "OrleansBilling.Billing")]
    public void an_assembly_that_uses_what_it_must_not_is_caught(string name, string built, string reference) =>
        AssemblyRules.Check(name, Built(built)).ShouldContain(finding => finding.What.Contains(reference, StringComparison.Ordinal));

    static string Built(string name) => Path.Combine(AppContext.BaseDirectory, $"OrleansBilling.{name}.dll");
}
