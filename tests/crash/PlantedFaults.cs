// The checker is checked: a run without a fault passes, and every planted fault is found under the right invariant.
using OrleansBilling.Crash.Tests.Checking;
using OrleansBilling.Crash.Tests.Client;
using OrleansBilling.Crash.Tests.Servers;

namespace OrleansBilling.Crash.Tests;

/// <summary>A small run with two closed months, kept as it was left.</summary>
public sealed class FinishedRun : IAsyncLifetime
{
    static readonly (string, string, string)[] Months =
        [("2025-05", "2025-05-31T20:00:00Z", "2025-06-01T00:10:00+03:00"), ("2025-06", "2025-06-30T20:00:00Z", "2025-07-01T00:10:00+03:00")];

    CrashRun? run;

    public string Log => run!.Log.Path;
    public IReadOnlyList<LiveUsage> Live { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        run = await CrashRun.Begin("planted faults", new SqlitePlace(), new World(partners: 3, customersOfEach: 1, subscriptionsOfEach: 2));
        using var api = new Api(run.Server.Address);
        foreach (var (month, last, next) in Months)
        {
            await api.Advance(last, cancel);
            var to = UsageEvent.Micros(last);
            await using var load = new Load(run.World, run.Log, [run.Server.Address], (to - (10 * 86_400_000_000L), to), run.Seed, connectionCount: 2);
            await load.Reach(300, CrashRun.HealsWithin, cancel);
            await load.Drain(CrashRun.HealsWithin, cancel);
            await api.Advance(next, cancel);
            run.Log.Closed(month);
        }
        Live = await UsageChecker.Ask(api, run.World, ["2025-06"], cancel);
        await run.Server.Kill();
        run.Log.Dispose();
    }

    public ValueTask DisposeAsync() => run?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A copy to do harm to.</summary>
    public SqlitePlace Copy()
    {
        var copy = new SqlitePlace();
        foreach (var file in Directory.GetFiles(((SqlitePlace)run!.Place).Folder)) File.Copy(file, Path.Combine(copy.Folder, Path.GetFileName(file)));
        return copy;
    }
}

public sealed class PlantedFaults(FinishedRun run) : IClassFixture<FinishedRun>
{
    static readonly Dictionary<string, (Invariant Broken, Func<Planting, Task> Plant)> Faults = new()
    {
        ["a row is deleted"] = (Invariant.I7Sequence, fault => fault.DeleteRow()),
        ["the tail of a stream is cut off"] = (Invariant.I1NothingLost, fault => fault.CutTail()),
        ["an event stands under another version again"] = (Invariant.I2NothingTwice, fault => fault.Double()),
        ["a bit of a row is flipped"] = (Invariant.I7Sequence, fault => fault.Flip()),
        ["an amount is changed"] = (Invariant.I6Totals, fault => fault.ChangeAmount()),
        ["a version is skipped"] = (Invariant.I7Sequence, fault => fault.SkipVersion()),
        ["there is a second invoice"] = (Invariant.I4InvoiceOnce, fault => fault.SecondInvoice()),
        ["an invoice is not issued"] = (Invariant.I10Liveness, fault => fault.NoInvoice()),
        ["a number series has a gap"] = (Invariant.I4InvoiceOnce, fault => fault.BreakSeries()),
        ["a line is lost"] = (Invariant.I6Totals, fault => fault.LoseLine()),
        ["a line is billed twice"] = (Invariant.I6Totals, fault => fault.RepeatLine()),
        ["a proof leaves out rows"] = (Invariant.I6Totals, fault => fault.ShortenProof()),
        ["a total is a cent too high"] = (Invariant.I6Totals, fault => fault.RaiseTotal()),
    };

    static readonly Dictionary<string, (Invariant Broken, Func<string[], IEnumerable<string>> Change)> Lies = new()
    {
        ["a stored event was refused"] = (Invariant.I8HonestAnswers, log => log.Select(line => line.Replace("\taccepted", "\trejected", StringComparison.Ordinal))),
        ["an event was accepted that is not stored"] = (Invariant.I1NothingLost,
            log => [.. log, "send\t999999\ts-1-1-1\t/smsc/0\tnever\t0\t1\tFI\tsms\thash\twelcome", "answer\t999999\t0\tnever\taccepted"]),
        ["an event was accepted twice"] = (Invariant.I2NothingTwice, log => [.. log, log.Last(line => line.EndsWith("\taccepted", StringComparison.Ordinal))]),
        ["a stored event was never sent"] = (Invariant.I2NothingTwice, log => log.Select(line => line.Replace("\tl1k0-1\t", "\tl1k0-0\t", StringComparison.Ordinal))),
        ["nothing was answered"] = (Invariant.I10Liveness, log => log.Where(line => !line.StartsWith("answer", StringComparison.Ordinal))),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];
    public static TheoryData<string> LieNames => [.. Lies.Keys];

    [Fact]
    public async Task A_run_without_a_fault_has_no_finding() => (await Check(_ => Task.CompletedTask, run.Log)).All.ShouldBeEmpty();

    [Theory, MemberData(nameof(FaultNames))]
    public async Task The_checker_finds_it_in_the_database_when(string planted) => await ShouldFind(Faults[planted].Broken, Faults[planted].Plant, run.Log);

    [Theory, MemberData(nameof(LieNames))]
    public async Task The_checker_finds_it_in_the_answers_when(string planted)
    {
        var cancel = TestContext.Current.CancellationToken;
        var log = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(log, Lies[planted].Change(await File.ReadAllLinesAsync(run.Log, cancel)), cancel);
            await ShouldFind(Lies[planted].Broken, _ => Task.CompletedTask, log);
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Fact]
    public async Task The_checker_finds_it_when_live_usage_is_not_the_journal()
    {
        var wrong = run.Live.Select(answer => answer with { Events = answer.Events + 1 }).ToList();
        (await Check(_ => Task.CompletedTask, run.Log, wrong)).All.ShouldContain(one => one.Invariant == Invariant.I2NothingTwice);
    }

    async Task ShouldFind(Invariant broken, Func<Planting, Task> plant, string log)
    {
        var findings = await Check(plant, log);
        findings.All.ShouldContain(one => one.Invariant == broken, findings.ToString());
    }

    async Task<Findings> Check(Func<Planting, Task> plant, string log, IReadOnlyList<LiveUsage>? live = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var place = run.Copy();
        await using var connection = await place.Open(cancel);
        await plant(new Planting(connection, await DatabaseFacts.Read(connection, cancel)));
        return await Checker.Check(log, connection, live ?? run.Live, cancel);
    }
}
