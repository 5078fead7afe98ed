// On the other engine there is nothing to simulate with: only the auditor's own tests run.
namespace OrleansBilling.Simulation.Tests;

internal static class Program
{
    public static Task<int> Main(string[] words) => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(words);
}
