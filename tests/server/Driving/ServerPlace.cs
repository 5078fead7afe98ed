// A store with a server on it: one per test class, on SQLite or on PostgreSQL.
using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Server.Tests.Driving;

/// <summary>The tests of a class share the server and keep apart by their scenes: names and a year of their own.</summary>
public abstract class ServerPlace : IAsyncLifetime
{
    int scenes;

    protected ServerPlace() => Admin = new Api(() => Server.Url, ServerProcess.AdminKey);

    /// <summary>The operator's view of the server; goes on after a restart.</summary>
    public Api Admin { get; }

    public ServerProcess Server { get; private set; } = null!;

    /// <summary>The command line that names the store.</summary>
    protected string[] Store { get; private set; } = [];

    protected virtual string[] Clock => ["--clock", "manual"];

    // Receivers of notifications are on this machine.
    static string[] Inside => ["--webhook-hosts", "127.0.0.1"];

    public async ValueTask InitializeAsync()
    {
        Store = await CreateStore();
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Server.Stop();
        await DropStore();
        GC.SuppressFinalize(this);
    }

    public async Task Start() => Server = await StartAnother();

    /// <summary>A process that kills itself at a point of storage/CrashPoints.cs.</summary>
    public async Task StartUntil(string crashAt) => Server = await ServerProcess.StartUntil(crashAt, [.. Store, .. Clock, .. Inside]);

    /// <summary>A second process on the same store.</summary>
    public Task<ServerProcess> StartAnother() => ServerProcess.Start([.. Store, .. Clock, .. Inside]);

    public async Task Restart()
    {
        await Server.Stop();
        await Start();
    }

    public async Task KillAndStart()
    {
        await Server.Kill();
        await Start();
    }

    /// <summary>A test's part of this server. The clock only goes forward, so each gets the next year that has not begun.</summary>
    public async Task<Scene> NewScene(string zone)
    {
        if (!Server.IsRunning) await Start();
        var now = (await Admin.Get("/v1/clock")).Json.Text("now");
        return new Scene(Admin, $"s{++scenes}", Math.Max(2025, int.Parse(now.AsSpan(0, 4)) + 1), zone);
    }

    /// <summary>Changes a byte of the subscription's first journal row, or changes it back. Only while no server runs.</summary>
    public async Task DamageJournal(string subscription)
    {
        await using var connection = await Open();
        var stream = await Scalar<long>(connection, "select stream from definitions where kind = 'subscription' and id = @id", ("id", subscription));
        var payload = await Scalar<byte[]>(connection, "select payload from journal where stream = @stream and version = 1", ("stream", stream));
        payload[^1] ^= 0x40;
        await using var update = Sql(connection, "update journal set payload = @payload where stream = @stream and version = 1",
            ("payload", payload), ("stream", stream));
        (await update.ExecuteNonQueryAsync()).ShouldBe(1);
    }

    /// <summary>Replaces the stored body of a definition, whatever it says; answers what stood there. Only while no server runs.</summary>
    public async Task<string> ReplaceBody(string kind, string id, string body)
    {
        await using var connection = await Open();
        var before = await Scalar<string>(connection, "select body from definitions where id = @id and kind = @kind", ("id", id), ("kind", kind));
        await using var update = Sql(connection, "update definitions set body = @body where id = @id and kind = @kind",
            ("body", body), ("id", id), ("kind", kind));
        (await update.ExecuteNonQueryAsync()).ShouldBe(1);
        return before;
    }

    /// <summary>Takes the newest rows of a journal away, as if the process had died before they were written. Only while no server runs.</summary>
    public async Task ForgetRows(string kind, string id, int rows)
    {
        await using var connection = await Open();
        var stream = await Scalar<long>(connection, "select stream from definitions where id = @id and kind = @kind", ("id", id), ("kind", kind));
        var head = await Scalar<long>(connection, "select max(version) from journal where stream = @stream", ("stream", stream));
        await using var delete = Sql(connection, "delete from journal where stream = @stream and version > @last", ("stream", stream), ("last", head - rows));
        (await delete.ExecuteNonQueryAsync()).ShouldBe(rows);
    }

    /// <summary>Takes all that a party was told away. Only while no server runs.</summary>
    public async Task ForgetNotifications(string party)
    {
        await using var connection = await Open();
        await using var delete = Sql(connection, "delete from notifications where party = @party", ("party", party));
        await delete.ExecuteNonQueryAsync();
    }
    /// <summary>The store itself, to look into it or to do harm to it while no server runs.</summary>
    public ValueTask<DbConnection> OpenStore() => Open();

    /// <summary>Runs the server's program with a verb on this store; answers its exit code and all that it said.</summary>
    public Task<(int Code, string Output)> RunOnStore(string verb, params string[] options) => ServerProcess.RunToEnd([verb, .. Store, .. options]);

    /// <summary>The same, and it kills itself at a point of storage/CrashPoints.cs.</summary>
    public Task<(int Code, string Output)> RunOnStoreUntil(string crashAt, string verb, params string[] options) =>
        ServerProcess.RunToEnd(crashAt, [verb, .. Store, .. options]);

    /// <summary>The same on a full disk.</summary>
    public Task<(int Code, string Output)> RunOnStoreWithoutRoom(string verb, params string[] options) => ServerProcess.RunWithoutRoom([verb, .. Store, .. options]);

    /// <summary>How many rows of sums the store keeps of a party: 1 or 0.</summary>
    public async Task<long> KeptSums(string party)
    {
        await using var connection = await Open();
        return await Scalar<long>(connection, "select count(*) from usage_rollups where party = @party", ("party", party));
    }

    protected abstract Task<string[]> CreateStore();
    protected abstract Task DropStore();
    protected abstract ValueTask<DbConnection> Open();

    static async Task<T> Scalar<T>(DbConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = Sql(connection, sql, parameters);
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException($"Nothing is found by: {sql}"));
    }

    static DbCommand Sql(DbConnection connection, string sql, params (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}

public class OnSqlite : ServerPlace
{
    readonly string folder = Directory.CreateTempSubdirectory("billing-server-").FullName;

    protected override Task<string[]> CreateStore() => Task.FromResult<string[]>(["--data", folder]);

    protected override Task DropStore()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override async ValueTask<DbConnection> Open()
    {
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "billing.db"), Pooling = false };
        var connection = new SqliteConnection(file.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}

public class OnPostgres : ServerPlace
{
    string database = "";

    protected override async Task<string[]> CreateStore()
    {
        // Made once: to make every table in each of a hundred databases took longer than what the tests then do with many of them.
        database = await (await PostgresServer.Get()).CloneDatabase("migrated", async empty =>
        {
            var (code, output) = await ServerProcess.RunToEnd("migrate", "--db", empty);
            code.ShouldBe(0, output);
        });
        return ["--db", database];
    }

    protected override async Task DropStore() => await (await PostgresServer.Get()).DropDatabase(database);

    protected override async ValueTask<DbConnection> Open() =>
        await NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString).OpenConnectionAsync();
}
