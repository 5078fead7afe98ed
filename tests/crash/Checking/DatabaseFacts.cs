// What the database says: rows of the journal, documents, lines and series; read with SQL of the checker's own.
using System.Data.Common;
using System.Globalization;
using System.Text.Json;

namespace OrleansBilling.Crash.Tests.Checking;

public sealed record StoredDocument(long Id, string Key, string? Number, string Kind, string Status, string Agreement, string Period, decimal? Net, decimal? Tax, decimal? Total);

public sealed record StoredLine(long Document, string Subscription, decimal Quantity, decimal Amount, decimal TaxRate, StoredLineBody Body);

public sealed record StoredLineBody(string Kind, string Charge, string OriginalPeriod, bool Late, StoredProof? Proof);

public sealed record StoredProof(long Count, decimal Sum, string Hash, long FromVersion, long ToVersion);

/// <summary>All in memory: the checker's runs are small.</summary>
public sealed record DatabaseFacts(IReadOnlyDictionary<long, string> Subscriptions, IReadOnlyList<JournalRow> Rows, IReadOnlyList<StoredDocument> Documents,
    IReadOnlyList<StoredLine> Lines, IReadOnlyDictionary<string, long> Series)
{
    static readonly JsonSerializerOptions Snake = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowReadingFromString,
    };

    public static async Task<DatabaseFacts> Read(DbConnection connection, CancellationToken cancel)
    {
        var subscriptions = await All(connection, "select stream, id from definitions where kind = 'subscription'", row => (Stream: row.GetInt64(0), Id: row.GetString(1)), cancel);
        var rows = await All(connection, "select stream, version, payload from journal order by stream, version",
            row => new JournalRow(row.GetInt64(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2)), cancel);
        var documents = await All(connection, """
            select id, key, number, kind, status, agreement, period, cast(net as text), cast(tax as text), cast(total as text) from documents order by id
            """, row => new StoredDocument(row.GetInt64(0), row.GetString(1), Text(row, 2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6),
                Number(Text(row, 7)), Number(Text(row, 8)), Number(Text(row, 9))), cancel);
        var lines = await All(connection, """
            select document, child, cast(quantity as text), cast(amount as text), cast(tax_rate as text), body from document_lines order by document, position, child, line_number
            """, row => new StoredLine(row.GetInt64(0), row.GetString(1), Number(row.GetString(2))!.Value, Number(row.GetString(3))!.Value,
                Number(row.GetString(4))!.Value, JsonSerializer.Deserialize<StoredLineBody>(row.GetString(5), Snake)!), cancel);
        var series = await All(connection, "select series, last_number from document_series", row => (Name: row.GetString(0), Last: row.GetInt64(1)), cancel);
        return new(subscriptions.ToDictionary(one => one.Stream, one => one.Id), rows, documents, lines, series.ToDictionary(one => one.Name, one => one.Last));
    }

    static async Task<List<T>> All<T>(DbConnection connection, string sql, Func<DbDataReader, T> read, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var all = new List<T>();
        while (await reader.ReadAsync(cancel)) all.Add(read(reader));
        return all;
    }

    static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);
}
