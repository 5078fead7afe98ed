// Due work that fails for ever: it stays due, and keeps out nothing that is due behind it.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.GrainInterfaces;
using OrleansBilling.Storage.Closing;

namespace OrleansBilling.Silo.Tests;

public sealed class DueWorkOnSqlite(TwinHostsOnSqlite hosts) : DueWorkFailing(hosts), IClassFixture<TwinHostsOnSqlite>;

public sealed class DueWorkOnPostgres(TwinHostsOnPostgres hosts) : DueWorkFailing(hosts), IClassFixture<TwinHostsOnPostgres>;

public abstract class DueWorkFailing(TwinHosts hosts)
{
    // More than a page of the worker.
    const int Failing = 230;
    static readonly Instant Now = Instant.FromUtc(2025, 6, 30, 12, 0);
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task work_behind_any_number_of_failing_rows_is_done_and_failing_ones_take_turns()
    {
        await hosts.First.Advance("2025-06-30T12:00:00Z");
        var (worker, due) = (hosts.Service<DueWorker>(0), hosts.Service<IDueWorkStore>(0));
        using var paused = await hosts.Service<DueWorker>(1).Pause(cancel);
        using var alone = await worker.Pause(cancel);
        // A calendar that is not there cannot be closed; a wallet that is not there has nothing left to do.
        foreach (var number in Enumerable.Range(0, Failing))
            await due.SetDue(new DueWork(Now - Duration.FromHours(1), Identifiers.Coordinator($"nowhere-{number:000}"), "close"), cancel);
        await Behind("first");
        (await worker.RunDue(new HashSet<string>(), cancel)).Count.ShouldBe(Failing);
        (await Left()).ShouldBe(Failing, "all that can be done is done");

        // The timer tries a few of them at a time, and what is new at once.
        await Behind("second");
        await worker.Look(Limits.DueFailuresMax, new HashSet<string>(), cancel);
        (await Left()).ShouldBe(Failing);
        // One that comes right is found, however many fail before it.
        await due.ClearDue(new DueWork(Now - Duration.FromHours(1), Identifiers.Coordinator("nowhere-117"), "close"), cancel);
        await Behind("third");
        for (var looks = 0; looks <= Failing / Limits.DueFailuresMax; looks++)
            await worker.Look(Limits.DueFailuresMax, new HashSet<string>(), cancel);
        (await Left()).ShouldBe(Failing - 1);
        (await worker.RunDue(new HashSet<string>(), cancel)).Count.ShouldBe(Failing - 1);

        Task Behind(string name) => due.SetDue(new DueWork(Now, Identifiers.WalletChild(name), "tell"), cancel);
        async Task<int> Left() => (await due.Due(Now, null, 1_000, cancel)).Count;
    }
}
