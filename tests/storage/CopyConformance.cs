// Copies of a store: all of it, into a store of either kind, as of one moment; and what is refused.
using Microsoft.Data.Sqlite;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Operating;
using OrleansBilling.TestSupport;

namespace OrleansBilling.Storage.Tests;

public sealed class CopiesFromPostgres(PostgresPlace place) : CopyConformance(place), IClassFixture<PostgresPlace>
{
    [Fact]
    public async Task every_table_of_the_database_is_copied()
    {
        var known = (await StoreSchema.After(StoreSchema.Newest, Cancel)).SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}"));
        var there = await Place.Store.Database.Read(async connection =>
        {
            await using var command = connection.Sql("select table_name || '.' || column_name from information_schema.columns where table_schema = 'public'");
            return await command.List(reader => reader.GetString(0), Cancel);
        }, Cancel);
        // What is true of a database and not of a store: who serves it, and how its own tables came about.
        string[] stays = ["migrations.", "cluster_members.", "cluster_versions.", "orleansquery."];
        there.Where(name => !stays.Any(table => name.StartsWith(table, StringComparison.Ordinal))).Order(StringComparer.Ordinal)
            .ShouldBe(known.Where(name => !name.StartsWith("streams.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        (await Number("select count(*) from pg_class where relkind = 'S' and relname <> 'streams' and not exists "
            + "(select 1 from pg_depend where objid = pg_class.oid and deptype = 'i')")).ShouldBe(0, "a sequence of its own is not copied");
    }

    [Fact]
    public async Task it_is_not_moved_while_a_server_works_on_it()
    {
        var fault = await Should.ThrowAsync<StorageException>(() =>
            StoreCopies.Move(Place.Options, new StorageOptions { SqliteFolder = NewPath() }, Taken, _ => { }, Cancel));
        fault.Message.ShouldBe("A server works on the database. Stop every server on it first.");
    }
}

public sealed class CopiesFromSqlite(SqlitePlace place) : CopyConformance(place), IClassFixture<SqlitePlace>
{
    [Fact]
    public async Task it_is_not_moved_while_a_server_works_on_it()
    {
        var fault = await Should.ThrowAsync<StorageException>(() =>
            StoreCopies.Move(Place.Options, new StorageOptions { SqliteFolder = NewPath() }, Taken, _ => { }, Cancel));
        fault.Message.ShouldContain("is in use by a server. Stop it first.");
    }
}

public abstract class CopyConformance(StorePlace place) : IAsyncLifetime
{
    protected static readonly DateTimeOffset Taken = new(2025, 5, 12, 9, 30, 0, TimeSpan.Zero);
    readonly string folder = Directory.CreateTempSubdirectory("billing-copies-").FullName;
    readonly List<string> databases = [];

    protected CancellationToken Cancel { get; } = TestContext.Current.CancellationToken;
    protected StorePlace Place => place;

    public async ValueTask InitializeAsync()
    {
        if (await Number("select count(*) from journal") == 0) await StoreContent.Fill(place.Store, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        foreach (var database in databases) await (await PostgresServer.Get()).DropDatabase(database);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task a_backup_is_restored_into_both_kinds_of_store_with_every_value()
    {
        var (file, expected) = (NewPath(), await StoreContent.Of(place.Store, Cancel));
        var written = await StoreCopies.Backup(place.Options, file, Taken, _ => { }, Cancel);
        written.Rows.ShouldBe(expected.Count + 1);
        (await StoreCopies.Check(file, _ => { }, Cancel)).Trailer.Rows.ShouldBe(written.Trailer.Rows);
        foreach (var target in (StorageOptions[])[new() { SqliteFolder = NewPath() }, new() { PostgresConnectionString = await NewDatabase() }])
        {
            (await StoreCopies.Restore(file, target, _ => { }, Cancel)).Trailer.Rows.ShouldBe(written.Trailer.Rows);
            var restored = await place.Open(target);
            (await StoreContent.Of(restored, Cancel)).ShouldBe(expected);
            await NumbersGoOn(restored);
        }
    }

    [Fact]
    public async Task what_is_written_meanwhile_is_not_in_it()
    {
        var (file, before) = (NewPath(), await Number("select count(*) from settings"));
        var names = 0;
        var written = await StoreCopies.Backup(place.Options, file, Taken, step =>
        {
            // The journal comes first, settings come late.
            if (names++ == 0) place.Store.Settings.Set(Path.GetRandomFileName(), "x", Cancel).GetAwaiter().GetResult();
        }, Cancel);
        var settings = written.Header.Tables.Select((table, index) => (table.Name, index)).Single(one => one.Name == "settings").index;
        written.Trailer.Rows[settings].ShouldBe(before);
        (await Number("select count(*) from settings")).ShouldBe(before + 1);
    }

    [Fact]
    public async Task a_store_that_has_something_is_not_restored_into()
    {
        var file = NewPath();
        await StoreCopies.Backup(place.Options, file, Taken, _ => { }, Cancel);
        var (database, data) = (await NewDatabase(), NewPath());
        foreach (var target in (StorageOptions[])[new() { SqliteFolder = data }, new() { PostgresConnectionString = database }])
        {
            await StoreCopies.Restore(file, target, _ => { }, Cancel);
            var fault = await Should.ThrowAsync<StorageException>(() => StoreCopies.Restore(file, target, _ => { }, Cancel));
            fault.Failure.ShouldBe(StorageFailure.Refused);
            fault.Message.ShouldContain("has a store already");
        }
    }

    [Fact]
    public async Task every_harm_to_the_file_is_found_and_leaves_no_store()
    {
        var file = NewPath();
        await StoreCopies.Backup(place.Options, file, Taken, _ => { }, Cancel);
        var whole = await File.ReadAllBytesAsync(file, Cancel);
        List<byte[]> harmed = [whole[..^1], whole[..(whole.Length / 2)], whole[..8], [.. whole, 0], [], [.. "OBILLBK\u0002"u8, .. whole[8..]]];
        for (var at = 0; at < whole.Length; at += 7)
        {
            var bytes = whole.ToArray();
            bytes[at] ^= 0x10;
            harmed.Add(bytes);
        }
        foreach (var bytes in harmed)
        {
            await File.WriteAllBytesAsync(file, bytes, Cancel);
            var data = NewPath();
            (await Should.ThrowAsync<StorageException>(() => StoreCopies.Restore(file, new() { SqliteFolder = data }, _ => { }, Cancel)))
                .Message.ShouldStartWith($"'{file}' ");
            Directory.Exists(data).ShouldBeFalse("nothing is left of it");
        }
        var database = await NewDatabase();
        await Should.ThrowAsync<StorageException>(() => StoreCopies.Restore(file, new() { PostgresConnectionString = database }, _ => { }, Cancel));
        await File.WriteAllBytesAsync(file, whole, Cancel);
        await StoreCopies.Restore(file, new() { PostgresConnectionString = database }, _ => { }, Cancel);
    }

    [Fact]
    public async Task a_backup_replaces_no_file_and_leaves_none_when_there_is_no_store()
    {
        var file = NewPath();
        (await Should.ThrowAsync<StorageException>(() => StoreCopies.Backup(new() { SqliteFolder = NewPath() }, file, Taken, _ => { }, Cancel)))
            .Message.ShouldContain("it has no billing.db");
        Directory.GetFiles(folder).ShouldBeEmpty();
        await File.WriteAllTextAsync(file, "something", Cancel);
        (await Should.ThrowAsync<StorageException>(() => StoreCopies.Backup(place.Options, file, Taken, _ => { }, Cancel)))
            .Message.ShouldContain("exists already");
        (await File.ReadAllTextAsync(file, Cancel)).ShouldBe("something");
    }

    [Fact]
    public async Task a_backup_of_an_older_version_is_brought_up_to_date_at_the_next_start()
    {
        // Before live usage, notifications and backfills: what a server of that time has left.
        var (old, file, data) = (NewPath(), NewPath(), NewPath());
        Directory.CreateDirectory(old);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(old, "billing.db")};Pooling=False"))
        {
            await connection.OpenAsync(Cancel);
            await new Migrations.SqliteMigrator(connection).Apply(StoreSchema.UpTo("sqlite", 3), Cancel);
            await using var insert = connection.Sql("insert into settings (name, value) values ('a', 'b')");
            await insert.ExecuteNonQueryAsync(Cancel);
        }
        (await StoreCopies.Backup(new() { SqliteFolder = old }, file, Taken, _ => { }, Cancel)).Header.Migration.ShouldBe(3);
        foreach (var target in (StorageOptions[])[new() { SqliteFolder = data }, new() { PostgresConnectionString = await NewDatabase() }])
        {
            await StoreCopies.Restore(file, target, _ => { }, Cancel);
            (await (await place.Open(target)).Settings.Get("a", Cancel)).ShouldBe("b");
        }
    }

    protected string NewPath() => Path.Combine(folder, Guid.NewGuid().ToString("N"));

    protected Task<long> Number(string sql) => place.Store.Database.Read(async connection =>
    {
        await using var command = connection.Sql(sql);
        return (long)(await command.Number(Cancel))!;
    }, Cancel);

    async Task<string> NewDatabase()
    {
        databases.Add(await (await PostgresServer.Get()).CreateDatabase());
        return databases[^1];
    }

    // New streams and new rows of tables that number their rows themselves.
    async Task NumbersGoOn(BillingStore store)
    {
        var write = new Definitions.DefinitionWrite("subscription", Path.GetRandomFileName(), null, "{}", NodaTime.Instant.FromUtc(2025, 5, 12, 9, 0), "test", NeedsStream: true);
        (await store.Definitions.Put(write, Cancel)).Stored!.Stream.ShouldBe(4712);
        var number = await store.Database.Write(async connection =>
        {
            await using var insert = connection.Sql("insert into notifications (key, at, kind, party, body) values ('new', 1, 'k', 'p', '{}') returning number");
            return await insert.Number(Cancel);
        }, Cancel);
        number.ShouldNotBeNull().ShouldBeGreaterThan(2);
    }
}
