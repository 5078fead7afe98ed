// The folder of the project that a test was built in, for tests that read its files.
namespace OrleansBilling.TestSupport;

public static class ProjectRoot
{
    /// <summary>Throws when the test runs from a folder outside of it.</summary>
    public static string Folder { get; } = Find();

    /// <summary>A file or folder in it.</summary>
    public static string Of(params string[] parts) => Path.Combine([Folder, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "OrleansBilling.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"There is no OrleansBilling.sln above {AppContext.BaseDirectory}.");
    }
}
