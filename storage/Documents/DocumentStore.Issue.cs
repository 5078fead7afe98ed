// Issuing: gapless numbers under the row lock of the series, all or nothing.
using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Accounts;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore
{
    public async Task<IReadOnlyList<DocumentHeader>> Issue(IReadOnlyList<IssueOrder> orders, CancellationToken cancel)
    {
        if (orders.Count > Limits.IssueBatchMax) throw new ArgumentException($"At most {Limits.IssueBatchMax} documents are issued in one call.");
        foreach (var order in orders) Commands.RequireStorable(order.Outstanding);
        return orders.Count == 0 ? [] : await database.Write<IReadOnlyList<DocumentHeader>>(async connection =>
        {
            var last = await LockSeries(connection, [.. orders.Select(order => order.Series).Distinct().Order(StringComparer.Ordinal)], cancel);
            var headers = await Headers(connection, orders.Select(order => order.DocumentKey), lockThem: true, cancel);
            var issued = new Dictionary<string, DocumentHeader>();
            var entries = new List<AccountEntry>();
            foreach (var order in orders)
            {
                var header = headers.GetValueOrDefault(order.DocumentKey) ?? throw new KeyNotFoundException($"There is no document '{order.DocumentKey}'.");
                if (header.Number is not null) continue;
                if (header.Net is null || header.Tax is null || header.Total is null)
                    throw new InvalidOperationException($"Draft '{order.DocumentKey}' has no totals yet: it cannot be issued.");
                var number = ++CollectionsMarshal.GetValueRefOrNullRef(last, order.Series);
                issued[header.Key] = headers[header.Key] = header with
                {
                    Number = string.Format(CultureInfo.InvariantCulture, order.NumberFormat, number),
                    IssueDate = order.IssueDate,
                    DueDate = order.DueDate,
                    Status = order.Status,
                    Outstanding = order.Outstanding,
                    PaidOn = order.Status == "paid" ? order.IssueDate : null,
                };
                if (order.Book is { } book) entries.Add(book(headers[header.Key]));
            }
            if (issued.Count > 0) await SaveIssued(connection, last, [.. issued.Values], cancel);
            await AccountRows.Book(connection, entries, cancel);
            crash.Reach(CrashPoints.CloseNumbered);
            return orders.Select(order => headers[order.DocumentKey]).ToList();
        }, cancel);
    }

    public Task<IReadOnlyDictionary<string, DocumentHeader>> GetByKeys(IReadOnlyList<string> documentKeys, CancellationToken cancel)
    {
        if (documentKeys.Count > Limits.IssueBatchMax) throw new ArgumentException($"At most {Limits.IssueBatchMax} documents are read in one call.");
        return database.Read<IReadOnlyDictionary<string, DocumentHeader>>(async connection =>
            await Headers(connection, documentKeys, lockThem: false, cancel), cancel);
    }

    // The last number given in each series. The locks hold until the transaction ends, so that no number is given twice and none is left out; they are
    // taken in the order of names, or two batches could wait for each other in a circle.
    async Task<Dictionary<string, long>> LockSeries(DbConnection connection, string[] series, CancellationToken cancel)
    {
        await using var create = connection.Sql(database.IsPostgres
            ? "insert into document_series (series, last_number) select unnest(@keys), 0 on conflict do nothing"
            : "insert into document_series (series, last_number) select value, 0 from json_each(@keys) where true on conflict do nothing");
        AddKeys(create, series);
        await create.ExecuteNonQueryAsync(cancel);
        await using var take = connection.Sql(database.IsPostgres
            ? "select series, last_number from document_series where series = any(@keys) order by series for update"
            : "select series, last_number from document_series where series in (select value from json_each(@keys))");
        AddKeys(take, series);
        return (await take.List(reader => (Series: reader.GetString(0), Last: reader.GetInt64(1)), cancel)).ToDictionary(row => row.Series, row => row.Last);
    }

    async Task<Dictionary<string, DocumentHeader>> Headers(DbConnection connection, IEnumerable<string> keys, bool lockThem, CancellationToken cancel)
    {
        // In key order, for the same reason.
        await using var command = connection.Sql(database.IsPostgres
            ? $"select {Columns} from documents where key = any(@keys)" + (lockThem ? " order by key for update" : "")
            : $"select {Columns} from documents where key in (select value from json_each(@keys))");
        AddKeys(command, keys);
        return (await command.List(ReadHeader, cancel)).ToDictionary(header => header.Key);
    }

    static async Task SaveIssued(DbConnection connection, Dictionary<string, long> last, DocumentHeader[] headers, CancellationToken cancel)
    {
        if (connection is NpgsqlConnection postgres)
        {
            await SaveArrays(postgres, headers, cancel);
            await using var all = new NpgsqlCommand("""
                update document_series set last_number = given.last from unnest($1, $2) as given (series, last) where document_series.series = given.series
                """, postgres);
            all.Parameters.Texts(last.Keys.Select(series => series)).Longs(last.Values);
            await all.ExecuteNonQueryAsync(cancel);
            return;
        }
        SaveRows(connection, headers);
        foreach (var (series, number) in last)
        {
            await using var one = connection.Sql("update document_series set last_number = @last where series = @series")
                .With("last", number).With("series", series);
            await one.ExecuteNonQueryAsync(cancel);
        }
    }

    static async Task SaveArrays(NpgsqlConnection connection, DocumentHeader[] headers, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            update documents set number = given.number, issue_date = given.issued, due_date = given.due, status = given.status,
                outstanding = given.outstanding, paid_on = given.paid
            from unnest($1, $2, $3, $4, $5, $6, $7) as given (key, number, issued, due, status, outstanding, paid)
            where documents.key = given.key
            """, connection);
        command.Parameters.Texts(headers.Select(header => header.Key)).Texts(headers.Select(header => header.Number))
            .Texts(headers.Select(header => header.IssueDate!.Value.ToText())).Texts(headers.Select(header => header.DueDate!.Value.ToText()))
            .Texts(headers.Select(header => header.Status)).Decimals(headers.Select(header => header.Outstanding))
            .Texts(headers.Select(header => header.PaidOn?.ToText()));
        await command.ExecuteNonQueryAsync(cancel);
    }

    static void SaveRows(DbConnection connection, DocumentHeader[] headers)
    {
        using var command = connection.Sql("""
            update documents set number = @number, issue_date = @issued, due_date = @due, status = @status, outstanding = @outstanding,
                paid_on = @paid where key = @key
            """).With("number", "").With("issued", "").With("due", "").With("status", "").With("outstanding", 0m).With("paid", "").With("key", "");
        foreach (var header in headers)
        {
            object?[] values = [header.Number, header.IssueDate!.Value.ToText(), header.DueDate!.Value.ToText(), header.Status, header.Outstanding,
                header.PaidOn?.ToText(), header.Key];
            for (var i = 0; i < values.Length; i++) command.Set(i, values[i]);
            command.ExecuteNonQuery();
        }
    }
}
