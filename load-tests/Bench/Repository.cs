// Where this build came from: the folder and the commit, for the report.
using System.Diagnostics;

namespace OrleansBilling.LoadTests.Bench;

static class Repository
{
    /// <summary>The folder with global.json above this program, or null.</summary>
    public static string? Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "global.json")))
                return folder.FullName;
        }

        return null;
    }

    /// <summary>With a plus when there are changes that are not committed.</summary>
    public static string Commit()
    {
        if (Root() is not { } root)
            return "unknown";
        var commit = Git(root, "rev-parse", "--short=12", "HEAD");
        return commit.Length == 0 ? "unknown" : commit + (Git(root, "status", "--porcelain", "--untracked-files=no").Length > 0 ? "+" : "");
    }

    static string Git(string root, params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("git", ["-C", root, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var git = Process.Start(start)!;
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? output.Trim() : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
