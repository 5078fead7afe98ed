// Reads all tables of a store as of one moment, whatever a server does to it meanwhile.
using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Operating;

/// <summary>
/// PostgreSQL: one repeatable-read transaction. SQLite: one read transaction, which the write-ahead log keeps apart from a server's writes.
/// <see cref="Exclusive"/> refuses while a server works on the store.
/// </summary>
sealed class StoreExport : ICopySource
{
    readonly StorageOptions options;
    readonly DateTimeOffset now;
    NpgsqlDataSource? postgres;
    FileStream? fileLock;
    DbConnection? connection;

    StoreExport(StorageOptions options, DateTimeOffset now) => (this.options, this.now) = (options, now);

    /// <summary>While a server may go on.</summary>
    public static Task<StoreExport> Shared(StorageOptions options, DateTimeOffset now, CancellationToken cancel) => Open(options, now, false, cancel);

    /// <summary>Only when no server works on it: what one writes behind the copy would be lost.</summary>
    public static Task<StoreExport> Exclusive(StorageOptions options, DateTimeOffset now, CancellationToken cancel) => Open(options, now, true, cancel);

    public async Task<CopyResult> CopyTo(ICopyTarget target, Action<CopyStep> progress, CancellationToken cancel)
    {
        var migration = await StoreSchema.MigrationOf(connection!, cancel)
            ?? throw new StorageException(StorageFailure.Refused, "There is no store: the database has no tables of OrleansBilling.");
        if (migration > StoreSchema.Newest)
            throw new StorageException(StorageFailure.Refused, "The store was used by a newer version, which may keep what this one does not know. Use that one.");
        var taken = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var header = new CopyHeader(postgres is null ? "SQLite" : "PostgreSQL", taken, migration, await StoreSchema.After(migration, cancel));
        await target.Begin(header, cancel);
        var (rows, bytes, packing) = (new long[header.Tables.Count], 0L, new RowPacking());
        for (var table = 0; table < rows.Length; table++)
        {
            var name = header.Tables[table].Name;
            await using var command = connection!.Sql(Select(header.Tables[table]));
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.Default, cancel);
            while (await reader.ReadAsync(cancel))
            {
                packing.Add(reader, header.Tables[table]);
                if (packing.Length >= Limits.CopiedChunkBytes) await Send(table);
            }
            if (packing.Count > 0) await Send(table);

            async Task Send(int number)
            {
                await target.Rows(number, packing.Count, packing.Packed, cancel);
                (rows[number], bytes) = (rows[number] + packing.Count, bytes + packing.Length);
                packing.Clear();
                progress(new CopyStep(name, rows[number], bytes, -1));
            }
        }
        var trailer = new CopyTrailer(rows);
        await target.End(trailer, cancel);
        return new CopyResult(header, trailer, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null) await connection.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        if (fileLock is not null) await fileLock.DisposeAsync();
    }

    // A sequence does not take part in transactions: it may be ahead of the rows, never behind them.
    string Select(StoredTable table) => postgres is not null && table.Name == StoreSchema.Streams
        ? "select 1::bigint as one, case when is_called then last_value else 0 end as last from streams"
        : $"select {string.Join(", ", table.Columns.Select(column => column.Name))} from {table.Name}";

    static async Task<StoreExport> Open(StorageOptions options, DateTimeOffset now, bool exclusive, CancellationToken cancel)
    {
        var export = new StoreExport(options, now);
        try
        {
            await (options.SqliteFolder is { } folder ? export.OpenFile(folder, exclusive, cancel) : export.OpenPostgres(exclusive, cancel));
            return export;
        }
        catch (DbException fault)
        {
            await export.DisposeAsync();
            throw new StorageException(StorageFailure.Unavailable, "The store cannot be read: " + fault.Message, fault);
        }
        catch
        {
            await export.DisposeAsync();
            throw;
        }
    }

    async Task OpenFile(string folder, bool exclusive, CancellationToken cancel)
    {
        if (!File.Exists(SqliteFolder.FileIn(folder)))
            throw new StorageException(StorageFailure.Refused, $"There is no store in '{folder}': it has no billing.db.");
        if (exclusive) fileLock = SqliteFolder.Lock(folder);
        var file = new SqliteConnectionStringBuilder { DataSource = SqliteFolder.FileIn(folder), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        connection = new SqliteConnection(file.ConnectionString);
        await connection.OpenAsync(cancel);
        await using var begin = connection.Sql("begin; select count(*) from sqlite_master;");
        await begin.ExecuteNonQueryAsync(cancel);
    }

    async Task OpenPostgres(bool exclusive, CancellationToken cancel)
    {
        postgres = PostgresSessions.Source(options.PostgresConnectionString!);
        connection = await postgres.OpenConnectionAsync(cancel);
        if (exclusive) await PostgresSessions.RefuseServers(connection, cancel);
        await using var begin = connection.Sql("begin isolation level repeatable read read only");
        await begin.ExecuteNonQueryAsync(cancel);
    }
}
