// A real PostgreSQL for tests: the one that BILLING_TEST_POSTGRES names, or a private one started here.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansBilling.TestSupport;

/// <summary>One per test process. Databases are cloned from templates that are filled once, so that a test class starts in milliseconds.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>An administrator's connection string; set by ./test, or by whoever has a server at hand.</summary>
    public const string Variable = "BILLING_TEST_POSTGRES";

    static readonly Lazy<Task<PostgresServer>> Shared = new(() => Start([]));

    readonly PrivatePostgres? mine;
    readonly NpgsqlDataSource admin;
    readonly SemaphoreSlim templateGate = new(1, 1);
    readonly HashSet<string> templates = [];
    readonly ConcurrentBag<string> done = [];
    readonly string run = Environment.ProcessId.ToString("x", null);
    int databases;

    PostgresServer(string connectionString, PrivatePostgres? mine)
    {
        ConnectionString = connectionString;
        this.mine = mine;
        admin = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
    }

    /// <summary>An administrator's connection to the server.</summary>
    public string ConnectionString { get; }

    /// <summary>The server of this test process. A private one is ended with the process.</summary>
    public static Task<PostgresServer> Get() => Shared.Value;

    /// <summary>A server of one's own, for tests that stop it. Settings like <c>wal_level=minimal</c>.</summary>
    public static async Task<PostgresServer> Start(IReadOnlyList<string> settings)
    {
        var given = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(given) && settings.Count == 0) return new PostgresServer(given, null);
        var mine = await PrivatePostgres.Start(settings);
        return new PostgresServer(mine.ConnectionString, mine);
    }

    /// <summary>An empty database; answers its connection string.</summary>
    public Task<string> CreateDatabase() => Create("template1");

    /// <summary>A database cloned from the named template, which <paramref name="fill"/> fills the first time.</summary>
    public async Task<string> CloneDatabase(string template, Func<string, Task> fill)
    {
        var name = $"ob_{run}_template_{template}";
        await templateGate.WaitAsync();
        try
        {
            if (templates.Add(name))
            {
                await Run($"create database {name}");
                await fill(To(name));
            }
            return await Create(name);
        }
        finally
        {
            templateGate.Release();
        }
    }

    /// <summary>
    /// A database that nobody needs any more. It is dropped by <see cref="PostgresDatabases"/> when the tests end: PostgreSQL makes a checkpoint of everything for each drop, and all tests
    /// beside would wait for it.
    /// </summary>
    public Task DropDatabase(string connectionString)
    {
        if (mine is null) done.Add(new NpgsqlConnectionStringBuilder(connectionString).Database!);
        return Task.CompletedTask;
    }

    /// <summary>Drops all that were given back, and the templates. The server goes on.</summary>
    internal static async Task DropAll()
    {
        if (!Shared.IsValueCreated || await Shared.Value is not { mine: null } server) return;
        foreach (var database in server.done.Concat(server.templates)) await server.Run($"drop database if exists {database} with (force)");
    }

    /// <summary>Ends the backends of a database, as an administrator or a failing machine would; answers how many.</summary>
    public async Task<long> KillBackends(string connectionString)
    {
        await using var command = admin.CreateCommand("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = $1");
        command.Parameters.AddWithValue(new NpgsqlConnectionStringBuilder(connectionString).Database!);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Holds the backends of a database as a long pause of the machine would; answers them, for <see cref="ContinueBackends"/>.</summary>
    public async Task<long[]> StopBackends(string connectionString)
    {
        await using var command = admin.CreateCommand("select array_agg(pid::bigint) from pg_stat_activity where datname = $1");
        command.Parameters.AddWithValue(new NpgsqlConnectionStringBuilder(connectionString).Database!);
        var backends = await command.ExecuteScalarAsync() as long[] ?? [];
        Signal("-STOP", backends);
        return backends;
    }

    /// <summary>Lets them go on.</summary>
    public static void ContinueBackends(long[] backends) => Signal("-CONT", backends);

    /// <summary>Only of a server of one's own: ends it as a crash would. Its data stays for <see cref="StartAgain"/>.</summary>
    public Task StopImmediately() => Own.StopImmediately();

    /// <summary>Only of a server of one's own: none of its processes can write to a file any more, as when the disk is full. Ends with the next start.</summary>
    public Task FillDisk() => Own.FillDisk();

    /// <summary>Starts it again on the same port and waits until it has recovered.</summary>
    public Task StartAgain() => Own.StartAgain();

    /// <summary>Ends a private server.</summary>
    public async ValueTask DisposeAsync()
    {
        await admin.DisposeAsync();
        if (mine is not null) await mine.DisposeAsync();
        templateGate.Dispose();
    }

    PrivatePostgres Own => mine ?? throw new InvalidOperationException("This server belongs to others too: only a server of one's own may be stopped.");

    async Task<string> Create(string template)
    {
        var name = $"ob_{run}_{Interlocked.Increment(ref databases)}";
        await Run($"create database {name} template {template}");
        return To(name);
    }

    static void Signal(string signal, long[] backends)
    {
        foreach (var backend in backends)
        {
            using var kill = Process.Start("kill", [signal, backend.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            if (kill.ExitCode != 0) throw new InvalidOperationException(
                $"This test must be allowed to signal the server's processes: unset {Variable}, and it starts a server of its own.");
        }
    }

    // Names are made here, never given: CREATE DATABASE takes no parameters.
    async Task Run(string sql)
    {
        await using var command = admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    string To(string database) => new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;
}
