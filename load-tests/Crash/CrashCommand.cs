// crash: the crash tests at any length, as one command.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace OrleansBilling.LoadTests.Crash;

/// <summary>Runs the program of <c>tests/crash</c>: harness and checker are there, and so are the few cycles of every test run.</summary>
static class CrashCommand
{
    public static Command Create()
    {
        var cycles = new Option<int>("--cycles") { Description = "Kills in each scenario on each store.", DefaultValueFactory = _ => 30 };
        cycles.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 100_000)
                result.AddError("--cycles is a number from 1 to 100000.");
        });
        var seed = new Option<int?>("--seed") { Description = "The seed that an earlier run has printed." };
        var only = new Option<string>("--only") { Description = "Scenarios, as KillPrepaid or KillAtPoints; all without it.", DefaultValueFactory = _ => "*" };
        var command = new Command("crash", "Kills the server again and again while usage, money and closes go on, and has log and database checked.")
        {
            cycles, seed, only,
        };
        command.SetAction((parsed, cancel) => Run(parsed.GetValue(cycles), parsed.GetValue(seed), parsed.GetValue(only)!, cancel));
        return command;
    }

    static async Task<int> Run(int cycles, int? seed, string only, CancellationToken cancel)
    {
        var start = new ProcessStartInfo("dotnet",
            [Program(), "-noLogo", "-noColor", "-reporter", "quiet", "-showLiveOutput", "-class", $"OrleansBilling.Crash.Tests.{only}"]);
        start.Environment["BILLING_CRASH_CYCLES"] = cycles.ToString(CultureInfo.InvariantCulture);
        if (seed is { } given) start.Environment["BILLING_SEED"] = given.ToString(CultureInfo.InvariantCulture);
        var began = Stopwatch.GetTimestamp();
        using var harness = Process.Start(start)!;
        try
        {
            await harness.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            // It has had the same signal, and ends its servers.
            await harness.WaitForExitAsync(CancellationToken.None);
        }
        var took = Stopwatch.GetElapsedTime(began);
        Console.WriteLine(harness.ExitCode == 0
            ? $"No violation in {took.TotalMinutes:0.0} minutes."
            : $"Not held, after {took.TotalMinutes:0.0} minutes: the findings are above, with the seed that makes the same events again.");
        return harness.ExitCode == 0 ? 0 : 1;
    }

    // artifacts/<engine>/bin/LoadTests/<configuration>/ and, beside it, Crash.Tests/<configuration>/.
    static string Program()
    {
        var mine = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(mine.Parent!.Parent!.FullName, "Crash.Tests", mine.Name, "OrleansBilling.Crash.Tests.dll");
    }
}
