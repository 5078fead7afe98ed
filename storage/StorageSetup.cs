// Which store a process uses, and its registration.

namespace OrleansBilling.Storage;

/// <summary>Exactly one of the two is set.</summary>
public sealed record StorageOptions
{
    /// <summary>Folder of the SQLite store (file <c>billing.db</c>), created when missing.</summary>
    public string? SqliteFolder { get; init; }

    /// <summary>PostgreSQL connection string.</summary>
    public string? PostgresConnectionString { get; init; }

    /// <summary>Journal lanes (PostgreSQL; SQLite has one). Each lane is one connection.</summary>
    public int JournalLanes { get; init; } = 4;
}
