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

    public async Task<T> Read<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            await using var connection = await Open(cancel);
            return await work(connection);
        }
        catch (Exception e) when (Explain(e, committing: false) is { } explained)
        {
            throw explained;
        }
    }

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

    public abstract ValueTask DisposeAsync();
}
