// Connections of the commands that copy a store, and the question whether a server works on the database.
using System.Data.Common;
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Operating;

static class PostgresSessions
{
    public static NpgsqlDataSource Source(string given) => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(given)
    {
        ApplicationName = "OrleansBilling command",
        CommandTimeout = 0,
        Pooling = false,
    }.ConnectionString);

    /// <summary>Refuses when a process of OrleansBilling is connected: its name stands in its sessions.</summary>
    public static async Task RefuseServers(DbConnection connection, CancellationToken cancel)
    {
        await using var look = connection.Sql(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'OrleansBilling' and pid <> pg_backend_pid()");
        if (await look.Number(cancel) > 0)
            throw new StorageException(StorageFailure.Refused, "A server works on the database. Stop every server on it first.");
    }
}
