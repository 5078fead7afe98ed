// Every configuration in samples/ is set up, played and closed on a server of its own store, as its README says; and all of them side by side for a year.
using System.Diagnostics;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Samples;

public sealed class PlayedSamplesOnSqlite(OnSqlite place) : PlayedSamples(place), IClassFixture<OnSqlite>;

public sealed class PlayedSamplesOnPostgres(OnPostgres place) : PlayedSamples(place), IClassFixture<OnPostgres>;

public abstract partial class PlayedSamples(ServerPlace place)
{
    static readonly string Folder = ProjectRoot.Of("samples");

    [Fact]
    public async Task All_samples_live_side_by_side_for_a_year_and_everything_is_proved()
    {
        string[] names = [.. Directory.GetFiles(Folder, "sample", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order()];
        names.Length.ShouldBeGreaterThanOrEqualTo(5);
        var said = await Play(["--months", "12", .. names]);
        foreach (var month in Enumerable.Range(1, 12)) said.ShouldContain($"2025-{month:00} is closed.");
        var sellers = (await place.Admin.Get("/v1/sellers")).Json.List("data").ToList();
        sellers.Count.ShouldBe(names.Length, "each system has a seller of its own");
        foreach (var seller in sellers) await YearOf(seller);
        await place.Server.Stop();
        var (code, output) = await place.RunOnStore("verify");
        (code, output.Contains("Everything holds.", StringComparison.Ordinal)).ShouldBe((0, true), output);
    }

    async Task<string> Play(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Folder, "play"), place.Server.Url.ToString().TrimEnd('/'), ServerProcess.AdminKey, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, said + await error);
        return said;
    }
}
