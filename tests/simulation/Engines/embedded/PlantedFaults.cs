// The auditor is audited: every kind of fault, planted in the journal, in the log or in the store itself, is found under its own name.
using OrleansBilling.Simulation.Tests.Auditing;
using OrleansBilling.Simulation.Tests.Log;
using OrleansBilling.Simulation.Tests.Planting;

namespace OrleansBilling.Simulation.Tests;

/// <summary>Runs without a finding, to do harm to.</summary>
public sealed class GoodRuns
{
    private const int Enough = 40;

    internal IReadOnlyList<Left> All { get; } = Play();

    private static List<Left> Play()
    {
        var runs = new List<Left>();
        for (var seed = 1; runs.Count < Enough; seed++)
        {
            if (Seeds.Play(seed, out var findings) is { } left && findings.All.Count == 0)
                runs.Add(left);
        }

        return runs;
    }
}

public sealed class PlantedFaults(GoodRuns runs) : IClassFixture<GoodRuns>
{
    private static readonly Dictionary<string, (Kind Kind, Func<List<LogEntry>, bool> Tell)> Lies = new()
    {
        ["an event was accepted that is not stored"] = (Kind.Lost, log =>
        {
            log.Add(new UsageSent(100_000, "s5", [new SentEvent("/smsc", "never", 0, 1, "sms", "FI")]));
            log.Add(new UsageAnswered(100_000, ["accepted"]));
            return true;
        }),
        ["an event was accepted twice"] = (Kind.Twice, log => Change<UsageAnswered>(log, one => one.Words.Contains("duplicate"),
            one => one with { Words = [.. one.Words.Select(word => word == "duplicate" ? "accepted" : word)] })),
        ["a duplicate was a conflict"] = (Kind.Answer, log => Change<UsageAnswered>(log, one => one.Words.Contains("duplicate"), one => one with { Words = [.. one.Words.Select(_ => "conflict")] })),
        ["a stored event was never sent"] = (Kind.Unasked, log => Change<UsageSent>(log,
            one => log.OfType<UsageAnswered>().Any(answer => answer.Request == one.Request && answer.Words.All(word => word == "accepted")),
            one => one with { Events = [.. one.Events.Select(what => what with { Id = what.Id + "?" })] })),
        ["a hold that is not there was done"] = (Kind.Lost, log => Change<HoldAnswered>(log, one => one.Word is "missing" or "refused" or "expired", one => one with { Word = "done" })),
        ["a correction that is not there was done"] = (Kind.Lost, log => Change<CorrectionAnswered>(log, one => one.Word is "missing" or "short", one => one with { Word = "done" })),
        ["a correction was never asked for"] = (Kind.Unasked, log => log.OfType<CorrectionAnswered>().Any(one => one.Word == "done")
            && log.RemoveAll(entry => entry is CorrectionSent or CorrectionAnswered) > 0),
        ["a revert that is not there was done"] = (Kind.Lost, log =>
        {
            log.Add(new RevertSent(100_001, "s5", "never"));
            log.Add(new RevertAnswered(100_001, "done"));
            return true;
        }),
        ["a revert was never asked for"] = (Kind.Unasked, log => log.OfType<RevertAnswered>().Any(one => one.Word == "done")
            && log.RemoveAll(entry => entry is RevertSent or RevertAnswered) > 0),
        ["an event was accepted after its backfill was reverted"] = (Kind.Answer, log => Change<UsageAnswered>(log, one => one.Words.Contains("closed"),
            one => one with { Words = [.. one.Words.Select(word => word == "closed" ? "accepted" : word)] }, last: true)),
        ["a backfill was read wrong"] = (Kind.Reading, log => Change<BackfillRead>(log, one => one.Amounts.Count > 0, one => one with { Amounts = new Dictionary<string, decimal>() }, last: true)),
        ["a payment that failed was done"] = (Kind.Lost, log => Change<MoneyAnswered>(log, one => one.Word == "insufficient", one => one with { Word = "done" })),
        ["a payment that stands was a conflict"] = (Kind.Lost, log => Change<MoneyAnswered>(log, one => one.Word == "done", one => one with { Word = "conflict" })),
        ["usage was read wrong"] = (Kind.Reading, log => Change<UsageRead>(log, one => one.ByAgreement.Count > 0,
            one => one with { ByAgreement = one.ByAgreement.ToDictionary(each => each.Key, each => (each.Value.Count + 100_000, each.Value.Quantity, each.Value.Amount)) })),
        ["a balance was read wrong"] = (Kind.Reading, log => Change<BalanceRead>(log, _ => true, one => one with { Available = one.Available + 0.01m }, last: true)),
        ["a limit was never set"] = (Kind.Unasked, log => log.RemoveAll(entry => entry is LimitSent) > 0),
    };

    public static TheoryData<string> Harms => [.. Harm.All.Keys];
    public static TheoryData<string> Told => [.. Lies.Keys];

    [Theory, MemberData(nameof(Harms))]
    public void The_auditor_finds_it_in_the_journal_when(string planted)
    {
        var (kind, plant) = Harm.All[planted];
        var found = 0;
        foreach (var run in runs.All)
        {
            var journal = new Journal(run.Rows, run.Tree);
            if (plant(journal) && Auditor.Check(journal.Rows, run.Log, run.Tree).All.Exists(one => one.Kind == kind))
                found++;
        }

        found.ShouldBeGreaterThan(0);
    }

    [Theory, MemberData(nameof(Told))]
    public void The_auditor_finds_it_in_the_answers_when(string told)
    {
        var (kind, tell) = Lies[told];
        var found = 0;
        foreach (var run in runs.All)
        {
            var log = new ClientLog();
            log.Entries.AddRange(run.Log.Entries);
            if (tell(log.Entries) && Auditor.Check(run.Rows, log, run.Tree).All.Exists(one => one.Kind == kind))
                found++;
        }

        found.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(Defect.ForgetsRows)]
    [InlineData(Defect.NoFence)]
    [InlineData(Defect.KeepsNoOrder)]
    public void The_auditor_finds_a_store_that(object defect) =>
        Enumerable.Range(1, 60).Count(seed => Seeds.Play(seed, out var findings, (Defect)defect) is null || findings.All.Count > 0).ShouldBeGreaterThan(0);

    private static bool Change<T>(List<LogEntry> log, Func<T, bool> which, Func<T, T> into, bool last = false) where T : LogEntry
    {
        var at = last ? log.FindLastIndex(entry => entry is T one && which(one)) : log.FindIndex(entry => entry is T one && which(one));
        if (at >= 0)
            log[at] = into((T)log[at]);
        return at >= 0;
    }
}
