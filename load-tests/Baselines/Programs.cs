// Finds a program of PostgreSQL: in the newest version's folder, else in the path.
namespace OrleansBilling.LoadTests.Baselines;

static class Programs
{
    const string Root = "/usr/lib/postgresql";

    public static string Find(string name)
    {
        var versions = Directory.Exists(Root) ? Directory.GetDirectories(Root) : [];
        return versions.OrderByDescending(path => int.TryParse(Path.GetFileName(path), out var version) ? version : 0)
            .Select(path => Path.Combine(path, "bin", name)).FirstOrDefault(File.Exists) ?? name;
    }
}
