// Reads a whole store in bounded memory, as of one moment, without changing it: what a proof is made from.
using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Journal;

namespace OrleansBilling.Storage.Proving;

/// <summary>Whose a stream is. Body: of wallets only.</summary>
public sealed record StreamOwner(long Stream, string Kind, string Id, string? Body);

/// <summary>A row as it stands; Fault: why its bytes cannot be believed.</summary>
public sealed record ReadRow(long Stream, long Version, ReadOnlyMemory<byte> Frames, ulong Checksum, string? Fault);

/// <summary>A snapshot as it stands; damaged ones are left out, since the product ignores them.</summary>
public sealed record ReadSnapshot(long Stream, long Version, ReadOnlyMemory<byte> State);

/// <summary>
/// PostgreSQL: every connection shares one read-only repeatable-read snapshot, so the server may go on. SQLite: the file lock is taken, so no server
/// may run. Throws <see cref="StorageException"/> when the store cannot be read.
/// </summary>
public sealed partial class StoreReading : IAsyncDisposable
{
    // One pass over the journal in the order of its key must never become a sort of all of it.
    const string InKeyOrder = "-c enable_seqscan=off -c enable_sort=off -c enable_bitmapscan=off";
    const string Owners = "select stream, kind, id, case when kind = 'wallet' then body end from definitions where kind in ('subscription', 'wallet') order by stream";
    readonly NpgsqlDataSource? postgres;
    readonly NpgsqlDataSource? inKeyOrder;
    readonly string? sqlite;
    FileStream? fileLock;
    DbConnection? holder;
    string? snapshot;

    StoreReading(StorageOptions options)
    {
        if (options.PostgresConnectionString is { } given)
        {
            postgres = Source(given, "");
            inKeyOrder = Source(given, InKeyOrder);
            return;
        }

        var file = Path.Combine(options.SqliteFolder!, "billing.db");
        sqlite = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly }.ConnectionString;
    }

    /// <summary>Opens a store for reading.</summary>
    public static async Task<StoreReading> Open(StorageOptions options, CancellationToken cancel)
    {
        var reading = new StoreReading(options);
        try
        {
            if (options.SqliteFolder is { } folder)
                reading.fileLock = TakeFileLock(folder);
            await reading.Begin(cancel);
            return reading;
        }
        catch
        {
            await reading.DisposeAsync();
            throw;
        }
    }

    /// <summary>Owners of streams, by stream.</summary>
    public IAsyncEnumerable<StreamOwner> StreamOwners(CancellationToken cancel) => Query(Owners,
        reader => new StreamOwner(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.Text(3)), cancel);

    /// <summary>Subscriptions that have paid ahead, as they stand.</summary>
    public IAsyncEnumerable<(string Id, string Body)> PaidAhead(CancellationToken cancel) => Query(
        "select id, body from definitions where kind = 'subscription' and body like '%\"prepaid\":{%' order by id",
        reader => (reader.GetString(0), reader.GetString(1)), cancel);

    /// <summary>All rows from a stream on, by stream and version.</summary>
    public IAsyncEnumerable<ReadRow> Rows(long fromStream, CancellationToken cancel) => Query(
        "select stream, version, payload from journal where stream >= @a order by stream, version", Row, cancel, byKey: true, (fromStream, null));

    /// <summary>The rows of one stream.</summary>
    public IAsyncEnumerable<ReadRow> RowsOf(long stream, CancellationToken cancel) =>
        Query("select stream, version, payload from journal where stream = @a order by stream, version", Row, cancel, byKey: true, (stream, null));

    /// <summary>The newest version of every stream below a stream, by stream.</summary>
    public IAsyncEnumerable<(long Stream, long Head)> Heads(long belowStream, CancellationToken cancel) => Query(
        "select stream, max(version) from journal where stream < @a group by stream order by stream",
        reader => (reader.GetInt64(0), reader.GetInt64(1)), cancel, byKey: true, (belowStream, null));

    /// <summary>Snapshots by stream.</summary>
    public async IAsyncEnumerable<ReadSnapshot> Snapshots([EnumeratorCancellation] CancellationToken cancel)
    {
        var all = Query("select stream, version, state, checksum from snapshots order by stream",
            reader => SnapshotFormat.Open(reader.GetInt64(0), reader.GetInt64(1), reader.Bytes(2), reader.GetInt64(3)) is { } good
                ? new ReadSnapshot(reader.GetInt64(0), good.Version, good.State) : null, cancel, byKey: true);
        await foreach (var one in all)
            if (one is not null)
                yield return one;
    }

    /// <summary>Where streams begin whose first rows are in an archive, by stream; of several the newest.</summary>
    public IAsyncEnumerable<(long Stream, StreamBase Base)> Bases(CancellationToken cancel) => Query(StreamBases.Select
        + " where not exists (select 1 from journal_bases newer where newer.stream = journal_bases.stream and newer.version > journal_bases.version) order by stream",
        reader => (reader.GetInt64(0), StreamBases.ReadAny(reader)), cancel, byKey: true);

    /// <summary>The largest number of a stream.</summary>
    public async Task<long> LastStream(CancellationToken cancel)
    {
        await foreach (var last in Query("select coalesce(max(stream), 0) from journal", reader => reader.GetInt64(0), cancel, byKey: true))
            return last;
        return 0;
    }

    /// <summary>Gives the snapshot, the lock and all connections back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (holder is not null)
            await holder.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        if (inKeyOrder is not null)
            await inKeyOrder.DisposeAsync();
        if (sqlite is not null)
        {
            await using var pool = new SqliteConnection(sqlite);
            SqliteConnection.ClearPool(pool);
        }
        if (fileLock is not null)
            await fileLock.DisposeAsync();
    }

    static NpgsqlDataSource Source(string given, string options)
    {
        var settings = new NpgsqlConnectionStringBuilder(given) { ApplicationName = "OrleansBilling verify", CommandTimeout = 0, Options = options };
        return NpgsqlDataSource.Create(settings.ConnectionString);
    }

    static FileStream TakeFileLock(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "billing.db")))
            throw new StorageException(StorageFailure.Refused, $"There is no store in '{folder}': it has no billing.db.");
        try
        {
            var file = Path.Combine(folder, "billing.db.lock");
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.Asynchronous);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageFailure.Refused, $"The store in '{folder}' is in use: a server keeps its SQLite store to itself. "
                + "Stop the server, or verify a copy of the folder. (A PostgreSQL store can be verified while its server runs.)", fault);
        }
    }

    async Task Begin(CancellationToken cancel)
    {
        try
        {
            holder = await Connect(postgres, cancel);
            if (postgres is not null)
            {
                await using var export = holder.Sql("select pg_export_snapshot()");
                snapshot = (string?)await export.ExecuteScalarAsync(cancel);
            }
            // A store of another version would only fail later, and less clearly.
            await using var look = holder.Sql("select count(*) from migrations where number >= 19");
            if (await look.Number(cancel) is null or 0)
                throw new StorageException(StorageFailure.Refused, "The store is of an older version: start the server once, which brings it up to date.");
        }
        catch (DbException fault)
        {
            throw new StorageException(StorageFailure.Unavailable, "The store cannot be read: " + fault.Message, fault);
        }
    }

    async Task<DbConnection> Connect(NpgsqlDataSource? source, CancellationToken cancel)
    {
        if (source is null)
        {
            var file = new SqliteConnection(sqlite);
            await file.OpenAsync(cancel);
            return file;
        }

        var connection = await source.OpenConnectionAsync(cancel);
        await using var begin = connection.Sql("begin isolation level repeatable read read only"
            + (snapshot is null ? "" : $"; set transaction snapshot '{snapshot}'"));
        await begin.ExecuteNonQueryAsync(cancel);
        return connection;
    }

    async IAsyncEnumerable<T> Query<T>(string sql, Func<DbDataReader, T> read, [EnumeratorCancellation] CancellationToken cancel, bool byKey = false,
        (long? Number, string? Text) parameter = default)
    {
        await using var connection = await Connect(byKey ? inKeyOrder : postgres, cancel);
        await using var command = connection.Sql(sql);
        if (parameter.Number is { } number) command.With("a", number);
        if (parameter.Text is { } text) command.With("a", text);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.Default, cancel);
        while (await reader.ReadAsync(cancel))
            yield return read(reader);
    }

    static ReadRow Row(DbDataReader reader)
    {
        var (stream, version) = (reader.GetInt64(0), reader.GetInt64(1));
        try
        {
            var row = RowFormat.Open(stream, version, reader.Bytes(2));
            return new ReadRow(stream, version, row.Frames, row.Checksum, null);
        }
        catch (JournalCorruptException fault)
        {
            return new ReadRow(stream, version, default, 0, fault.Message);
        }
    }
}
