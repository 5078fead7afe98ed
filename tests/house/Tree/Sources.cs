// The files of the project, found from the test's own folder upwards.
namespace OrleansBilling.HouseTests.Tree;

/// <summary>What .gitignore leaves out is left out here too.</summary>
public static class Sources
{
    public static string Root { get; } = FindRoot();

    static readonly string[] Ignored = [".git", ".vs", ".idea", "artifacts", "data", "bin", "obj"];
    static readonly string[] TextKinds =
    [
        "", ".cs", ".csproj", ".props", ".targets", ".sln", ".editorconfig", ".md", ".txt", ".sql", ".json", ".http", ".yml", ".yaml", ".sh",
        ".html", ".css", ".js",
    ];

    static readonly Lazy<IReadOnlyList<SourceFile>> Read = new(() =>
        [.. Paths(Root).Where(path => TextKinds.Contains(Path.GetExtension(path))).Select(path => new SourceFile(Relative(path), File.ReadAllText(path)))]);

    public static IReadOnlyList<SourceFile> Files => Read.Value;
    public static IEnumerable<SourceFile> CSharp => Files.Where(file => file.IsCSharp);
    public static IEnumerable<string> AllPaths => Paths(Root).Select(Relative);

    /// <summary>The file at this place, or null.</summary>
    public static SourceFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);

    static IEnumerable<string> Paths(string folder) => Directory.GetFiles(folder)
        .Concat(Directory.GetDirectories(folder).Where(inner => !Ignored.Contains(Path.GetFileName(inner))).SelectMany(Paths))
        .Order(StringComparer.Ordinal);

    static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "OrleansBilling.sln"))) return folder.FullName;
        throw new InvalidOperationException("These tests read the project's sources: run them from a folder inside it, as ./test does.");
    }
}
