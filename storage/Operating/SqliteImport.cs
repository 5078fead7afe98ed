// Makes a SQLite store from a copy, under another name until it is whole.
using System.Data.Common;
using Microsoft.Data.Sqlite;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Migrations;

namespace OrleansBilling.Storage.Operating;

sealed class SqliteImport : ICopyTarget
{
    readonly string folder;
    readonly FileStream fileLock;
    readonly bool madeFolder;
    CopyHeader? header;
    SqliteConnection? connection;
    DbTransaction? transaction;
    DbCommand? insert;
    int table = -1;

    SqliteImport(string folder, FileStream fileLock, bool madeFolder) => (this.folder, this.fileLock, this.madeFolder) = (folder, fileLock, madeFolder);

    string Unfinished => SqliteFolder.FileIn(folder) + ".unfinished";

    /// <summary>Refuses a folder that has a store.</summary>
    public static SqliteImport Open(string folder)
    {
        // Before anything is made there, and again when nobody else can make one any more.
        RequireNone(folder);
        var made = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        var fileLock = SqliteFolder.Lock(folder);
        try
        {
            RequireNone(folder);
            return new SqliteImport(folder, fileLock, made);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    public async Task Begin(CopyHeader header, CancellationToken cancel)
    {
        this.header = header;
        foreach (var end in (string[])["", "-journal", "-wal", "-shm"]) File.Delete(Unfinished + end);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Unfinished, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancel);
        // Nobody sees the file before it is whole, so nothing need be undone in it.
        await Run("pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-65536;", cancel);
        await new SqliteMigrator(connection).Apply(StoreSchema.UpTo("sqlite", header.Migration), cancel);
        await ImportRules.RequireSame(header, cancel);
        transaction = await connection.BeginTransactionAsync(cancel);
        // What migrations put into a new store comes with the copy.
        foreach (var one in header.Tables.Reverse()) await Run($"delete from {one.Name}", cancel);
    }

    public Task Rows(int table, int count, ReadOnlyMemory<byte> rows, CancellationToken cancel)
    {
        var columns = header!.Tables[table].Columns;
        if (this.table != table)
        {
            insert?.Dispose();
            insert = Prepare(header.Tables[table]);
            this.table = table;
        }
        var rest = rows.Span;
        for (var row = 0; row < count; row++)
        {
            for (var column = 0; column < columns.Count; column++) insert!.Set(column, RowPacking.Take(columns[column].Type, ref rest));
            insert!.ExecuteNonQuery();
        }
        cancel.ThrowIfCancellationRequested();
        return Task.CompletedTask;
    }

    public async Task End(CopyTrailer trailer, CancellationToken cancel)
    {
        await transaction!.CommitAsync(cancel);
        await Close();
        using (var file = File.OpenHandle(Unfinished, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(file);
        File.Move(Unfinished, SqliteFolder.FileIn(folder));
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        File.Delete(Unfinished);
        // Without a store there is nothing to lock; the file goes while it is still held.
        var none = !File.Exists(SqliteFolder.FileIn(folder));
        if (none) File.Delete(fileLock.Name);
        await fileLock.DisposeAsync();
        if (none && madeFolder && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
    }

    static void RequireNone(string folder)
    {
        if (File.Exists(SqliteFolder.FileIn(folder)))
            throw new StorageException(StorageFailure.Refused, $"'{folder}' has a store already: a copy goes only into an empty folder. Name a new one, or move the old store away.");
    }

    async Task Close()
    {
        insert?.Dispose();
        if (transaction is not null) await transaction.DisposeAsync();
        if (connection is not null) await connection.DisposeAsync();
        (insert, transaction, connection) = (null, null, null);
    }

    DbCommand Prepare(StoredTable into)
    {
        var command = connection!.Sql($"insert into {into.Name} ({string.Join(", ", into.Columns.Select(column => column.Name))}) "
            + $"values ({string.Join(", ", into.Columns.Select((_, place) => $"@p{place}"))})");
        foreach (var (column, place) in into.Columns.Select((column, place) => (column, place)))
        {
            if (column.Type == "integer") command.With($"p{place}", (long?)null);
            else if (column.Type == "blob") command.With($"p{place}", Array.Empty<byte>());
            else command.With($"p{place}", (string?)null);
        }
        command.Transaction = transaction;
        return command;
    }

    async Task Run(string sql, CancellationToken cancel)
    {
        await using var command = connection!.Sql(sql);
        command.Transaction = transaction;
        await command.ExecuteNonQueryAsync(cancel);
    }
}
