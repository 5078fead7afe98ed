// Issuing: gapless numbers under the row lock of the series, all or nothing.
using System.Data.Common;
using System.Globalization;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore
{
    public async Task<IReadOnlyList<DocumentHeader>> Issue(string series, IReadOnlyList<IssueOrder> orders, CancellationToken cancel)
    {
        if (orders.Count > Limits.IssueBatchMax) throw new ArgumentException($"At most {Limits.IssueBatchMax} documents are issued in one call.");
        foreach (var order in orders) Commands.RequireStorable(order.Outstanding);
        return orders.Count == 0 ? [] : await database.Write<IReadOnlyList<DocumentHeader>>(async connection =>
        {
            var number = await LockSeries(connection, series, cancel);
            var headers = await Headers(connection, orders, cancel);
            var issued = new Dictionary<string, DocumentHeader>();
            foreach (var order in orders)
            {
                var header = headers.GetValueOrDefault(order.DocumentKey) ?? throw new KeyNotFoundException($"There is no document '{order.DocumentKey}'.");
                if (header.Number is not null) continue;
                if (header.Net is null || header.Tax is null || header.Total is null)
                    throw new InvalidOperationException($"Draft '{order.DocumentKey}' has no totals yet: it cannot be issued.");
                number++;
                issued[header.Key] = headers[header.Key] = header with
                {
                    Number = string.Format(CultureInfo.InvariantCulture, order.NumberFormat, number),
                    IssueDate = order.IssueDate,
                    DueDate = order.DueDate,
                    Status = order.Status,
                    Outstanding = order.Outstanding,
                };
            }
            if (issued.Count > 0) await SaveIssued(connection, series, number, [.. issued.Values], cancel);
            crash.Reach(CrashPoints.CloseNumbered);
            return orders.Select(order => headers[order.DocumentKey]).ToList();
        }, cancel);
    }

    // The last number given. The lock holds until the transaction ends, so that no number is given twice and none is left out.
    async Task<long> LockSeries(DbConnection connection, string series, CancellationToken cancel)
    {
        await using var create = connection.Sql("insert into document_series (series, last_number) values (@series, 0) on conflict do nothing")
            .With("series", series);
        await create.ExecuteNonQueryAsync(cancel);
        await using var take = connection.Sql("select last_number from document_series where series = @series" + (database.IsPostgres ? " for update" : ""))
            .With("series", series);
        return (await take.Number(cancel))!.Value;
    }

    async Task<Dictionary<string, DocumentHeader>> Headers(DbConnection connection, IReadOnlyList<IssueOrder> orders, CancellationToken cancel)
    {
        // In key order, or two series that share a document could wait for each other in a circle.
        await using var command = connection.Sql(database.IsPostgres
            ? $"select {Columns} from documents where key = any(@keys) order by key for update"
            : $"select {Columns} from documents where key in (select value from json_each(@keys))");
        AddKeys(command, orders.Select(order => order.DocumentKey));
        return (await command.List(ReadHeader, cancel)).ToDictionary(header => header.Key);
    }

    static async Task SaveIssued(DbConnection connection, string series, long last, DocumentHeader[] headers, CancellationToken cancel)
    {
        if (connection is NpgsqlConnection postgres) await SaveArrays(postgres, headers, cancel);
        else SaveRows(connection, headers);
        await using var command = connection.Sql("update document_series set last_number = @last where series = @series")
            .With("last", last).With("series", series);
        await command.ExecuteNonQueryAsync(cancel);
    }

    static async Task SaveArrays(NpgsqlConnection connection, DocumentHeader[] headers, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand("""
            update documents set number = given.number, issue_date = given.issued, due_date = given.due, status = given.status,
                outstanding = given.outstanding
            from unnest($1, $2, $3, $4, $5, $6) as given (key, number, issued, due, status, outstanding)
            where documents.key = given.key
            """, connection);
        command.Parameters.Texts(headers.Select(header => header.Key)).Texts(headers.Select(header => header.Number))
            .Texts(headers.Select(header => header.IssueDate!.Value.ToText())).Texts(headers.Select(header => header.DueDate!.Value.ToText()))
            .Texts(headers.Select(header => header.Status)).Decimals(headers.Select(header => header.Outstanding));
        await command.ExecuteNonQueryAsync(cancel);
    }

    static void SaveRows(DbConnection connection, DocumentHeader[] headers)
    {
        using var command = connection.Sql("""
            update documents set number = @number, issue_date = @issued, due_date = @due, status = @status, outstanding = @outstanding where key = @key
            """).With("number", "").With("issued", "").With("due", "").With("status", "").With("outstanding", 0m).With("key", "");
        foreach (var header in headers)
        {
            object?[] values = [header.Number, header.IssueDate!.Value.ToText(), header.DueDate!.Value.ToText(), header.Status, header.Outstanding, header.Key];
            for (var i = 0; i < values.Length; i++) command.Set(i, values[i]);
            command.ExecuteNonQuery();
        }
    }
}
