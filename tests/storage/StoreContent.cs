// Fills every table of a store by itself, and reads all of it back as text: what a copy must have copied.
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansBilling.Storage.Databases;
using OrleansBilling.Storage.Operating;

namespace OrleansBilling.Storage.Tests;

static class StoreContent
{
    /// <summary>Two rows in each table that has none, made from its columns; a table that a later migration adds is filled as well.</summary>
    public static async Task Fill(BillingStore store, CancellationToken cancel)
    {
        foreach (var table in await StoreSchema.After(StoreSchema.Newest, cancel))
        {
            if (table.Name is StoreSchema.Streams or "catalogue") continue;
            for (var row = 1; row <= 2; row++) await Insert(store, table, row, cancel);
        }
        await store.Database.Write(async connection =>
        {
            await Run(connection, "update catalogue set revision = 77");
            await Run(connection, connection is SqliteConnection ? "update streams set last = 4711" : "select setval('streams', 4711)");
        }, cancel);
    }

    /// <summary>Every value of every table, sorted.</summary>
    public static async Task<IReadOnlyList<string>> Of(BillingStore store, CancellationToken cancel)
    {
        var lines = new List<string>();
        foreach (var table in await StoreSchema.After(StoreSchema.Newest, cancel))
        {
            if (table.Name == StoreSchema.Streams) continue;
            lines.AddRange(await store.Database.Read(async connection =>
            {
                await using var command = connection.Sql($"select {string.Join(", ", table.Columns.Select(column => column.Name))} from {table.Name}");
                return await command.List(reader => $"{table.Name}: " + string.Join(" | ", table.Columns.Select((_, place) => Text(reader, place))), cancel);
            }, cancel));
        }
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    static Task Insert(BillingStore store, StoredTable table, int row, CancellationToken cancel) => store.Database.Write(async connection =>
    {
        var own = connection is NpgsqlConnection && table.Name is "documents" or "notifications" ? "overriding system value " : "";
        await using var command = connection.Sql($"insert into {table.Name} ({string.Join(", ", table.Columns.Select(column => column.Name))}) "
            + (connection is NpgsqlConnection ? own : "") + $"values ({string.Join(", ", table.Columns.Select((_, place) => $"@p{place}"))})");
        var decimals = connection is NpgsqlConnection postgres ? await Decimals(postgres, table.Name, cancel) : [];
        foreach (var (column, place) in table.Columns.Select((column, place) => (column, place)))
        {
            if (column.Type == "integer") command.With($"p{place}", row == 2 && Nullable(column.Name) ? null : 10L * place + row);
            else if (column.Type == "blob") command.With($"p{place}", new byte[] { 0, 255, (byte)row });
            else if (decimals.Contains(column.Name) || IsAmount(column.Name)) command.With($"p{place}", row == 1 ? 580.30m : -0.0000000001m);
            else command.With($"p{place}", row == 2 && Nullable(column.Name) ? null : $"ä'\"\n{row}");
        }
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    // Named in the first migration; a later decimal is found on PostgreSQL, and must then be named here.
    static bool IsAmount(string column) => column is "net" or "tax" or "total" or "outstanding" or "quantity" or "unit_price" or "amount" or "tax_rate"
        or "unapplied" or "remaining";

    static bool Nullable(string column) => column is "parent" or "ends_at" or "finished_at" or "cursor" or "document_key" or "issue_date"
        or "revoked_at" or "above" or "payment_reference";

    static async Task<IReadOnlyList<string>> Decimals(NpgsqlConnection connection, string table, CancellationToken cancel)
    {
        await using var command = connection.Sql($"select column_name::text from information_schema.columns where table_name = '{table}' and data_type = 'numeric'");
        return await command.List(reader => reader.GetString(0), cancel);
    }

    static string Text(DbDataReader reader, int column) => reader.IsDBNull(column) ? "null" : reader.GetValue(column) switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        decimal number => number.ToString("0.0###########################", CultureInfo.InvariantCulture),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static async Task Run(DbConnection connection, string sql)
    {
        await using var command = connection.Sql(sql);
        await command.ExecuteNonQueryAsync();
    }
}
