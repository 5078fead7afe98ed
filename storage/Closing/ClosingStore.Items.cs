// Writing close items in bulk, in each database's own way.
using System.Data.Common;
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Closing;

sealed partial class ClosingStore
{
    const string Upsert = """
         on conflict (run, agreement) do update set buyer = excluded.buyer, state = excluded.state, expected = excluded.expected,
            reported = excluded.reported, cursor = excluded.cursor, document_key = excluded.document_key, reason = excluded.reason,
            attempts = excluded.attempts
        """;

    static async Task SaveArrays(NpgsqlConnection connection, IReadOnlyList<CloseItem> items)
    {
        await using var command = new NpgsqlCommand(
            $"insert into close_items ({ItemColumns}) select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" + Upsert, connection);
        command.Parameters.Texts(items.Select(item => item.RunId)).Texts(items.Select(item => item.Agreement)).Texts(items.Select(item => item.Buyer))
            .Ints(items.Select(item => (int)item.State)).Ints(items.Select(item => item.Expected)).Ints(items.Select(item => item.Reported))
            .Texts(items.Select(item => item.Cursor)).Texts(items.Select(item => item.DocumentKey)).Texts(items.Select(item => item.Reason))
            .Ints(items.Select(item => item.Attempts));
        await command.ExecuteNonQueryAsync();
    }

    static Task SaveRows(DbConnection connection, IReadOnlyList<CloseItem> items)
    {
        using var command = connection.Sql($"""
            insert into close_items ({ItemColumns})
            values (@run, @agreement, @buyer, @state, @expected, @reported, @cursor, @document, @reason, @attempts)
            """ + Upsert)
            .With("run", "").With("agreement", "").With("buyer", "").With("state", 0).With("expected", 0).With("reported", 0)
            .With("cursor", "").With("document", "").With("reason", "").With("attempts", 0);
        foreach (var item in items)
        {
            object?[] values = [item.RunId, item.Agreement, item.Buyer, (int)item.State, item.Expected, item.Reported,
                item.Cursor, item.DocumentKey, item.Reason, item.Attempts];
            for (var i = 0; i < values.Length; i++) command.Set(i, values[i]);
            command.ExecuteNonQuery();
        }
        return Task.CompletedTask;
    }
}
