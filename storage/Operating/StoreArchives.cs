// Moves rows of the journal into an archive and back. A row is deleted only when the archive is whole and noted in the store.
using System.Data.Common;
using Microsoft.Data.Sqlite;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Archiving;
using OrleansBilling.Billing.Usage;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;
using Npgsql;

namespace OrleansBilling.Storage.Operating;

/// <summary>What an archive has; Done: streams of it that this run has moved.</summary>
public sealed record ArchiveResult(ArchiveHeader Header, long Rows, long Streams, long Done, long Bytes);

/// <summary>One store, for as long as a command works on it. On SQLite its server must be stopped; on PostgreSQL it may go on.</summary>
public sealed class StoreArchives : IAsyncDisposable
{
    const int Batch = 100;
    readonly DbConnection connection;
    readonly NpgsqlDataSource? postgres;
    readonly FileStream? fileLock;
    CrashPoints crash = CrashPoints.None;

    StoreArchives(DbConnection connection, NpgsqlDataSource? postgres, FileStream? fileLock) =>
        (this.connection, this.postgres, this.fileLock) = (connection, postgres, fileLock);

    /// <summary>Opens a store that has this version's tables.</summary>
    public static async Task<StoreArchives> Open(StorageOptions options, CancellationToken cancel)
    {
        StoreArchives? store = null;
        try
        {
            store = options.SqliteFolder is { } folder ? OfFolder(folder) : OfDatabase(options.PostgresConnectionString!);
            store.crash = options.CrashPoints;
            await store.connection.OpenAsync(cancel);
            if (await StoreSchema.MigrationOf(store.connection, cancel) != StoreSchema.Newest)
                throw Refused("The store is of another version: start the server once, which brings it up to date.");
            return store;
        }
        catch (Exception fault)
        {
            if (store is not null) await store.DisposeAsync();
            if (fault is DbException) throw new StorageException(StorageFailure.Unavailable, "The store cannot be opened: " + fault.Message, fault);
            throw;
        }
    }

    /// <summary>Moves rows of periods that ended until a date (inclusive) into a file; an existing file of the same archive is gone on with.</summary>
    public Task<ArchiveResult> Archive(LocalDate until, string path, Instant machine, CancellationToken cancel) => Said(() =>
        MoveOut(until, path, machine, cancel));

    /// <summary>Puts the rows of an archive back. Newer archives of the same streams must be put back first.</summary>
    public Task<ArchiveResult> Unarchive(string path, CancellationToken cancel) => Said(() => MoveBack(path, cancel));

    // What is committed stays, and the same command goes on behind it.
    static async Task<ArchiveResult> Said(Func<Task<ArchiveResult>> work)
    {
        try
        {
            return await work();
        }
        catch (DbException fault)
        {
            throw new StorageException(StorageFailure.Unavailable, "The database failed in the middle of it; run the same again: " + fault.Message, fault);
        }
        catch (Exception fault) when (fault is JournalCorruptException or PackedFormatException)
        {
            throw new StorageException(StorageFailure.Refused, "A stream is damaged, see ./store verify: " + fault.Message, fault);
        }
    }

    async Task<ArchiveResult> MoveOut(LocalDate until, string path, Instant machine, CancellationToken cancel)
    {
        var now = await Clock(machine, cancel);
        // Midnight of every zone has come by noon of the next day, UTC.
        var ended = until.PlusDays(1).AtMidnight().InUtc().ToInstant() + Duration.FromHours(12);
        if (ended > now - Limits.IdRetention)
            throw Refused($"--until must lie at least {Limits.IdRetention.Days} days in the past: until then rows may still be asked for by the ids of their events.");
        await RequireClosed(ended, cancel);
        if (!File.Exists(path)) await Write(path, new ArchiveHeader(Guid.NewGuid().ToString("N"), until.ToText(), machine.ToString()), ended, now, cancel);
        crash.Reach(CrashPoints.ArchiveWritten);
        var file = await ArchiveFile.Open(path, cancel);
        if (file.Header.Until != until.ToText()) throw Refused($"'{path}' is an archive until {file.Header.Until}: say so, or name another file.");
        await Note(file, machine, cancel);
        return await Each(file, stream => MoveOut(file, stream, cancel), cancel);
    }

    async Task<ArchiveResult> MoveBack(string path, CancellationToken cancel)
    {
        var file = await ArchiveFile.Open(path, cancel);
        if (await Number("select count(*) from archives where id = @id and hash = @hash", one =>
            one.With("id", file.Header.Id).With("hash", file.Hash), cancel) == 0)
            throw Refused($"The store does not know the archive {file.Header.Id}: nothing of it is missing here.");
        var done = await Each(file, stream => MoveBack(file, stream, cancel), cancel);
        await Run("delete from archives where id = @id", one => one.With("id", file.Header.Id), cancel);
        return done;
    }

    /// <summary>Gives the store back.</summary>
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        if (fileLock is not null) await fileLock.DisposeAsync();
    }

    static StoreArchives OfFolder(string folder)
    {
        if (!File.Exists(SqliteFolder.FileIn(folder))) throw Refused($"There is no store in '{folder}': it has no billing.db.");
        var held = SqliteFolder.Lock(folder);
        var file = new SqliteConnectionStringBuilder { DataSource = SqliteFolder.FileIn(folder), Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        return new StoreArchives(new SqliteConnection(file.ConnectionString), null, held);
    }

    static StoreArchives OfDatabase(string given)
    {
        var source = PostgresSessions.Source(given);
        return new StoreArchives(source.CreateConnection(), source, null);
    }

    static StorageException Refused(string why) => new(StorageFailure.Refused, why);

    // Of a store with a sandbox clock that one decides: what lies in the past, its server tells by it.
    async Task<Instant> Clock(Instant machine, CancellationToken cancel)
    {
        await using var command = connection.Sql("select value from settings where name = 'sandbox_clock'");
        var sandbox = await command.First(reader => reader.GetString(0), cancel);
        return sandbox is null ? machine : NodaTime.Text.InstantPattern.ExtendedIso.Parse(sandbox).GetValueOrThrow();
    }

    async Task RequireClosed(Instant ended, CancellationToken cancel)
    {
        await using var command = connection.Sql("select id from close_runs where period_end <= @ended and state <> 1 order by id limit 1")
            .With("ended", ended);
        if (await command.First(reader => reader.GetString(0), cancel) is { } run)
            throw Refused($"The close {run} has not ended, or has agreements that are parked: let it end first.");
    }

    async Task Write(string path, ArchiveHeader header, Instant ended, Instant now, CancellationToken cancel)
    {
        await using var writer = new ArchiveWriter(path, header);
        for (var after = -1L; ;)
        {
            await using var next = connection.Sql("select stream from definitions where kind = 'subscription' and stream > @after order by stream limit 500")
                .With("after", after);
            var streams = await next.List(reader => reader.GetInt64(0), cancel);
            if (streams.Count == 0) break;
            foreach (var stream in streams)
            {
                var (from, to) = await Cut(stream, ended, now, cancel);
                if (to >= from) await Rows(stream, from, to, row => writer.Add(row, cancel), cancel);
            }
            after = streams[^1];
        }
        if (writer.Rows == 0) throw Refused("There is nothing to archive: no subscription has rows before a seal that is old enough.");
        await writer.End(cancel);
    }

    async Task<(long From, long To)> Cut(long stream, Instant ended, Instant now, CancellationToken cancel)
    {
        var from = ((await StreamBases.Newest(connection, stream, cancel))?.Version ?? 0) + 1;
        var head = await Number("select max(version) from journal where stream = @stream", one => one.With("stream", stream), cancel) ?? 0;
        var cut = new ArchiveCut(ended, now);
        await Rows(stream, from, head - 1, row =>
        {
            if (!cut.Stopped) cut.Row(row.Version, row.Open().Frames.Span);
            return Task.CompletedTask;
        }, cancel);
        return (from, cut.Version);
    }

    Task Note(ArchiveFile file, Instant now, CancellationToken cancel) => Run("""
        insert into archives (id, until, taken_at, row_count, bytes, hash) values (@id, @until, @at, @rows, @bytes, @hash) on conflict (id) do nothing
        """, one => one.With("id", file.Header.Id).With("until", file.Header.Until).With("at", (Instant?)now).With("rows", file.Rows)
        .With("bytes", file.Bytes).With("hash", file.Hash), cancel);

    async Task<ArchiveResult> Each(ArchiveFile file, Func<long, Task<bool>> move, CancellationToken cancel)
    {
        var (all, done) = (0L, 0L);
        foreach (var some in file.Streams.Select(one => one.Stream).Chunk(Batch))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            foreach (var stream in some) done += await move(stream) ? 1 : 0;
            crash.Reach(CrashPoints.ArchiveMoving);
            await transaction.CommitAsync(cancel);
            crash.Reach(CrashPoints.ArchiveMoved);
            all += some.Length;
        }
        return new ArchiveResult(file.Header, file.Rows, all, done, file.Bytes);
    }

    // What the file holds is compared with what is deleted, byte for byte: an archive of another store deletes nothing.
    async Task<bool> MoveOut(ArchiveFile file, long stream, CancellationToken cancel)
    {
        var (first, last) = file.Of(stream)!.Value;
        var begin = await StreamBases.Newest(connection, stream, cancel);
        if (begin?.Archive == file.Header.Id) return false;
        if ((begin?.Version ?? 0) + 1 != first)
            throw Refused($"Stream {stream} begins elsewhere than in the archive: it is not of this store, or was put back.");
        var replay = new BaseReplay(begin?.State, begin?.ThroughMicros ?? long.MinValue);
        await using var archived = file.RowsOf(stream, cancel).GetAsyncEnumerator(cancel);
        var compared = 0L;
        await Rows(stream, first, last, async row =>
        {
            if (!await archived.MoveNextAsync() || archived.Current.Version != row.Version || !archived.Current.Payload.AsSpan().SequenceEqual(row.Payload))
                throw Refused($"Row {stream}/{row.Version} is not what the archive has: nothing of the stream is moved.");
            var opened = row.Open();
            replay.Row(opened.Version, opened.Frames.Span, opened.Checksum);
            compared++;
        }, cancel);
        var head = await Number("select max(version) from journal where stream = @stream", one => one.With("stream", stream), cancel);
        if (compared != last - first + 1 || head <= last) throw Refused($"Stream {stream} does not have the rows of the archive: it is not of this store.");
        var state = replay.Write().ToArray();
        await Run("""
            insert into journal_bases (stream, version, state, checksum, archive, through) values (@stream, @version, @state, @checksum, @archive, @through)
            """, one => one.With("stream", stream).With("version", last).With("state", state).With("checksum", SnapshotFormat.Checksum(stream, last, state))
            .With("archive", file.Header.Id).With("through", replay.ThroughMicros), cancel);
        await Run("delete from journal where stream = @stream and version <= @last", one => one.With("stream", stream).With("last", last), cancel);
        return true;
    }

    async Task<bool> MoveBack(ArchiveFile file, long stream, CancellationToken cancel)
    {
        var begin = await StreamBases.NewestOrDamaged(connection, stream, cancel);
        var known = await Number("select count(*) from journal_bases where stream = @stream and archive = @id",
            one => one.With("stream", stream).With("id", file.Header.Id), cancel) > 0;
        if (!known) return false;
        if (begin!.Archive != file.Header.Id) throw Refused($"Put the newer archive {begin.Archive} (until {begin.Until}) back first.");
        await foreach (var row in file.RowsOf(stream, cancel))
            await Run("insert into journal (stream, version, payload) values (@stream, @version, @payload)",
                one => one.With("stream", stream).With("version", row.Version).With("payload", row.Payload), cancel);
        await Run("delete from journal_bases where stream = @stream and archive = @id", one => one.With("stream", stream).With("id", file.Header.Id), cancel);
        return true;
    }

    async Task Rows(long stream, long from, long to, Func<ArchivedRow, Task> take, CancellationToken cancel)
    {
        await using var command = connection.Sql("select version, payload from journal where stream = @stream and version between @from and @to order by version")
            .With("stream", stream).With("from", from).With("to", to);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) await take(new ArchivedRow(stream, reader.GetInt64(0), reader.Bytes(1)));
    }

    async Task Run(string sql, Action<DbCommand> with, CancellationToken cancel)
    {
        await using var command = connection.Sql(sql);
        with(command);
        await command.ExecuteNonQueryAsync(cancel);
    }

    async Task<long?> Number(string sql, Action<DbCommand> with, CancellationToken cancel)
    {
        await using var command = connection.Sql(sql);
        with(command);
        return await command.Number(cancel);
    }
}
