// Migrations, starting, registration: what happens before the first append.
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using OrleansBilling.Storage.Access;
using OrleansBilling.Storage.Closing;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Definitions;
using OrleansBilling.Storage.Documents;
using OrleansBilling.Storage.Journal;
using OrleansBilling.Storage.Migrations;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Storage.Tests;

public sealed class StartOnPostgres(PostgresPlace place) : StartTests(place), IClassFixture<PostgresPlace>
{
    [Fact]
    public async Task stores_that_start_together_on_an_empty_database_all_come_up()
    {
        var empty = await (await PostgresServer.Get()).CreateDatabase();
        var options = new StorageOptions { PostgresConnectionString = empty, JournalLanes = 1 };
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Place.Open(options)));
        foreach (var store in stores) (await store.IsReady(Cancel)).ShouldBeTrue();
        await stores[0].Settings.Set("a", "b", Cancel);
        (await stores[3].Settings.Get("a", Cancel)).ShouldBe("b");
    }

    [Fact]
    public async Task a_database_that_cannot_be_reached_is_said_to_be_unavailable()
    {
        var nowhere = new StorageOptions { PostgresConnectionString = "Host=127.0.0.1;Port=1;Username=nobody;Timeout=2" };
        (await Should.ThrowAsync<StorageException>(() => Place.Open(nowhere))).Failure.ShouldBe(StorageFailure.Unavailable);
    }

    [Fact]
    public async Task rows_of_some_kilobytes_are_neither_compressed_nor_stored_elsewhere()
    {
        var stream = Place.NewStream();
        var writer = Place.Store.Journal.Open(stream, 0);
        for (var i = 0; i < 10; i++) await writer.AppendVersion(new byte[7_000]);
        await Place.Store.Database.Read(async connection =>
        {
            await using var sizes = connection.Sql("select min(pg_column_size(payload)) from journal where stream = @stream").With("stream", stream);
            (await sizes.Number(Cancel)).ShouldBe(7_000 + 9 + 4);
            await using var toast = connection.Sql("select pg_relation_size(reltoastrelid) from pg_class where relname = 'journal'");
            (await toast.Number(Cancel)).ShouldBe(0);
            return true;
        }, Cancel);
    }
}

public sealed class StartOnSqlite(SqlitePlace place) : StartTests(place), IClassFixture<SqlitePlace>
{
    [Fact]
    public async Task a_second_process_on_the_same_folder_is_refused_with_a_clear_sentence()
    {
        var refused = await Should.ThrowAsync<StorageException>(() => Place.Open(Place.Options));
        refused.Failure.ShouldBe(StorageFailure.Refused);
        refused.Message.ShouldContain("in use by another process");
    }

    [Fact]
    public async Task the_file_is_durable_and_free_again_after_disposing()
    {
        var folder = Directory.CreateTempSubdirectory("billing-sqlite-");
        var first = await Place.Open(new StorageOptions { SqliteFolder = folder.FullName });
        await first.Journal.Open(1, 0).AppendVersion(new byte[] { 1, 2, 3 });
        await first.DisposeAsync();
        var second = await Place.Open(new StorageOptions { SqliteFolder = folder.FullName });
        (await second.Journal.Load(1, Cancel)).Head.ShouldBe(1);
        await second.Database.Write(async connection =>
        {
            await using var mode = connection.Sql("select (select journal_mode from pragma_journal_mode), (select synchronous from pragma_synchronous)");
            (await mode.First(reader => (reader.GetString(0), reader.GetInt32(1)).ToString(), Cancel)).ShouldBe("(wal, 2)");
        }, Cancel);
        await second.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

public abstract class StartTests(StorePlace place)
{
    protected StorePlace Place => place;
    protected CancellationToken Cancel { get; } = TestContext.Current.CancellationToken;

    [Fact]
    public async Task starting_again_on_a_migrated_database_changes_nothing()
    {
        await place.Store.Start(Cancel);
        (await place.Store.IsReady(Cancel)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("update migrations set checksum = 'forged' where number = 1",
        "update migrations set checksum = @kept where number = 1", "was changed after it had been applied")]
    [InlineData("insert into migrations (number, name, checksum) values (9999, 'future', 'x')",
        "delete from migrations where number = 9999 and @kept <> ''", "newer version")]
    public async Task a_database_with_other_migrations_is_refused(string damage, string mend, string sentence)
    {
        var kept = MigrationFile.All(place.Store.Database.IsPostgres ? "postgres" : "sqlite")[0].Checksum;
        await Execute(damage, null);
        try
        {
            var refused = await Should.ThrowAsync<StorageException>(Migrate);
            refused.Failure.ShouldBe(StorageFailure.Refused);
            refused.Message.ShouldContain(sentence);
        }
        finally
        {
            await Execute(mend, kept);
        }
        await Migrate();
    }

    [Fact]
    public async Task every_port_is_registered_and_started_by_the_host()
    {
        var services = new ServiceCollection().AddBillingStorage(Beside("host"));
        await using var provider = services.BuildServiceProvider();
        foreach (var hosted in provider.GetServices<IHostedService>()) await hosted.StartAsync(Cancel);
        (await provider.GetRequiredService<IStore>().IsReady(Cancel)).ShouldBeTrue();
        Type[] ports = [typeof(IJournal), typeof(ISnapshots), typeof(IEventIdStore), typeof(IDefinitionStore), typeof(IClosingStore), typeof(IDocumentStore),
            typeof(IApiKeyStore), typeof(IIdempotencyStore), typeof(ISettingStore)];
        foreach (var port in ports) provider.GetService(port).ShouldNotBeNull(port.Name);
    }

    [Fact]
    public async Task a_container_that_is_disposed_synchronously_drains_as_well()
    {
        var services = new ServiceCollection().AddBillingStorage(Beside("sync"));
        Task<long> append;
        using (var provider = services.BuildServiceProvider())
        {
            await provider.GetRequiredService<IStore>().Start(Cancel);
            append = provider.GetRequiredService<IJournal>().Open(place.NewStream(), 0).AppendVersion(new byte[10]);
        }
        (await append).ShouldBe(1);
    }

    [Fact]
    public void exactly_one_database_must_be_chosen()
    {
        foreach (var options in (StorageOptions[])[new(), new() { SqliteFolder = "x", PostgresConnectionString = "Host=y" }])
            Should.Throw<InvalidOperationException>(() =>
                new ServiceCollection().AddBillingStorage(options).BuildServiceProvider().GetRequiredService<IStore>());
    }

    // A folder belongs to one store; a PostgreSQL database to as many as like.
    StorageOptions Beside(string name) => place.Options.SqliteFolder is { } folder
        ? place.Options with { SqliteFolder = Path.Combine(folder, name) }
        : place.Options;

    async Task Migrate()
    {
        await using var connection = await place.Store.Database.Open(Cancel);
        if (connection is NpgsqlConnection postgres) await new PostgresMigrator(postgres).Apply(MigrationFile.All("postgres"), Cancel);
        else await new SqliteMigrator((SqliteConnection)connection).Apply(MigrationFile.All("sqlite"), Cancel);
    }

    Task Execute(string sql, string? kept) => place.Store.Database.Write(async connection =>
    {
        await using var command = connection.Sql(sql);
        if (kept is not null) command.With("kept", kept);
        await command.ExecuteNonQueryAsync(Cancel);
    }, Cancel);
}
