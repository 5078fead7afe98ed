// SQLite: one file, one writer connection behind a gate, pooled readers; the file belongs to one process.
using System.Data.Common;
using Microsoft.Data.Sqlite;
using OrleansBilling.Storage.Migrations;

namespace OrleansBilling.Storage.Databases;

sealed class SqliteDatabase(string folder) : Database
{
    readonly SemaphoreSlim gate = new(1, 1);
    readonly string connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(folder, "billing.db"),
        Pooling = true,
    }.ConnectionString;
    FileStream? fileLock;
    SqliteConnection? writer;

    public override bool IsPostgres => false;

    public override async Task Start(CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        fileLock = TakeFileLock();
        writer = new SqliteConnection(connectionString);
        await writer.OpenAsync(cancel);
        await using (var settings = writer.Sql("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma cache_size=-65536;"))
            await settings.ExecuteNonQueryAsync(cancel);
        await new SqliteMigrator(writer).Apply(MigrationFile.All("sqlite"), cancel);
    }

    public override async ValueTask<DbConnection> Open(CancellationToken cancel)
    {
        RequireStarted();
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    public override async Task<T> Write<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        var connection = RequireStarted();
        await gate.WaitAsync(cancel);
        try
        {
            // The driver is synchronous: a commit's fsync must not stop the caller's thread, which may be a grain's turn.
            return await Task.Run(() => Transact(connection, work), CancellationToken.None);
        }
        finally
        {
            gate.Release();
        }
    }

    public override StorageException? Explain(Exception exception, bool committing) => exception is not SqliteException error ? null
        : new StorageException(committing ? StorageFailure.Unknown : StorageFailure.Unavailable, "SQLite failed: " + error.Message, error);

    public override async ValueTask DisposeAsync()
    {
        // Whoever is writing finishes first.
        await gate.WaitAsync();
        if (writer is not null)
        {
            await writer.DisposeAsync();
            SqliteConnection.ClearPool(writer);
        }
        if (fileLock is not null) await fileLock.DisposeAsync();
        gate.Dispose();
    }

    // A file is not at the other end of a wire.
    protected override bool IsBroken(Exception exception) => false;

    protected override void ForgetIdle()
    {
    }

    async Task<T> Transact<T>(SqliteConnection connection, Func<DbConnection, Task<T>> work)
    {
        var committing = false;
        try
        {
            await using var transaction = connection.BeginTransaction(deferred: false);
            var result = await work(connection);
            committing = true;
            await transaction.CommitAsync();
            return result;
        }
        catch (Exception e) when (Explain(e, committing) is { } explained)
        {
            throw explained;
        }
    }

    // Two processes would each hold a journal head in memory: the second one must not even begin.
    FileStream TakeFileLock()
    {
        var path = Path.Combine(folder, "billing.db.lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.Asynchronous);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new StorageException(StorageFailure.Refused,
                $"The store in '{folder}' is in use by another process. Stop that one, or choose another folder for this one.", e);
        }
    }

    SqliteConnection RequireStarted() => writer ?? throw new InvalidOperationException("The store has not been started: call IStore.Start first.");
}
