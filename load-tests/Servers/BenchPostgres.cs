// The PostgreSQL that product and baselines share: private, durable, with the settings that benchmarks.md fixes.
using System.Globalization;
using Npgsql;
using OrleansBilling.TestSupport;

namespace OrleansBilling.LoadTests.Servers;

sealed class BenchPostgres : IAsyncDisposable
{
    static readonly string[] Settings =
    [
        "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=2GB", "max_wal_size=8GB", "checkpoint_timeout=15min", "log_checkpoints=off",
    ];

    readonly PostgresServer server;
    readonly NpgsqlDataSource admin;

    BenchPostgres(PostgresServer server, NpgsqlDataSource admin) => (this.server, this.admin) = (server, admin);

    public int ProcessId { get; private init; }
    public string Version { get; private init; } = "";
    public static IReadOnlyList<string> GivenSettings => Settings;

    public static async Task<BenchPostgres> Start()
    {
        var server = await PostgresServer.Start(Settings);
        var admin = NpgsqlDataSource.Create(server.ConnectionString);
        var folder = (string)(await Scalar(admin, "show data_directory"))!;
        var process = int.Parse(File.ReadLines(Path.Combine(folder, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        return new BenchPostgres(server, admin) { ProcessId = process, Version = (string)(await Scalar(admin, "show server_version"))! };
    }

    /// <summary>A new database's connection string.</summary>
    public Task<string> CreateDatabase() => server.CreateDatabase();

    /// <summary>Before every round, so that no round pays for what another one wrote.</summary>
    public Task Checkpoint() => Scalar(admin, "checkpoint");

    public async ValueTask DisposeAsync()
    {
        await admin.DisposeAsync();
        await server.DisposeAsync();
    }

    static async Task<object?> Scalar(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
