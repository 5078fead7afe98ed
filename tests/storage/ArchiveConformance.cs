// A stream whose first rows are in an archive: it begins at its base, and says so to who asks for what is before it.
using System.Text;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Tests;

public sealed class BasesOnPostgres(PostgresPlace place) : ArchiveConformance(place), IClassFixture<PostgresPlace>;

public sealed class BasesOnSqlite(SqlitePlace place) : ArchiveConformance(place), IClassFixture<SqlitePlace>;

public abstract class ArchiveConformance(StorePlace place)
{
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    IJournal Journal => place.Store.Journal;

    [Fact]
    public async Task without_a_snapshot_it_is_loaded_from_its_base()
    {
        var streams = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Make(rows: 5, begin: 3)));
        // Together and alone.
        foreach (var loaded in await Task.WhenAll(streams.Select(stream => Journal.Load(stream, cancel)))) ShouldBegin(loaded, "base", 3, 5);
        ShouldBegin(await Journal.Load(streams[0], cancel), "base", 3, 5);
        (await Journal.Base(streams[0], cancel))!.ShouldSatisfyAllConditions(one => one.Version.ShouldBe(3), one => one.Archive.ShouldBe("a"), one => one.ThroughMicros.ShouldBe(77));
        (await Journal.Base(place.NewStream(), cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task a_snapshot_counts_when_it_is_not_before_the_base()
    {
        foreach (var (snapshot, word, version) in new[] { (2, "base", 3), (3, "snapshot", 3), (4, "snapshot", 4), (6, "base", 3) })
        {
            var stream = await Make(rows: 5, begin: 3);
            place.Store.Snapshots.Offer(stream, snapshot, Encoding.UTF8.GetBytes("snapshot"));
            await place.Store.Snapshots.Flush(cancel);
            ShouldBegin(await Journal.Load(stream, cancel), word, version, 5);
        }
    }

    [Fact]
    public async Task of_two_bases_the_newer_one_counts()
    {
        var stream = await Make(rows: 5, begin: 2);
        await Begin(stream, 4);
        ShouldBegin(await Journal.Load(stream, cancel), "base", 4, 5);
    }

    [Fact]
    public async Task archived_rows_are_refused_and_later_ones_read()
    {
        var stream = await Make(rows: 5, begin: 3);
        foreach (var (from, to) in new[] { (1L, long.MaxValue), (2, 2), (3, 5) })
            (await Should.ThrowAsync<JournalArchivedException>(() => Read(stream, from, to))).Base.Archive.ShouldBe("a");
        (await Should.ThrowAsync<JournalArchivedException>(() => Journal.Row(stream, 3, cancel))).Base.Archive.ShouldBe("a");
        (await Journal.Row(stream, 4, cancel)).Version.ShouldBe(4);
        (await Read(stream, 4, long.MaxValue)).ShouldBe([4, 5]);
        (await Read(stream, 6, long.MaxValue)).ShouldBeEmpty();
        (await Read(place.NewStream(), 1, long.MaxValue)).ShouldBeEmpty();
    }

    [Fact]
    public async Task a_damaged_base_is_not_passed_over()
    {
        var streams = await Task.WhenAll(Make(rows: 5, begin: 3), Make(rows: 5, begin: 3));
        await Run("update journal_bases set checksum = checksum + 1 where stream = @stream", streams[0], 0);
        var loads = streams.Select(stream => Journal.Load(stream, cancel)).ToArray();
        (await Should.ThrowAsync<JournalCorruptException>(() => loads[0])).Message.ShouldContain("unarchive");
        ShouldBegin(await loads[1], "base", 3, 5);
    }

    static void ShouldBegin(LoadedStream loaded, string word, long version, long head)
    {
        loaded.Head.ShouldBe(head);
        loaded.Snapshot!.Version.ShouldBe(version);
        Encoding.UTF8.GetString(loaded.Snapshot.State.Span).ShouldBe(word);
        loaded.Tail.Select(row => row.Version).ShouldBe(Enumerable.Range((int)version + 1, (int)(head - version)).Select(one => (long)one));
    }

    async Task<IReadOnlyList<long>> Read(long stream, long from, long to)
    {
        var versions = new List<long>();
        await foreach (var row in Journal.Read(stream, from, to, cancel)) versions.Add(row.Version);
        return versions;
    }

    async Task<long> Make(int rows, int begin)
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        for (var row = 1; row <= rows; row++) await writer.Append(Encoding.UTF8.GetBytes($"row {row}"));
        await Begin(stream, begin);
        return stream;
    }

    async Task Begin(long stream, long version)
    {
        var state = Encoding.UTF8.GetBytes("base");
        await place.Store.Database.Write(async connection =>
        {
            await using var insert = connection.Sql("insert into journal_bases (stream, version, state, checksum, archive, through) values (@s, @v, @state, @c, 'a', 77)")
                .With("s", stream).With("v", version).With("state", state).With("c", SnapshotFormat.Checksum(stream, version, state));
            await insert.ExecuteNonQueryAsync(cancel);
        }, cancel);
        await Run("delete from journal where stream = @stream and version <= @version", stream, version);
    }

    Task Run(string sql, long stream, long version) => place.Store.Database.Write(async connection =>
    {
        await using var command = connection.Sql(sql).With("stream", stream);
        if (sql.Contains("@version", StringComparison.Ordinal)) command.With("version", version);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);
}
