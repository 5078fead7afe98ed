// Asks the programs of this build what options they have.
using System.Diagnostics;

namespace OrleansBilling.Cluster.Tests;

static class Programs
{
    /// <summary>What a program's --help says; the silo has every option that the API's own program has.</summary>
    public static string Help(string verb = "", string project = "Silo")
    {
        var mine = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(mine.Parent!.Parent!.FullName, project, mine.Name, $"OrleansBilling.{project}.dll");
        string[] words = verb.Length == 0 ? [program, "--help"] : [program, verb, "--help"];
        using var asked = Process.Start(new ProcessStartInfo("dotnet", words) { RedirectStandardOutput = true })!;
        var said = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        asked.ExitCode.ShouldBe(0);
        return said;
    }
}
