// Makes a PostgreSQL store from a copy, in one transaction by COPY.
using System.Data.Common;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Migrations;

namespace OrleansBilling.Storage.Operating;

sealed class PostgresImport : ICopyTarget
{
    readonly NpgsqlDataSource source;
    readonly NpgsqlConnection connection;
    CopyHeader? header;
    NpgsqlTransaction? transaction;
    NpgsqlBinaryImporter? importer;
    NpgsqlDbType[] types = [];
    long last;
    int table = -1;

    PostgresImport(NpgsqlDataSource source, NpgsqlConnection connection) => (this.source, this.connection) = (source, connection);

    public static async Task<PostgresImport> Open(string connectionString, CancellationToken cancel)
    {
        var source = PostgresSessions.Source(connectionString);
        try
        {
            return new PostgresImport(source, await source.OpenConnectionAsync(cancel));
        }
        catch (Exception fault) when (PostgresErrors.IsDatabase(fault))
        {
            await source.DisposeAsync();
            throw new StorageException(StorageFailure.Unavailable, "The database cannot be reached: " + fault.Message, fault);
        }
    }

    public async Task Begin(CopyHeader header, CancellationToken cancel)
    {
        this.header = header;
        await ImportRules.RequireSame(header, cancel);
        await PostgresSessions.RefuseServers(connection, cancel);
        if (await StoreSchema.MigrationOf(connection, cancel) is { } there && there != header.Migration)
            throw new StorageException(StorageFailure.Refused, $"The database has tables of migration {there}, the copy is of migration {header.Migration}: use a new, empty database.");
        await new PostgresMigrator(connection).Apply(StoreSchema.UpTo("postgres", header.Migration), cancel);
        transaction = await connection.BeginTransactionAsync(cancel);
        // Two copies at once: the second one waits here, and finds the store filled.
        await Run("lock table definitions, journal in exclusive mode", cancel);
        foreach (var one in header.Tables.Where(one => one.Name is not (StoreSchema.Streams or "catalogue")))
        {
            await using var look = connection.Sql($"select case when exists (select 1 from {one.Name}) then 1 else 0 end");
            if (await look.Number(cancel) == 1)
                throw new StorageException(StorageFailure.Refused, $"The database has a store already, with rows in {one.Name}: a copy goes only into an empty database. Create a new one.");
        }
        await Run("delete from catalogue", cancel);
    }

    public async Task Rows(int table, int count, ReadOnlyMemory<byte> rows, CancellationToken cancel)
    {
        var into = header!.Tables[table];
        if (into.Name == StoreSchema.Streams)
        {
            last = Last(rows.Span);
            return;
        }
        if (this.table != table)
        {
            await Complete(cancel);
            types = await Types(into, cancel);
            importer = await connection.BeginBinaryImportAsync($"copy {into.Name} ({Names(into)}) from stdin (format binary)", cancel);
            this.table = table;
        }
        Write(importer!, into, count, rows.Span);
        cancel.ThrowIfCancellationRequested();
    }

    public async Task End(CopyTrailer trailer, CancellationToken cancel)
    {
        await Complete(cancel);
        if (last > 0) await Run($"select setval('streams', {last.ToString(CultureInfo.InvariantCulture)})", cancel);
        foreach (var (one, column) in await Identities(cancel))
            await Run($"select setval(pg_get_serial_sequence('{one}', '{column}'), max({column})) from {one} having max({column}) is not null", cancel);
        await transaction!.CommitAsync(cancel);
        await Run("analyze", cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (importer is not null) await importer.DisposeAsync();
        if (transaction is not null) await transaction.DisposeAsync();
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    static string Names(StoredTable table) => string.Join(", ", table.Columns.Select(column => column.Name));

    static long Last(ReadOnlySpan<byte> row)
    {
        RowPacking.Take("integer", ref row);
        return (long)RowPacking.Take("integer", ref row)!;
    }

    void Write(NpgsqlBinaryImporter into, StoredTable described, int count, ReadOnlySpan<byte> rows)
    {
        for (var row = 0; row < count; row++)
        {
            into.StartRow();
            for (var column = 0; column < types.Length; column++)
            {
                var value = RowPacking.Take(described.Columns[column].Type, ref rows);
                if (value is null) into.WriteNull();
                else if (value is string text && types[column] == NpgsqlDbType.Numeric)
                    into.Write(decimal.Parse(text, CultureInfo.InvariantCulture), NpgsqlDbType.Numeric);
                else if (value is long number && types[column] == NpgsqlDbType.Integer) into.Write(checked((int)number), NpgsqlDbType.Integer);
                else into.Write(value, types[column]);
            }
        }
    }

    async Task<NpgsqlDbType[]> Types(StoredTable of, CancellationToken cancel)
    {
        await using var command = connection.Sql("""
            select column_name::text, data_type::text from information_schema.columns where table_schema = current_schema() and table_name = @name
            """).With("name", of.Name);
        var named = (await command.List(reader => (reader.GetString(0), reader.GetString(1)), cancel)).ToDictionary();
        return [.. of.Columns.Select(column => named[column.Name] switch
        {
            "bigint" => NpgsqlDbType.Bigint,
            "integer" => NpgsqlDbType.Integer,
            "numeric" => NpgsqlDbType.Numeric,
            "bytea" => NpgsqlDbType.Bytea,
            "text" => NpgsqlDbType.Text,
            var other => throw new NotSupportedException($"{of.Name}.{column.Name} is of type {other}, which no copy knows."),
        })];
    }

    async Task<IReadOnlyList<(string Table, string Column)>> Identities(CancellationToken cancel)
    {
        await using var command = connection.Sql(
            "select table_name::text, column_name::text from information_schema.columns where table_schema = current_schema() and is_identity = 'YES'");
        return await command.List(reader => (reader.GetString(0), reader.GetString(1)), cancel);
    }

    async Task Complete(CancellationToken cancel)
    {
        if (importer is null) return;
        await importer.CompleteAsync(cancel);
        await importer.DisposeAsync();
        importer = null;
    }

    async Task Run(string sql, CancellationToken cancel)
    {
        await using var command = connection.Sql(sql);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
