// Asks the programs of this build what options they have.
using System.Diagnostics;

// Each test starts processes, and measures what they do.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace OrleansBilling.Cluster.Tests;

static class Programs
{
    /// <summary>A program of the same build as this test.</summary>
    public static string Of(string project)
    {
        var mine = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(mine.Parent!.Parent!.FullName, project, mine.Name, $"OrleansBilling.{project}.dll");
    }

    /// <summary>What a program's --help says; the silo has every option that the API's own program has.</summary>
    public static string Help(string verb = "", string project = "Silo")
    {
        var program = Of(project);
        string[] words = verb.Length == 0 ? [program, "--help"] : [program, verb, "--help"];
        using var asked = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true })!;
        var said = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        asked.ExitCode.ShouldBe(0);
        return said;
    }
}
