// The folder of a SQLite store: its file, and the lock that keeps servers out.
namespace OrleansBilling.Storage.Operating;

static class SqliteFolder
{
    public static string FileIn(string folder) => Path.Combine(folder, "billing.db");

    /// <summary>Held until it is disposed. Refused while a server has it.</summary>
    public static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(FileIn(folder) + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.Asynchronous);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageFailure.Refused, $"The store in '{folder}' is in use by a server. Stop it first.", fault);
        }
    }
}
