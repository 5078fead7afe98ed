// Runs a script with pgbench and answers its transactions per second.
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansBilling.LoadTests.Baselines;

/// <summary>The script is a file of its own until this is disposed.</summary>
sealed class Pgbench(string connectionString, string name) : IDisposable
{
    readonly string script = Path.Combine(Path.GetTempPath(), $"billing-bench-{Environment.ProcessId}-{name}.sql");

    public Task Script(string text, CancellationToken cancel) => File.WriteAllTextAsync(script, text, cancel);

    /// <summary>Runs for whole seconds; variables live as long as their client does.</summary>
    public async Task<double> Run(int clients, TimeSpan span, IEnumerable<string> variables, CancellationToken cancel)
    {
        var place = new NpgsqlConnectionStringBuilder(connectionString);
        string[] arguments =
        [
            "-h", place.Host!, "-p", $"{place.Port}", "-U", place.Username!, "-n", "-M", "prepared", "-c", $"{clients}", "-j", $"{Math.Min(clients, 2)}",
            "-T", $"{Math.Ceiling(span.TotalSeconds)}", .. variables.SelectMany(one => new[] { "-D", one }), "-f", script, place.Database!,
        ];
        var start = new ProcessStartInfo(Programs.Find("pgbench"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var pgbench = Process.Start(start)!;
        try
        {
            var faults = pgbench.StandardError.ReadToEndAsync(cancel);
            var output = await pgbench.StandardOutput.ReadToEndAsync(cancel);
            await pgbench.WaitForExitAsync(cancel);
            var line = output.Split('\n').FirstOrDefault(one => one.StartsWith("tps = ", StringComparison.Ordinal));
            if (pgbench.ExitCode != 0 || line is null)
                throw new InvalidOperationException($"pgbench failed: {await faults}{output}");
            return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
        }
        finally
        {
            if (!pgbench.HasExited)
                pgbench.Kill();
        }
    }

    public void Dispose() => File.Delete(script);
}
