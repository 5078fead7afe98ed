// One database of one process: readers and transactions for the stores whose SQL both databases understand.
using System.Data.Common;

namespace OrleansBilling.Storage.Databases;

abstract class Database : IAsyncDisposable
{
    /// <summary>Where the two dialects differ, a store asks.</summary>
    public abstract bool IsPostgres { get; }

    /// <summary>Takes the file lock (SQLite) and applies migrations.</summary>
    public abstract Task Start(CancellationToken cancel);

    /// <summary>A connection for reading; disposing gives it back.</summary>
    public abstract ValueTask<DbConnection> Open(CancellationToken cancel);

    /// <summary>One transaction around the work: committed when it returns, rolled back when it throws.</summary>
    public abstract Task<T> Write<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel);

    /// <summary>The storage failure behind an exception, or null when it is none (a bug then).</summary>
    public abstract StorageException? Explain(Exception exception, bool committing);

    public Task Write(Func<DbConnection, Task> work, CancellationToken cancel) =>
        Write(async connection => { await work(connection); return true; }, cancel);

    /// <summary>Reads. The work may run twice: a connection that the server had ended while it lay in the pool costs a new connection, no more.</summary>
    public Task<T> Read<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel) => OnConnection(async connection =>
    {
        await using var mine = connection;
        return await work(connection);
    }, cancel);

    /// <summary>Begins a streaming read of one statement, as <see cref="Read"/> would; its rows come through <see cref="Step"/>.</summary>
    public Task<RowStream> Stream(Func<DbConnection, DbCommand> statement, CancellationToken cancel) => OnConnection(async connection =>
    {
        var command = statement(connection);
        try
        {
            return new RowStream(connection, command, await command.ExecuteReaderAsync(cancel));
        }
        catch
        {
            await command.DisposeAsync();
            await connection.DisposeAsync();
            throw;
        }
    }, cancel);

    /// <summary>One step of a streaming read, its failure explained: an iterator cannot catch around its own yields.</summary>
    public async ValueTask<T> Step<T>(Task<T> step)
    {
        try
        {
            return await step;
        }
        catch (Exception e) when (Explain(e, committing: false) is { } explained)
        {
            throw explained;
        }
    }

    /// <summary>Whether a connection had ended before it answered, so that another one may work.</summary>
    protected abstract bool IsBroken(Exception exception);

    /// <summary>Idle connections are given up: what ended one of them has mostly ended them all.</summary>
    protected abstract void ForgetIdle();

    // The second time only when there had been a connection: a store that is away fails while one is opened, at once.
    async Task<T> OnConnection<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            var connection = await Open(cancel);
            try
            {
                return await work(connection);
            }
            catch (Exception e) when (IsBroken(e))
            {
                ForgetIdle();
            }
            return await work(await Open(cancel));
        }
        catch (Exception e) when (Explain(e, committing: false) is { } explained)
        {
            throw explained;
        }
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A streaming read that has begun; disposing it gives the connection back.</summary>
sealed class RowStream(DbConnection connection, DbCommand command, DbDataReader reader) : IAsyncDisposable
{
    /// <summary>Stands before the first row.</summary>
    public DbDataReader Reader => reader;

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await command.DisposeAsync();
        await connection.DisposeAsync();
    }
}
