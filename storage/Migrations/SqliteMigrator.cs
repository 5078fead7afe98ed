// Applies migrations to SQLite in one exclusive transaction.
using Microsoft.Data.Sqlite;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Migrations;

sealed class SqliteMigrator(SqliteConnection connection)
{
    public async Task Apply(IReadOnlyList<MigrationFile> files, CancellationToken cancel)
    {
        await Run("begin exclusive", cancel);
        try
        {
            await Run("""
                create table if not exists migrations (
                    number integer primary key, name text not null, checksum text not null, applied_at text not null default current_timestamp)
                """, cancel);
            var applied = new Dictionary<int, string>();
            await using (var select = connection.Sql("select number, checksum from migrations"))
                foreach (var (number, checksum) in await select.List(reader => (reader.GetInt32(0), reader.GetString(1)), cancel))
                    applied.Add(number, checksum);
            foreach (var file in MigrationFile.Pending(files, applied))
            {
                await Run(file.Sql, cancel);
                await using var record = connection.Sql("insert into migrations (number, name, checksum) values (@number, @name, @checksum)")
                    .With("number", file.Number).With("name", file.Name).With("checksum", file.Checksum);
                await record.ExecuteNonQueryAsync(cancel);
            }
            await Run("commit", CancellationToken.None);
        }
        catch
        {
            await Run("rollback", CancellationToken.None);
            throw;
        }
    }

    async Task Run(string sql, CancellationToken cancel)
    {
        await using var command = connection.Sql(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
