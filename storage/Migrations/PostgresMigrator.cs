// Applies migrations to PostgreSQL under an advisory lock, so that silos may start together.
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Migrations;

sealed class PostgresMigrator(NpgsqlConnection connection)
{
    // "obmigrat" as a number: any constant does, as long as every version uses the same one.
    public const long LockKey = 0x6F626D6967726174;

    public async Task Apply(IReadOnlyList<MigrationFile> files, CancellationToken cancel)
    {
        await using (var take = connection.Sql("select pg_advisory_lock(@key)").With("key", LockKey))
            await take.ExecuteNonQueryAsync(cancel);
        try
        {
            await Run("""
                create table if not exists migrations (
                    number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())
                """, cancel);
            var applied = new Dictionary<int, string>();
            await using (var select = connection.Sql("select number, checksum from migrations"))
                foreach (var (number, checksum) in await select.List(reader => (reader.GetInt32(0), reader.GetString(1)), cancel))
                    applied.Add(number, checksum);
            foreach (var file in MigrationFile.Pending(files, applied)) await Apply(file, cancel);
        }
        finally
        {
            await using var release = connection.Sql("select pg_advisory_unlock(@key)").With("key", LockKey);
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    async Task Apply(MigrationFile file, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Run(file.Sql, cancel);
        await using var record = connection.Sql("insert into migrations (number, name, checksum) values (@number, @name, @checksum)")
            .With("number", file.Number).With("name", file.Name).With("checksum", file.Checksum);
        await record.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    async Task Run(string sql, CancellationToken cancel)
    {
        await using var command = connection.Sql(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
