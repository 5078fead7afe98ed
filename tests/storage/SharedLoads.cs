// Streams that are loaded together are loaded as each would be by itself, and a damaged one fails alone.
using System.Text;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Tests;

public sealed class SharedLoadsOnPostgres(PostgresPlace place) : SharedLoads(place), IClassFixture<PostgresPlace>;

public sealed class SharedLoadsOnSqlite(SqlitePlace place) : SharedLoads(place), IClassFixture<SqlitePlace>;

public abstract class SharedLoads(StorePlace place)
{
    const int Count = 250;
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task each_gets_its_own_snapshot_and_tail()
    {
        // By their number: no rows, rows, a snapshot in front of rows, one at the head, a corrupt one, one that is above the head.
        var streams = await Task.WhenAll(Enumerable.Range(0, Count).Select(number => Make(rows: number % 7, snapshot: number % 5)));
        await Damage("update snapshots set checksum = checksum + 1 where stream in", streams.Where((_, number) => number % 11 == 3));
        var asked = streams.Concat(streams.Reverse()).ToArray();
        var loaded = await Task.WhenAll(asked.Select(stream => place.Store.Journal.Load(stream, cancel)));
        for (var at = 0; at < asked.Length; at++)
        {
            var number = Array.IndexOf(streams, asked[at]);
            var (rows, snapshot) = (number % 7, number % 5);
            var usable = snapshot > 0 && snapshot <= rows && number % 11 != 3 ? snapshot : 0;
            loaded[at].Head.ShouldBe(rows);
            (loaded[at].Snapshot?.Version ?? 0).ShouldBe(usable, $"number {number}");
            if (usable > 0) Encoding.UTF8.GetString(loaded[at].Snapshot!.State.Span).ShouldBe($"{asked[at]}@{usable}");
            loaded[at].Tail.Select(row => Encoding.UTF8.GetString(row.Frames.Span)).ShouldBe(Enumerable.Range(usable + 1, rows - usable).Select(version => $"{asked[at]}:{version}"));
        }
    }

    [Fact]
    public async Task a_damaged_stream_fails_alone()
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Make(rows: 3, snapshot: 0)));
        await Damage("delete from journal where version = 2 and stream in", [streams[17]]);
        var loads = streams.Select(stream => place.Store.Journal.Load(stream, cancel)).ToArray();
        (await Should.ThrowAsync<JournalCorruptException>(() => loads[17])).Stream.ShouldBe(streams[17]);
        foreach (var load in loads.Where((_, at) => at != 17)) (await load).Tail.Count.ShouldBe(3);
    }

    [Fact]
    public async Task parts_of_ids_go_to_who_asked_for_them()
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Make(rows: 1, snapshot: 0)));
        for (var at = 0; at < streams.Length; at += 3)
            await place.Store.EventIds.Add(new EventIdPart(new(streams[at], at, 1, 1), [7], [1]), cancel);
        var lists = await Task.WhenAll(streams.Select((stream, at) => place.Store.EventIds.List(stream, at - (at % 2), cancel)));
        for (var at = 0; at < streams.Length; at++)
            lists[at].Select(part => part.Key).ShouldBe(at % 3 == 0 ? [new EventIdPartKey(streams[at], at, 1, 1)] : []);
        (await place.Store.EventIds.List(streams[3], 4, cancel)).ShouldBeEmpty();
    }

    async Task<long> Make(int rows, int snapshot)
    {
        var stream = place.NewStream();
        var writer = place.Store.Journal.Open(stream, 0);
        for (var version = 1; version <= rows; version++) await writer.AppendVersion(Encoding.UTF8.GetBytes($"{stream}:{version}"));
        if (snapshot == 0) return stream;
        place.Store.Snapshots.Offer(stream, snapshot, Encoding.UTF8.GetBytes($"{stream}@{snapshot}"));
        await place.Store.Snapshots.Flush(cancel);
        return stream;
    }

    Task Damage(string statement, IEnumerable<long> streams) => place.Store.Database.Write(async connection =>
    {
        await using var command = connection.Sql($"{statement} ({string.Join(',', streams)})");
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);
}
