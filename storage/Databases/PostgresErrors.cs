// What PostgreSQL's errors mean for us, by SQLSTATE.
using System.Net.Sockets;
using Npgsql;

namespace OrleansBilling.Storage.Databases;

static class PostgresErrors
{
    public const string UniqueViolation = "23505";
    public const string SerializationFailure = "40001";
    public const string DeadlockDetected = "40P01";
    public const string QueryCanceled = "57014";
    public const string AdminShutdown = "57P01";
    public const string CrashShutdown = "57P02";
    const string ConnectionExceptions = "08";
    public const string UndefinedTable = "42P01";
    public const string InvalidCatalogName = "3D000";

    /// <summary>Another writer has the key, or wants it at the same time: write again, asking row by row.</summary>
    public static bool IsConflict(PostgresException error) =>
        error.SqlState is UniqueViolation or SerializationFailure or DeadlockDetected;

    /// <summary>
    /// True when the server itself said that the statement was rolled back. A FATAL error ends the session and may come after the commit;
    /// a cancelled statement is left in doubt as well, which costs a reload and never a guess.
    /// </summary>
    public static bool IsDefinite(Exception error) =>
        error is PostgresException { SqlState: not QueryCanceled } answer && answer.InvariantSeverity == "ERROR";

    /// <summary>An exception of the driver, not a bug of ours.</summary>
    public static bool IsDatabase(Exception error) => error is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>The connection had ended before it answered. A server that is merely slow (a time-out) is not asked again.</summary>
    public static bool IsBroken(Exception error) => error switch
    {
        PostgresException answer => answer.SqlState is AdminShutdown or CrashShutdown
            || answer.SqlState.StartsWith(ConnectionExceptions, StringComparison.Ordinal),
        NpgsqlException => error.InnerException is SocketException or IOException { InnerException: not TimeoutException },
        _ => false,
    };

    public static bool IsTransient(Exception error) => error is not PostgresException { IsTransient: false } && IsDatabase(error);

    public static StorageException? Explain(Exception error, bool committing) => !IsDatabase(error) ? null
        : committing && !IsDefinite(error)
            ? new StorageException(StorageFailure.Unknown, "The connection to PostgreSQL broke around a commit: " + error.Message, error)
            : new StorageException(StorageFailure.Unavailable, "PostgreSQL is not available: " + error.Message, error);
}
