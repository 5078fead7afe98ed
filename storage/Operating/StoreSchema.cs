// The tables of a store, read from the migrations themselves: what a later one adds cannot be forgotten by a copy.
using System.Data.Common;
using Microsoft.Data.Sqlite;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Migrations;

namespace OrleansBilling.Storage.Operating;

/// <summary>A column. Type: <c>integer</c>, <c>text</c> (decimals too) or <c>blob</c>.</summary>
public sealed record StoredColumn(string Name, string Type);

/// <summary>A table with its columns in the order in which values travel.</summary>
public sealed record StoredTable(string Name, IReadOnlyList<StoredColumn> Columns);

static class StoreSchema
{
    /// <summary>Notes of the migrators, of each database its own: not copied, since the target has made its own.</summary>
    public const string Migrations = "migrations";

    /// <summary>The last number given to a stream: a table of one row on SQLite, a sequence on PostgreSQL.</summary>
    public const string Streams = "streams";

    /// <summary>The newest migration of this version.</summary>
    public static int Newest => MigrationFile.All("sqlite")[^1].Number;

    /// <summary>Tables as they are after a migration, referenced ones before those that reference them.</summary>
    public static async Task<IReadOnlyList<StoredTable>> After(int migration, CancellationToken cancel)
    {
        await using var memory = new SqliteConnection("Data Source=:memory:");
        await memory.OpenAsync(cancel);
        await new SqliteMigrator(memory).Apply(UpTo("sqlite", migration), cancel);
        return await Read(memory, cancel);
    }

    /// <summary>The migrations up to a number.</summary>
    public static IReadOnlyList<MigrationFile> UpTo(string database, int migration) =>
        [.. MigrationFile.All(database).Where(file => file.Number <= migration)];

    /// <summary>The newest migration that a store has; null when it has none.</summary>
    public static async Task<int?> MigrationOf(DbConnection connection, CancellationToken cancel)
    {
        var exists = connection is SqliteConnection ? "select count(*) from sqlite_master where name = 'migrations'"
            : "select case when to_regclass('migrations') is null then 0 else 1 end";
        await using var look = connection.Sql(exists);
        if (await look.Number(cancel) == 0) return null;
        await using var newest = connection.Sql("select max(number) from migrations");
        return (int?)await newest.Number(cancel);
    }

    // In the order in which they were made: a foreign key names a table that was there before.
    static async Task<IReadOnlyList<StoredTable>> Read(SqliteConnection connection, CancellationToken cancel)
    {
        await using var names = connection.Sql(
            $"select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> '{Migrations}' order by rowid");
        var tables = new List<StoredTable>();
        foreach (var name in await names.List(reader => reader.GetString(0), cancel))
        {
            await using var columns = connection.Sql($"select name, lower(type) from pragma_table_info('{name}') order by cid");
            tables.Add(new(name, await columns.List(reader => new StoredColumn(reader.GetString(0), reader.GetString(1)), cancel)));
        }
        return tables;
    }
}
