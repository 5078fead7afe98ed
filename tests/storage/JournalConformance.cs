// What a journal promises, whichever database is behind it.
using System.Text;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Tests;

public sealed class JournalOnPostgres(PostgresPlace place) : JournalConformance(place), IClassFixture<PostgresPlace>;

public sealed class JournalOnSqlite(SqlitePlace place) : JournalConformance(place), IClassFixture<SqlitePlace>;

public abstract class JournalConformance(StorePlace place)
{
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    IJournal Journal => place.Store.Journal;

    [Fact]
    public async Task an_append_is_answered_with_its_version_and_can_be_read_back()
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        (await writer.AppendVersion(Bytes("one"))).ShouldBe(1);
        (await writer.AppendVersion(Bytes("two"))).ShouldBe(2);
        writer.CommittedVersion.ShouldBe(2);
        var rows = await Rows(stream);
        rows.Select(Text).ShouldBe(["one", "two"]);
        rows.Select(row => row.Version).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task rows_are_in_the_database_after_the_answer()
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        for (var i = 1; i <= 20; i++) await writer.AppendVersion(Bytes($"row {i}"));
        (await Count(stream)).ShouldBe(20);
    }

    [Fact]
    public async Task the_head_of_a_stream_is_its_newest_durable_version_whoever_asks_for_how_many()
    {
        var streams = Enumerable.Range(0, 300).Select(_ => place.NewStream()).ToList();
        (await Journal.Head(streams[0], cancel)).ShouldBe(0);
        for (var i = 0; i < streams.Count; i++)
        {
            var writer = Journal.Open(streams[i], 0);
            for (var row = 0; row < i % 3; row++) await writer.AppendVersion(Bytes("row"));
        }
        // Backwards: answers belong to their questions, whatever order the database finds them in.
        var heads = await Task.WhenAll(Enumerable.Reverse(streams).Select(stream => Journal.Head(stream, cancel)));
        heads.ShouldBe(Enumerable.Range(0, streams.Count).Reverse().Select(i => (long)(i % 3)));
    }

    [Fact]
    public async Task rows_that_are_asked_for_one_by_one_answer_their_own_question()
    {
        var streams = Enumerable.Range(0, 300).Select(_ => place.NewStream()).ToList();
        foreach (var stream in streams)
        {
            var writer = Journal.Open(stream, 0);
            for (var version = 1; version <= 2; version++) await writer.AppendVersion(Bytes($"{stream}/{version}"));
        }
        var rows = await Task.WhenAll(Enumerable.Reverse(streams).Select((stream, i) => Journal.Row(stream, 1 + i % 2, cancel)));
        rows.Select(Text).ShouldBe(Enumerable.Reverse(streams).Select((stream, i) => $"{stream}/{1 + i % 2}"));
        foreach (var row in rows) (await Rows(row.Stream))[(int)row.Version - 1].Checksum.ShouldBe(row.Checksum);
        await Should.ThrowAsync<JournalCorruptException>(() => Journal.Row(streams[0], 3, cancel));
    }

    [Fact]
    public async Task the_rows_of_many_streams_in_one_flush_are_all_written()
    {
        var streams = Enumerable.Range(0, 500).Select(_ => place.NewStream()).ToList();
        await Task.WhenAll(streams.Select(stream => Journal.Open(stream, 0).AppendVersion(Bytes($"of {stream}"))));
        foreach (var stream in streams) (await Rows(stream)).Select(Text).ShouldBe([$"of {stream}"]);
    }

    [Fact]
    public async Task appends_that_wait_together_share_rows_in_order_and_versions_have_no_gaps()
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        var appends = Enumerable.Range(0, 1_000).Select(i => writer.AppendVersion(Bytes($"{i};"))).ToList();
        var versions = await Task.WhenAll(appends);
        versions.ShouldBeInOrder();
        var rows = await Rows(stream);
        rows.Select(row => row.Version).ShouldBe(Enumerable.Range(1, rows.Count).Select(version => (long)version));
        rows.Count.ShouldBeLessThan(1_000);
        versions[^1].ShouldBe(rows.Count);
        string.Concat(rows.Select(Text)).ShouldBe(string.Concat(Enumerable.Range(0, 1_000).Select(i => $"{i};")));
    }

    [Fact]
    public async Task an_empty_payload_makes_a_row()
    {
        var stream = place.NewStream();
        (await Journal.Open(stream, 0).AppendVersion(default)).ShouldBe(1);
        (await Rows(stream)).Single().Frames.Length.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2_000)]
    [InlineData(8_000)]
    [InlineData(300_000)]
    [InlineData(4 << 20)]
    public async Task payloads_of_any_allowed_size_come_back_as_they_were(int size)
    {
        var stream = place.NewStream();
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        await Journal.Open(stream, 0).AppendVersion(bytes);
        (await Rows(stream)).Single().Frames.ToArray().ShouldBe(bytes);
    }

    [Fact]
    public async Task a_payload_above_the_limit_is_refused_and_poisons_nothing()
    {
        var writer = Journal.Open(place.NewStream(), 0);
        Should.Throw<ArgumentException>(() => { _ = writer.AppendVersion(new byte[(4 << 20) + 1]); });
        writer.Poisoned.ShouldBeFalse();
        (await writer.AppendVersion(Bytes("fits"))).ShouldBe(1);
    }

    [Fact]
    public async Task the_second_writer_of_a_version_loses_and_writes_nothing_more()
    {
        var stream = place.NewStream();
        var first = Journal.Open(stream, 0);
        var second = Journal.Open(stream, 0);
        await first.AppendVersion(Bytes("first"));
        var lost = await Should.ThrowAsync<JournalException>(() => second.AppendVersion(Bytes("second")));
        lost.Failure.ShouldBe(JournalFailure.Conflict);
        second.Poisoned.ShouldBeTrue();
        second.CommittedVersion.ShouldBe(0);
        for (var i = 0; i < 3; i++)
            (await Should.ThrowAsync<JournalException>(() => second.AppendVersion(Bytes("again")))).Failure.ShouldBe(JournalFailure.Conflict);
        (await first.AppendVersion(Bytes("goes on"))).ShouldBe(2);
        (await Rows(stream)).Select(Text).ShouldBe(["first", "goes on"]);
    }

    [Fact]
    public async Task a_poisoned_writer_does_not_hurt_the_other_streams_of_its_batch()
    {
        var (fought, others) = (place.NewStream(), Enumerable.Range(0, 200).Select(_ => place.NewStream()).ToList());
        await Journal.Open(fought, 0).AppendVersion(Bytes("winner"));
        var loser = Journal.Open(fought, 0);
        var lost = loser.AppendVersion(Bytes("loser"));
        var written = Task.WhenAll(others.Select(stream => Journal.Open(stream, 0).AppendVersion(Bytes("fine"))));
        (await Should.ThrowAsync<JournalException>(() => lost)).Failure.ShouldBe(JournalFailure.Conflict);
        (await written).ShouldAllBe(version => version == 1);
        foreach (var stream in others) (await Count(stream)).ShouldBe(1);
        (await Rows(fought)).Select(Text).ShouldBe(["winner"]);
    }

    [Fact]
    public async Task of_two_writers_in_one_batch_exactly_one_wins()
    {
        var stream = place.NewStream();
        Task<long>[] appends = [Journal.Open(stream, 0).AppendVersion(Bytes("a")), Journal.Open(stream, 0).AppendVersion(Bytes("b"))];
        var outcomes = new List<bool>();
        foreach (var append in appends)
        {
            try { outcomes.Add(await append == 1); }
            catch (JournalException e) when (e.Failure == JournalFailure.Conflict) { outcomes.Add(false); }
        }
        outcomes.ShouldBe([true, false], ignoreOrder: true);
        (await Rows(stream)).Select(Text).ShouldBe([outcomes[0] ? "a" : "b"]);
    }

    [Fact]
    public async Task a_stream_is_loaded_with_its_newest_snapshot_and_the_rows_after_it()
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        for (var i = 1; i <= 5; i++) await writer.AppendVersion(Bytes($"{i}"));
        await Offer(stream, 3, "state 3");
        var loaded = await Journal.Load(stream, cancel);
        loaded.Head.ShouldBe(5);
        loaded.Snapshot!.Version.ShouldBe(3);
        Encoding.UTF8.GetString(loaded.Snapshot.State.Span).ShouldBe("state 3");
        loaded.Tail.Select(Text).ShouldBe(["4", "5"]);
    }

    [Fact]
    public async Task a_stream_whose_snapshot_is_at_its_head_has_no_tail()
    {
        var stream = place.NewStream();
        await Journal.Open(stream, 0).AppendVersion(Bytes("1"));
        await Offer(stream, 1, "all");
        var loaded = await Journal.Load(stream, cancel);
        (loaded.Head, loaded.Snapshot!.Version, loaded.Tail.Count).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task an_unknown_stream_is_loaded_empty()
    {
        var loaded = await Journal.Load(place.NewStream(), cancel);
        (loaded.Head, loaded.Snapshot, loaded.Tail.Count).ShouldBe((0, null, 0));
    }

    [Fact]
    public async Task a_snapshot_above_the_head_is_ignored()
    {
        var stream = place.NewStream();
        await Journal.Open(stream, 0).AppendVersion(Bytes("1"));
        await Offer(stream, 2, "of a future that was lost");
        var loaded = await Journal.Load(stream, cancel);
        (loaded.Head, loaded.Snapshot).ShouldBe((1, null));
        loaded.Tail.Count.ShouldBe(1);
    }

    [Fact]
    public async Task an_older_snapshot_does_not_replace_a_newer_one()
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        for (var i = 1; i <= 3; i++) await writer.AppendVersion(Bytes($"{i}"));
        await Offer(stream, 2, "two");
        await Offer(stream, 1, "one");
        (await Journal.Load(stream, cancel)).Snapshot!.Version.ShouldBe(2);
        await Offer(stream, 3, "three");
        (await Journal.Load(stream, cancel)).Snapshot!.Version.ShouldBe(3);
    }

    [Fact]
    public async Task a_corrupt_snapshot_is_ignored_and_reported()
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        for (var i = 1; i <= 3; i++) await writer.AppendVersion(Bytes($"{i}"));
        await Offer(stream, 2, "state");
        await Execute("update snapshots set checksum = checksum + 1 where stream = @stream", stream);
        var loaded = await Journal.Load(stream, cancel);
        (loaded.Head, loaded.Snapshot, loaded.Tail.Count).ShouldBe((3, null, 3));
        place.Logs.Lines.ShouldContain(line => line.Contains($"snapshot of stream {stream} is corrupt"));
    }

    [Theory]
    [InlineData("update journal set payload = (select payload from journal where stream = @stream and version = 1) where stream = @stream and version = 2")]
    [InlineData("delete from journal where stream = @stream and version = 2")]
    public async Task a_corrupt_or_missing_row_parks_the_stream(string damage)
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        for (var i = 1; i <= 3; i++) await writer.AppendVersion(Bytes($"{i}"));
        await Execute(damage, stream);
        (await Should.ThrowAsync<JournalCorruptException>(() => Journal.Load(stream, cancel))).Version.ShouldBe(2);
        await Should.ThrowAsync<JournalCorruptException>(() => Rows(stream));
    }

    [Fact]
    public async Task a_range_is_read_within_its_bounds()
    {
        var stream = place.NewStream();
        var writer = Journal.Open(stream, 0);
        for (var i = 1; i <= 6; i++) await writer.AppendVersion(Bytes($"{i}"));
        (await Rows(stream, 2, 4)).Select(Text).ShouldBe(["2", "3", "4"]);
    }

    [Fact]
    public async Task the_queue_is_empty_again_after_everything_was_answered()
    {
        var writer = Journal.Open(place.NewStream(), 0);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => writer.AppendVersion(new byte[1_000])));
        Journal.QueuedBytes.ShouldBe(0);
        writer.HasRoom.ShouldBeTrue();
    }

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
    static string Text(JournalRow row) => Encoding.UTF8.GetString(row.Frames.Span);

    async Task<List<JournalRow>> Rows(long stream, long from = 1, long to = long.MaxValue)
    {
        var rows = new List<JournalRow>();
        await foreach (var row in Journal.Read(stream, from, to, cancel)) rows.Add(row);
        return rows;
    }

    async Task Offer(long stream, long version, string state)
    {
        place.Store.Snapshots.Offer(stream, version, Bytes(state));
        await place.Store.Snapshots.Flush(cancel);
    }

    Task<long?> Count(long stream) => place.Store.Database.Read(async connection =>
    {
        await using var command = connection.Sql("select count(*) from journal where stream = @stream").With("stream", stream);
        return await command.Number(cancel);
    }, cancel);

    Task Execute(string sql, long stream) => place.Store.Database.Write(async connection =>
    {
        await using var command = connection.Sql(sql).With("stream", stream);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);
}
