// Where a server keeps its facts, and how the checker reads them behind its back.
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Crash.Tests.Servers;

/// <summary>A fresh store of one of the two kinds.</summary>
public abstract class StorePlace : IAsyncDisposable
{
    /// <summary>What the server is told about it.</summary>
    public abstract IReadOnlyList<string> Arguments { get; }

    public static async Task<StorePlace> Create(StoreKind kind) =>
        kind == StoreKind.Sqlite ? new SqlitePlace() : await PostgresPlace.Create(await PostgresServer.Get());

    /// <summary>A connection of the checker's own. SQLite: only while no server runs.</summary>
    public abstract Task<DbConnection> Open(CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}

public enum StoreKind
{
    Sqlite,
    Postgres,
}

public sealed class SqlitePlace : StorePlace
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("billing-crash-").FullName;

    public override IReadOnlyList<string> Arguments => ["--data", Folder];

    public override async Task<DbConnection> Open(CancellationToken cancel)
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(Folder, "billing.db"), Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        var connection = new SqliteConnection(file.ConnectionString);
        await connection.OpenAsync(cancel);
        return connection;
    }

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class PostgresPlace : StorePlace
{
    readonly PostgresServer server;
    readonly NpgsqlDataSource source;

    PostgresPlace(PostgresServer server, string connectionString)
    {
        (this.server, ConnectionString) = (server, connectionString);
        source = NpgsqlDataSource.Create(connectionString + ";Pooling=false;Timeout=30");
    }

    public override IReadOnlyList<string> Arguments => ["--db", ConnectionString];

    public string ConnectionString { get; }

    public static async Task<PostgresPlace> Create(PostgresServer server) => new(server, await server.CreateDatabase());

    /// <summary>Cuts every connection of the database; answers how many.</summary>
    public Task<long> KillBackends() => server.KillBackends(ConnectionString);

    public override async Task<DbConnection> Open(CancellationToken cancel) => await source.OpenConnectionAsync(cancel);

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await server.DropDatabase(ConnectionString);
    }
}
