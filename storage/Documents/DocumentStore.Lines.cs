// The lines of documents: written once per child, read in the order of the document.
using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore
{
    const string LineColumns = "position, child, line_number, customer, description, quantity, unit_price, amount, tax_category, tax_rate, period_from, period_to, body";

    public Task<int> AddChildren(string documentKey, IReadOnlyList<ChildLines> children, CancellationToken cancel)
    {
        foreach (var child in children) Require(child);
        return database.Write(async connection =>
        {
            var document = await Lock(connection, documentKey, cancel) ?? throw new KeyNotFoundException($"There is no document '{documentKey}'.");
            var first = children.DistinctBy(child => child.Child).ToList();
            var added = connection is NpgsqlConnection postgres
                ? await AddNames(postgres, document.Id, first, cancel)
                : await AddNames(connection, document.Id, first, cancel);
            if (added.Count == 0) return (int)document.Children;
            // Thrown after the names are known: repeating what had been reported before issuing is allowed and changes nothing.
            if (document.IsIssued) throw new InvalidOperationException($"Document '{documentKey}' is issued: its lines are frozen.");
            var lines = first.Where(child => added.Contains(child.Child)).SelectMany(child => child.Lines);
            if (connection is NpgsqlConnection target) await CopyLines(target, document.Id, lines, cancel);
            else InsertLines(connection, document.Id, lines);
            await using var count = connection.Sql("update documents set children = children + @added where id = @id")
                .With("added", added.Count).With("id", document.Id);
            await count.ExecuteNonQueryAsync(cancel);
            return (int)document.Children + added.Count;
        }, cancel);
    }

    public async IAsyncEnumerable<DocumentLine> Lines(string documentKey, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var connection = await database.Open(cancel);
        await using var command = connection.Sql($"""
            select {LineColumns} from document_lines where document = (select id from documents where key = @key) order by position, child, line_number
            """).With("key", documentKey);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel)) yield return ReadLine(reader);
    }

    static async Task<HashSet<string>> AddNames(NpgsqlConnection connection, long document, IReadOnlyList<ChildLines> children, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            "insert into document_children (document, child) select $1, child from unnest($2) as child on conflict do nothing returning child", connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = document });
        command.Parameters.Texts(children.Select(child => child.Child));
        return [.. await command.List(reader => reader.GetString(0), cancel)];
    }

    static Task<HashSet<string>> AddNames(DbConnection connection, long document, IReadOnlyList<ChildLines> children, CancellationToken cancel)
    {
        using var command = connection.Sql("insert into document_children (document, child) values (@document, @child) on conflict do nothing")
            .With("document", document).With("child", "");
        var added = new HashSet<string>();
        foreach (var child in children)
        {
            cancel.ThrowIfCancellationRequested();
            command.Set(1, child.Child);
            if (command.ExecuteNonQuery() == 1) added.Add(child.Child);
        }
        return Task.FromResult(added);
    }

    // COPY inside the transaction: the fastest way in, and it is undone with everything else.
    static async Task CopyLines(NpgsqlConnection connection, long document, IEnumerable<DocumentLine> lines, CancellationToken cancel)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy document_lines (document, {LineColumns}) from stdin (format binary)", cancel);
        ulong count = 0;
        foreach (var line in lines)
        {
            count++;
            await copy.StartRowAsync(cancel);
            await copy.WriteAsync(document, NpgsqlDbType.Bigint, cancel);
            await copy.WriteAsync(line.Position, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(line.Child, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(line.LineNumber, NpgsqlDbType.Integer, cancel);
            await copy.WriteAsync(line.Customer, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(line.Description, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(line.Quantity, NpgsqlDbType.Numeric, cancel);
            if (line.UnitPrice is { } price) await copy.WriteAsync(price, NpgsqlDbType.Numeric, cancel);
            else await copy.WriteNullAsync(cancel);
            await copy.WriteAsync(line.Amount, NpgsqlDbType.Numeric, cancel);
            await copy.WriteAsync(line.TaxCategory, NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(line.TaxRate, NpgsqlDbType.Numeric, cancel);
            await copy.WriteAsync(line.PeriodFrom.ToText(), NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(line.PeriodTo.ToText(), NpgsqlDbType.Text, cancel);
            await copy.WriteAsync(line.Body, NpgsqlDbType.Text, cancel);
        }
        var written = await copy.CompleteAsync(cancel);
        if (written != count) throw new InvalidOperationException($"PostgreSQL took {written} of {count} lines.");
    }

    static void InsertLines(DbConnection connection, long document, IEnumerable<DocumentLine> lines)
    {
        using var command = connection.Sql($"""
            insert into document_lines (document, {LineColumns})
            values (@document, @position, @child, @line, @customer, @description, @quantity, @price, @amount, @category, @rate, @from, @to, @body)
            """).With("document", document).With("position", 0).With("child", "").With("line", 0).With("customer", "").With("description", "")
            .With("quantity", 0m).With("price", default(decimal?)).With("amount", 0m).With("category", "").With("rate", 0m)
            .With("from", "").With("to", "").With("body", "");
        foreach (var line in lines)
        {
            object?[] values = [line.Position, line.Child, line.LineNumber, line.Customer, line.Description, line.Quantity, line.UnitPrice,
                line.Amount, line.TaxCategory, line.TaxRate, line.PeriodFrom.ToText(), line.PeriodTo.ToText(), line.Body];
            for (var i = 0; i < values.Length; i++) command.Set(i + 1, values[i]);
            command.ExecuteNonQuery();
        }
    }

    static void Require(ChildLines child)
    {
        foreach (var line in child.Lines)
        {
            if (line.Child != child.Child) throw new ArgumentException($"A line of '{line.Child}' cannot be reported by '{child.Child}'.");
            Commands.RequireStorable(line.Quantity);
            Commands.RequireStorable(line.UnitPrice ?? 0);
            Commands.RequireStorable(line.Amount);
            Commands.RequireStorable(line.TaxRate);
        }
    }

    static DocumentLine ReadLine(DbDataReader reader) => new(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3),
        reader.GetString(4), reader.GetDecimal(5), reader.DecimalOrNull(6), reader.GetDecimal(7), reader.GetString(8), reader.GetDecimal(9),
        reader.Date(10), reader.Date(11), reader.GetString(12));
}
