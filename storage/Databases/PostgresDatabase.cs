// PostgreSQL: the process's one data source.
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansBilling.Storage.Migrations;

namespace OrleansBilling.Storage.Databases;

sealed class PostgresDatabase : Database
{
    // Every statement here looks rows up by key. A plan made while a table was empty would read all of it, and being prepared it would go on
    // doing so when there are millions of rows; so the plans that do not use an index are ruled out.
    // A plan that cannot do without what is ruled out counts as very dear, which would be reason to compile it: 20 ms for reading one row.
    const string IndexPlansOnly = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    readonly ILogger log;

    public PostgresDatabase(StorageOptions options, ILoggerFactory logs)
    {
        log = logs.CreateLogger<PostgresDatabase>();
        var settings = new NpgsqlConnectionStringBuilder(options.PostgresConnectionString)
        {
            MaxPoolSize = options.PostgresPoolSizeMax,
            ApplicationName = "OrleansBilling",
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            Options = IndexPlansOnly,
            // No session state is ever set, so there is nothing to reset.
            NoResetOnClose = true,
            ReadBufferSize = 32 << 10,
            WriteBufferSize = 32 << 10,
        };
        if (options.PostgresConnectionString is { } given && new NpgsqlConnectionStringBuilder(given).Options is { Length: > 0 } own)
            settings.Options = IndexPlansOnly + " " + own;
        Source = new NpgsqlDataSourceBuilder(settings.ConnectionString).UseLoggerFactory(logs).Build();
    }

    public NpgsqlDataSource Source { get; }
    public override bool IsPostgres => true;

    public override async Task Start(CancellationToken cancel)
    {
        try
        {
            await using var connection = await Source.OpenConnectionAsync(cancel);
            await new PostgresMigrator(connection).Apply(MigrationFile.All("postgres"), cancel);
            await WarnOfLostSafety(connection, cancel);
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            var hint = e.SqlState == PostgresErrors.InvalidCatalogName ? ". Make an empty one first (createdb), or name another" : "";
            throw new StorageException(StorageFailure.Refused, $"PostgreSQL refuses to work with this database: {e.MessageText}{hint}", e);
        }
        catch (Exception e) when (PostgresErrors.IsDatabase(e))
        {
            throw new StorageException(StorageFailure.Unavailable, "PostgreSQL cannot be reached: " + e.Message, e);
        }
    }

    public override async ValueTask<DbConnection> Open(CancellationToken cancel) => await Source.OpenConnectionAsync(cancel);

    public override async Task<T> Write<T>(Func<DbConnection, Task<T>> work, CancellationToken cancel)
    {
        var committing = false;
        try
        {
            await using var connection = await Source.OpenConnectionAsync(cancel);
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var result = await work(connection);
            committing = true;
            await transaction.CommitAsync(CancellationToken.None);
            return result;
        }
        catch (Exception e) when (Explain(e, committing) is { } explained)
        {
            throw explained;
        }
    }

    public override StorageException? Explain(Exception exception, bool committing) => PostgresErrors.Explain(exception, committing);

    public override ValueTask DisposeAsync() => Source.DisposeAsync();

    protected override bool IsBroken(Exception exception) => PostgresErrors.IsBroken(exception);

    protected override void ForgetIdle() => Source.Clear();

    // Acknowledged means on disk; a server told otherwise makes that promise for us, so say it loudly.
    async Task WarnOfLostSafety(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = connection.Sql(
            "select name from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes') and setting = 'off'");
        foreach (var setting in await command.List(reader => reader.GetString(0), cancel))
            log.LogWarning("PostgreSQL runs with {Setting}=off: acknowledged events can be lost in a crash", setting);
    }
}
