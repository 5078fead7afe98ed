// SIGKILL at random moments while the five sample systems are set up, used and closed side by side: they come out as if nobody had been killed.
using System.Diagnostics;
using System.Text.Json;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Crash.Tests;

/// <summary>
/// The judge is the same time without a kill (on SQLite, for both stores), document by document and ledger account by ledger account, and <c>verify</c>: so
/// whatever a sample uses is tried, fees, packages, tiers, bills of providers, shares, commissions, payments.
/// </summary>
public sealed class KillSamples
{
    const int PauseMillisecondsMax = 1_500;
    const int KillsAMonth = 4;
    static readonly string Samples = ProjectRoot.Of("samples");
    static readonly int Cycles = CrashRun.Cycles(4);
    static readonly int Months = Math.Clamp(Cycles / KillsAMonth, 2, 12);
    static readonly Lazy<Task<IReadOnlyList<string>>> Undisturbed = new(async () => (await Played(StoreKind.Sqlite, 0)).Outcome);

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Five_systems_come_out_as_if_nobody_had_been_killed(StoreKind kind)
    {
        var undisturbed = await Undisturbed.Value;
        undisturbed.Count(line => line.StartsWith("document", StringComparison.Ordinal)).ShouldBeGreaterThan(5 * Months);
        var (killed, kills) = await Played(kind, Cycles);
        Console.WriteLine($"samples on {kind}, BILLING_SEED={CrashRun.NextSeed}, {Months} months, {kills} kills, {killed.Count} documents and balances alike");
        kills.ShouldBeGreaterThan(0);
        killed.ShouldBe(undisturbed, $"BILLING_SEED={CrashRun.NextSeed}");
    }

    static async Task<(IReadOnlyList<string> Outcome, int Kills)> Played(StoreKind kind, int cycles)
    {
        var cancel = TestContext.Current.CancellationToken;
        var random = new Random(CrashRun.NextSeed);
        await using var place = await StorePlace.Create(kind);
        await using var server = new ServerProcess(place);
        await server.Start(cancel);
        using var play = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Samples, "play"), server.Address.ToString().TrimEnd('/'), ServerProcess.AdminKey,
            "--months", $"{Months}", .. Names()]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (play.StandardOutput.ReadToEndAsync(cancel), play.StandardError.ReadToEndAsync(cancel));
        var kills = 0;
        try
        {
            for (; kills < cycles; kills++)
            {
                await Task.Delay(random.Next(PauseMillisecondsMax), cancel);
                if (play.HasExited) break;
                await server.Kill();
                await server.Start(cancel);
            }
            await play.WaitForExitAsync(cancel);
        }
        finally
        {
            if (!play.HasExited) play.Kill(entireProcessTree: true);
        }
        play.ExitCode.ShouldBe(0, $"BILLING_SEED={CrashRun.NextSeed}, {kills} kills\n{await complained}\n{await said}\nThe server said:\n{server.Said}");
        var outcome = await Outcome(server, cancel);
        (await server.Stop()).ShouldBe(0);
        await Verified(server, place, cancel);
        return (outcome, kills);
    }

    // What was issued, whatever its number, and what every ledger account came to.
    static async Task<IReadOnlyList<string>> Outcome(ServerProcess server, CancellationToken cancel)
    {
        using var api = new Api(server.Address);
        var documents = await api.Get("/v1/documents?limit=200", cancel);
        documents.GetProperty("next_cursor").ValueKind.ShouldBe(JsonValueKind.Null, "one page holds them all");
        List<string> lines = [.. documents.GetProperty("data").EnumerateArray().Select(document => "document " + string.Join(' ',
            new[] { "kind", "status", "seller", "buyer", "agreement", "billing_period", "issue_date", "net", "tax", "total", "prepaid", "outstanding" }
                .Select(name => document.GetProperty(name).ToString())))];
        foreach (var seller in (await api.Get("/v1/sellers", cancel)).GetProperty("data").EnumerateArray().Select(seller => seller.GetProperty("id").GetString()))
            lines.AddRange((await api.Get($"/v1/ledger/trial_balance?seller={seller}", cancel)).GetProperty("data").EnumerateArray()
                .Select(account => $"balance {seller} {account}"));
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    static async Task Verified(ServerProcess server, StorePlace place, CancellationToken cancel)
    {
        using var verify = Process.Start(new ProcessStartInfo("dotnet", [server.Program, "verify", .. place.Arguments])
            { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (verify.StandardOutput.ReadToEndAsync(cancel), verify.StandardError.ReadToEndAsync(cancel));
        await verify.WaitForExitAsync(cancel);
        verify.ExitCode.ShouldBe(0, await said + await complained);
    }

    static IEnumerable<string> Names() => Directory.GetFiles(Samples, "sample", SearchOption.AllDirectories)
        .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal);
}
