// Brings the database to the audit: streams, snapshots, then all rows above the versions that were read before.
using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace OrleansBilling.LoadTests.Checking;

static class JournalReader
{
    // Snapshots are read first, so that the journal reaches every version that one of them claims.
    const string SnapshotHeads = "select stream, version, substr(state, 1, 16000) from snapshots where stream = any($1)";

    // Nested on purpose: a look-up per stream above its last version costs what is new, not what is there.
    const string NewRows = """
        select r.stream, r.version, r.payload
        from unnest($1, $2) as known(stream, version)
        cross join lateral (select j.stream, j.version, j.payload from journal j
                            where j.stream = known.stream and j.version > known.version order by j.version offset 0) r
        """;

    /// <summary>Again after more subscriptions were made: what is known stays.</summary>
    public static async Task LearnStreams(NpgsqlDataSource source, JournalAudit audit, CancellationToken cancel)
    {
        await using var command = source.CreateCommand("select id, stream from definitions where kind = 'subscription'");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            audit.Know(reader.GetInt64(1), int.Parse(reader.GetString(0).AsSpan(2), CultureInfo.InvariantCulture));
    }

    /// <summary>All of it as of one moment: wallets take slices back at any time, and subscriptions write that down.</summary>
    public static async Task ReadNew(NpgsqlDataSource source, JournalAudit audit, CancellationToken cancel)
    {
        var streams = audit.Streams.ToArray();
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var moment = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await ReadSnapshots(connection, streams, audit, cancel);
        await using (var command = Command(connection, NewRows, streams))
        {
            command.Parameters.Add(new() { Value = Array.ConvertAll(streams, audit.VersionOf), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                audit.Row(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        }

        await using var count = Command(connection, "select count(*) from journal where stream = any($1)", streams);
        audit.CountOfRows((long)(await count.ExecuteScalarAsync(cancel))!);
    }

    static NpgsqlCommand Command(NpgsqlConnection connection, string sql, long[] streams)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        command.Parameters.Add(new() { Value = streams, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint });
        return command;
    }

    static async Task ReadSnapshots(NpgsqlConnection connection, long[] streams, JournalAudit audit, CancellationToken cancel)
    {
        await using var command = Command(connection, SnapshotHeads, streams);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            audit.Claim(reader.GetInt64(0), ReadTotals(reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
    }

    /// <summary>Formats 8 to 10 begin alike: format byte, recorded, next cell, 32-byte chain, then cells with their purse and their sealed part.</summary>
    internal static ClaimedTotals ReadTotals(long version, byte[] head)
    {
        var fields = new PackedCursor(head);
        if (fields.Byte() is var format and not (8 or 9 or 10))
            throw new JournalFormatException($"A snapshot has format {format}: the checker must learn it before it can vouch for stored totals.");
        fields.Int64();
        fields.Count();
        fields.Take(32);
        var cells = new (int, long, decimal, decimal)[fields.Count()];
        for (var index = 0; index < cells.Length; index++)
        {
            var number = fields.Count();
            fields.Count();
            JournalRow.ReadCellIdentity(ref fields);
            cells[index] = (number, (long)fields.Varint(), fields.Decimal(), fields.Decimal());
            fields.Varint();
            fields.Decimal();
            fields.Decimal();
        }

        return new ClaimedTotals(version, cells);
    }
}
