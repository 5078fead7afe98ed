// ./run --cluster N: silos and the API's own program on one machine, by one command, and all of them gone with it.
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Cluster.Tests;

public sealed class RunCommand
{
    static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(4);
    static readonly TimeSpan EndsWithin = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task One_command_starts_silos_and_the_API_program_and_ends_them()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var place = await ClusterRun.NewPlace();
        // Three ports one after the other, far from those that the system gives away.
        var port = 20_000 + (Environment.ProcessId % 5_000);
        var start = new ProcessStartInfo(ProjectRoot.Of("run"),
            ["--cluster", "2", "--orleans-version", OrleansVersion, "--port", port.ToString(CultureInfo.InvariantCulture), "--db", place.ConnectionString]);
        start.Environment["BILLING_ADMIN_KEY"] = ServerProcess.AdminKey;
        using var command = Process.Start(start)!;
        try
        {
            Uri[] addresses = [.. Enumerable.Range(port, 3).Select(one => new Uri($"http://127.0.0.1:{one}"))];
            foreach (var address in addresses) await UntilReady(address, command, cancel);
            using (var one = new Api(addresses[0])) await one.Put("/v1/sellers/operator", new { name = "Operator", country = "FI", currency = "EUR", time_zone = "Europe/Helsinki" }, cancel);
            using (var api = new Api(addresses[2])) (await api.Get("/v1/sellers/operator", cancel)).GetProperty("name").GetString().ShouldBe("Operator");
            using (var kill = Process.Start("kill", ["-TERM", command.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync(cancel);
            await command.WaitForExitAsync(cancel).WaitAsync(EndsWithin, cancel);
            command.ExitCode.ShouldBe(0);
            foreach (var address in addresses) (await IsReady(address, cancel)).ShouldBeFalse($"{address} still answers");
        }
        finally
        {
            if (!command.HasExited) command.Kill(entireProcessTree: true);
        }
    }

    // That of this test's build: the command may not restore another one.
    static string OrleansVersion => Regex.Match(File.ReadAllText(Path.ChangeExtension(Programs.Of("Silo"), "deps.json")), "\"Microsoft\\.Orleans\\.Server/([^\"]+)\"").Groups[1].Value;

    static async Task UntilReady(Uri address, Process command, CancellationToken cancel)
    {
        for (var began = Stopwatch.GetTimestamp(); !await IsReady(address, cancel); await Task.Delay(200, cancel))
        {
            command.HasExited.ShouldBeFalse("The command has ended.");
            if (Stopwatch.GetElapsedTime(began) > ReadyWithin) throw new TimeoutException($"{address} was not ready in {ReadyWithin}.");
        }
    }

    static async Task<bool> IsReady(Uri address, CancellationToken cancel)
    {
        using var probe = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await probe.GetAsync(new Uri("/readyz", UriKind.Relative), cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception fault) when (BrokenOff.Is(fault) && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
