// The life of the store in a process: start (migrate, open), readiness, drain at the end.
namespace OrleansBilling.Storage;

/// <summary>Started by the host before anything uses a port; disposing it drains what is queued.</summary>
public interface IStore
{
    /// <summary>Migrates the database and opens the journal. Calling it again does nothing.</summary>
    Task Start(CancellationToken cancel);

    /// <summary>True when started and the database answers.</summary>
    Task<bool> IsReady(CancellationToken cancel);
}

/// <summary>What is known about a storage call that failed.</summary>
public enum StorageFailure
{
    /// <summary>Definitely not written: the database was away or refused.</summary>
    Unavailable,
    /// <summary>Maybe written: the connection broke around the commit. Read, or repeat the same call: all writes are idempotent.</summary>
    Unknown,
    /// <summary>The store cannot be used as it is (in use by another process, changed migration, broken content).</summary>
    Refused,
}

/// <summary>A storage call failed for a technical reason.</summary>
public sealed class StorageException(StorageFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What is known about the outcome.</summary>
    public StorageFailure Failure { get; } = failure;
}
