// A store without room for more: what is written fails for now, nothing of it stands, and it goes on when there is room.
using System.Text;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Tests;

/// <summary>PostgreSQL says 53100 when a file of its data cannot grow; a full disk of its log ends it (tests/crash).</summary>
public sealed class FullDiskOnPostgres(PostgresPlace place) : FullDisk(place), IClassFixture<PostgresPlace>
{
    static readonly string[] Tables = ["journal", "due_work", "snapshots"];

    protected override Task NoRoom() => Run($"""
        create or replace function no_room() returns trigger language plpgsql as
            $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
        {string.Concat(Tables.Select(table => $"create trigger no_room before insert on {table} for each row execute function no_room();"))}
        """);

    protected override Task Room() => Run("drop function no_room() cascade");
}

/// <summary>SQLite's own limit of pages answers as a full disk does.</summary>
public sealed class FullDiskOnSqlite(SqlitePlace place) : FullDisk(place), IClassFixture<SqlitePlace>
{
    // Not below what it has: the limit becomes the present size.
    protected override Task NoRoom() => Run("pragma max_page_count = 1");

    protected override Task Room() => Run("pragma max_page_count = 4294967294");
}

public abstract class FullDisk(StorePlace place)
{
    readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task appends_fail_as_not_written_until_there_is_room()
    {
        var (stream, other) = (place.NewStream(), place.NewStream());
        var writer = place.Store.Journal.Open(stream, 0);
        await writer.Append(Big('a'));
        await NoRoom();
        try
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                (await Should.ThrowAsync<JournalException>(() => place.Store.Journal.Open(stream, 1).Append(Big('b')))).Failure.ShouldBe(JournalFailure.Unavailable);
                (await Should.ThrowAsync<JournalException>(() => place.Store.Journal.Open(other, 0).Append(Big('b')))).Failure.ShouldBe(JournalFailure.Unavailable);
            }
            // What stands is read all the same.
            (await place.Store.Journal.Load(stream, cancel)).Head.ShouldBe(1);
        }
        finally
        {
            await Room();
        }
        (await writer.AppendVersion(Big('c'))).ShouldBe(2);
        (await place.Store.Journal.Open(other, 0).AppendVersion(Big('c'))).ShouldBe(1);
        (await place.Store.Journal.Load(stream, cancel)).Tail.Select(row => (char)row.Frames.Span[0]).ShouldBe(['a', 'c']);
    }

    [Fact]
    public async Task another_write_fails_as_a_whole_and_a_snapshot_is_done_without()
    {
        var stream = place.NewStream();
        var work = new DueWork(NodaTime.Instant.FromUtc(2025, 6, 1, 0, 0), $"wallet/{new string('w', 60_000)}{stream}", "tell");
        await NoRoom();
        try
        {
            (await Should.ThrowAsync<StorageException>(() => place.Store.Closing.SetDue(work, cancel))).Failure.ShouldBe(StorageFailure.Unavailable);
            place.Store.Snapshots.Offer(stream, 1, Big('s'));
            await place.Store.Snapshots.Flush(cancel);
        }
        finally
        {
            await Room();
        }
        (await place.Store.Closing.NextDue(cancel)).ShouldBeNull();
        place.Store.Snapshots.Offer(stream, 1, Big('s'));
        await place.Store.Snapshots.Flush(cancel);
        await place.Store.Journal.Open(stream, 0).Append(Big('a'));
        (await place.Store.Journal.Load(stream, cancel)).Snapshot!.Version.ShouldBe(1);
    }

    protected abstract Task NoRoom();
    protected abstract Task Room();

    protected Task Run(string sql) => place.Store.Database.Write(async connection =>
    {
        await using var command = connection.Sql(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    static ReadOnlyMemory<byte> Big(char content) => Encoding.ASCII.GetBytes(new string(content, Limits.AppendBytesMax / 2));
}
