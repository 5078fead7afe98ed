// What is past its retention goes, what is not stays: by the clock of the installation.
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Silo.Tests;

public sealed class RetentionOnSqlite(TwinHostsOnSqlite hosts) : Retention(hosts), IClassFixture<TwinHostsOnSqlite>;

public sealed class RetentionOnPostgres(TwinHostsOnPostgres hosts) : Retention(hosts), IClassFixture<TwinHostsOnPostgres>;

public abstract class Retention(TwinHosts hosts)
{
    const long Stream = 4_000_000_000;
    static readonly Instant Now = Instant.FromUtc(2025, 6, 30, 12, 0);

    [Fact]
    public async Task id_parts_and_answers_past_their_retention_are_deleted_and_no_others()
    {
        var cancel = TestContext.Current.CancellationToken;
        await hosts.First.Advance("2025-06-30T12:00:00Z");
        var (answers, ids) = (hosts.Service<IIdempotencyStore>(0), hosts.Service<IEventIdStore>(0));
        var oldest = (int)(Now - Limits.IdRetention - NodaConstants.UnixEpoch).Days;
        foreach (var day in (int[])[oldest - 1, oldest])
            await ids.Add(new EventIdPart(new EventIdPartKey(Stream, day, 1, 1), [1], [1]), cancel);
        var aMoment = Duration.FromSeconds(1);
        await Keep("old", Now - Limits.AnswerRetention - aMoment);
        await Keep("young", Now - Limits.AnswerRetention + aMoment);
        await hosts.Service<RetentionWorker>(0).Sweep(cancel);
        (await ids.List(Stream, 0, cancel)).Single().Key.Day.ShouldBe(oldest);
        (await answers.Get("retention", "old", cancel)).ShouldBeNull();
        (await answers.Get("retention", "young", cancel)).ShouldNotBeNull();
    }

    Task Keep(string key, Instant at) => hosts.Service<IIdempotencyStore>(0)
        .Keep(new IdempotentAnswer("retention", key, "hash", 200, "application/json", "{}", at), TestContext.Current.CancellationToken);
}
