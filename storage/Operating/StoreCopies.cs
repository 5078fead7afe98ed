// Back-up, restore and move: one stream of rows between two stores, or between a store and a file.
using System.Data.Common;

namespace OrleansBilling.Storage.Operating;

/// <summary>
/// Each throws <see cref="StorageException"/> when it cannot be done; then nothing is left of it that anybody could take for a store or a backup.
/// </summary>
public static class StoreCopies
{
    /// <summary>Writes a store as it is at one moment into a new file; its server may go on.</summary>
    public static async Task<CopyResult> Backup(StorageOptions store, string file, DateTimeOffset now, Action<CopyStep> progress, CancellationToken cancel)
    {
        await using var source = await StoreExport.Shared(store, now, cancel);
        await using var target = BackupWriter.Create(file);
        return await Copy(source, target, progress, cancel);
    }

    /// <summary>Makes a store from a backup file; the place must be empty, and no server on it.</summary>
    public static async Task<CopyResult> Restore(string file, StorageOptions store, Action<CopyStep> progress, CancellationToken cancel)
    {
        await using var source = BackupReader.Open(file);
        await using var target = await Into(store, cancel);
        return await Copy(source, target, progress, cancel);
    }

    /// <summary>Makes a store from another one, of the same or the other kind; no server may be on either.</summary>
    public static async Task<CopyResult> Move(StorageOptions from, StorageOptions to, DateTimeOffset now, Action<CopyStep> progress, CancellationToken cancel)
    {
        await using var source = await StoreExport.Exclusive(from, now, cancel);
        await using var target = await Into(to, cancel);
        return await Copy(source, target, progress, cancel);
    }

    /// <summary>Reads a backup file to its end: every checksum, every count.</summary>
    public static async Task<CopyResult> Check(string file, Action<CopyStep> progress, CancellationToken cancel)
    {
        await using var source = BackupReader.Open(file);
        await using var target = new Nowhere();
        return await Copy(source, target, progress, cancel);
    }

    static async Task<ICopyTarget> Into(StorageOptions store, CancellationToken cancel) =>
        store.SqliteFolder is { } folder ? SqliteImport.Open(folder) : await PostgresImport.Open(store.PostgresConnectionString!, cancel);

    static async Task<CopyResult> Copy(ICopySource source, ICopyTarget target, Action<CopyStep> progress, CancellationToken cancel)
    {
        try
        {
            return await source.CopyTo(target, progress, cancel);
        }
        catch (DbException fault)
        {
            throw new StorageException(StorageFailure.Unavailable, "The database failed in the middle of it, and nothing was kept: " + fault.Message, fault);
        }
    }

    sealed class Nowhere : ICopyTarget
    {
        public Task Begin(CopyHeader header, CancellationToken cancel) => Task.CompletedTask;
        public Task Rows(int table, int count, ReadOnlyMemory<byte> rows, CancellationToken cancel) => Task.CompletedTask;
        public Task End(CopyTrailer trailer, CancellationToken cancel) => Task.CompletedTask;
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
