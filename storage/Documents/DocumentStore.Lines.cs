// The lines of documents: written once per child, read in the order of the document.
using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore
{
    const string LineColumns = """
        position, child, line_number, customer, description, quantity, unit_price, amount, tax_category, tax_rate, period_from, period_to, body
        """;

    public Task<DraftSums> AddChildren(string documentKey, IReadOnlyList<ChildLines> children, CancellationToken cancel)
    {
        foreach (var child in children) Require(child);
        return reports.Add(new(documentKey, children), cancel);
    }

    Task<IReadOnlyList<DraftSums>> WriteReports(IReadOnlyList<ChildrenReport> batch) => database.Write<IReadOnlyList<DraftSums>>(async connection =>
    {
        var documents = await Lock(connection, batch.Select(report => report.Key));
        var first = new Dictionary<(long Document, string Child), ChildLines>();
        foreach (var (key, children) in batch)
        {
            var document = documents.GetValueOrDefault(key) ?? throw new KeyNotFoundException($"There is no document '{key}'.");
            foreach (var child in children) first.TryAdd((document.Id, child.Child), child);
        }
        var added = first.Count == 0 ? [] : connection is NpgsqlConnection names ? await AddNames(names, first.Keys) : AddNames(connection, first.Keys);
        // Judged after the names are known: repeating what had been reported before issuing is allowed and changes nothing.
        foreach (var (key, document) in documents)
            if (document.IsIssued && added.Exists(name => name.Document == document.Id))
                throw new InvalidOperationException($"Document '{key}' is issued: its lines are frozen.");
        var lines = added.SelectMany(name => first[name].Lines, (name, line) => (name.Document, line));
        if (connection is NpgsqlConnection target) await CopyLines(target, lines);
        else InsertLines(connection, lines);
        var sums = documents.Values.ToDictionary(document => document.Id, document => document.Sums);
        foreach (var group in added.GroupBy(name => name.Document, name => first[name])) sums[group.Key] = sums[group.Key].With(group);
        await Save(connection, added.Select(name => name.Document).Distinct().ToDictionary(id => id, id => sums[id].ToText()));
        return batch.Select(report => sums[documents[report.Key].Id]).ToList();
    }, CancellationToken.None);

    public Task RemoveLines(string documentKey, IReadOnlyList<(string Category, decimal Rate)> taxes, DraftSums left, CancellationToken cancel) =>
        database.Write(async connection =>
        {
            var document = (await Lock(connection, [documentKey])).GetValueOrDefault(documentKey)
                ?? throw new KeyNotFoundException($"There is no document '{documentKey}'.");
            if (document.IsIssued) throw new InvalidOperationException($"Document '{documentKey}' is issued: its lines are frozen.");
            foreach (var (category, rate) in taxes)
            {
                await using var command = connection.Sql(
                    "delete from document_lines where document = @document and tax_category = @category and tax_rate = @rate")
                    .With("document", document.Id).With("category", category).With("rate", rate);
                await command.ExecuteNonQueryAsync();
            }
            await Save(connection, new Dictionary<long, string> { [document.Id] = left.ToText() });
        }, cancel);

    public async IAsyncEnumerable<DocumentLine> Lines(string documentKey, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = await database.Stream(connection => connection.Sql($"""
            select {LineColumns} from document_lines where document = (select id from documents where key = @key) order by position, child, line_number
            """).With("key", documentKey), cancel);
        var reader = rows.Reader;
        while (await database.Step(reader.ReadAsync(cancel))) yield return ReadLine(reader);
    }

    public Task<IReadOnlyList<string>> Children(string documentKey, string? after, int limit, CancellationToken cancel) =>
        database.Read<IReadOnlyList<string>>(async connection =>
        {
            await using var command = connection.Sql("""
                select child from document_children where document = (select id from documents where key = @key) and child > @after order by child limit @limit
                """).With("key", documentKey).With("after", after ?? "").With("limit", limit);
            return await command.List(reader => reader.GetString(0), cancel);
        }, cancel);

    /// <summary>The names that had not been there.</summary>
    static async Task<List<(long Document, string Child)>> AddNames(NpgsqlConnection connection, IReadOnlyCollection<(long Document, string Child)> names)
    {
        await using var command = new NpgsqlCommand("""
            insert into document_children (document, child) select * from unnest($1, $2) on conflict do nothing returning document, child
            """, connection);
        command.Parameters.Longs(names.Select(name => name.Document)).Texts(names.Select(name => name.Child));
        return [.. await command.List(reader => (reader.GetInt64(0), reader.GetString(1)), CancellationToken.None)];
    }

    static List<(long Document, string Child)> AddNames(DbConnection connection, IReadOnlyCollection<(long Document, string Child)> names)
    {
        using var command = connection.Sql("insert into document_children (document, child) values (@document, @child) on conflict do nothing")
            .With("document", 0L).With("child", "");
        var added = new List<(long, string)>();
        foreach (var (document, child) in names)
        {
            command.Set(0, document);
            command.Set(1, child);
            if (command.ExecuteNonQuery() == 1) added.Add((document, child));
        }
        return added;
    }

    static async Task Save(DbConnection connection, Dictionary<long, string> sums)
    {
        if (connection is NpgsqlConnection postgres)
        {
            await using var all = new NpgsqlCommand(
                "update documents set sums = given.sums from unnest($1, $2) as given (id, sums) where documents.id = given.id", postgres);
            all.Parameters.Longs(sums.Keys.Select(id => id)).Texts(sums.Values);
            await all.ExecuteNonQueryAsync();
            return;
        }
        foreach (var (id, text) in sums)
        {
            using var one = connection.Sql("update documents set sums = @sums where id = @id").With("sums", text).With("id", id);
            one.ExecuteNonQuery();
        }
    }

    // COPY inside the transaction: the fastest way in, and it is undone with everything else.
    static async Task CopyLines(NpgsqlConnection connection, IEnumerable<(long Document, DocumentLine Line)> lines)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy document_lines (document, {LineColumns}) from stdin (format binary)");
        ulong count = 0;
        foreach (var (document, line) in lines)
        {
            count++;
            await copy.StartRowAsync();
            await copy.WriteAsync(document, NpgsqlDbType.Bigint);
            await copy.WriteAsync(line.Position, NpgsqlDbType.Integer);
            await copy.WriteAsync(line.Child, NpgsqlDbType.Text);
            await copy.WriteAsync(line.LineNumber, NpgsqlDbType.Integer);
            await copy.WriteAsync(line.Customer, NpgsqlDbType.Text);
            await copy.WriteAsync(line.Description, NpgsqlDbType.Text);
            await copy.WriteAsync(line.Quantity, NpgsqlDbType.Numeric);
            if (line.UnitPrice is { } price) await copy.WriteAsync(price, NpgsqlDbType.Numeric);
            else await copy.WriteNullAsync();
            await copy.WriteAsync(line.Amount, NpgsqlDbType.Numeric);
            await copy.WriteAsync(line.TaxCategory, NpgsqlDbType.Text);
            await copy.WriteAsync(line.TaxRate, NpgsqlDbType.Numeric);
            await copy.WriteAsync(line.PeriodFrom.ToText(), NpgsqlDbType.Text);
            await copy.WriteAsync(line.PeriodTo.ToText(), NpgsqlDbType.Text);
            await copy.WriteAsync(line.Body, NpgsqlDbType.Text);
        }
        var written = await copy.CompleteAsync();
        if (written != count) throw new InvalidOperationException($"PostgreSQL took {written} of {count} lines.");
    }

    static void InsertLines(DbConnection connection, IEnumerable<(long Document, DocumentLine Line)> lines)
    {
        using var command = connection.Sql($"""
            insert into document_lines (document, {LineColumns})
            values (@document, @position, @child, @line, @customer, @description, @quantity, @price, @amount, @category, @rate, @from, @to, @body)
            """).With("document", 0L).With("position", 0).With("child", "").With("line", 0).With("customer", "").With("description", "")
            .With("quantity", 0m).With("price", default(decimal?)).With("amount", 0m).With("category", "").With("rate", 0m)
            .With("from", "").With("to", "").With("body", "");
        foreach (var (document, line) in lines)
        {
            object?[] values = [document, line.Position, line.Child, line.LineNumber, line.Customer, line.Description, line.Quantity, line.UnitPrice,
                line.Amount, line.TaxCategory, line.TaxRate, line.PeriodFrom.ToText(), line.PeriodTo.ToText(), line.Body];
            for (var i = 0; i < values.Length; i++) command.Set(i, values[i]);
            command.ExecuteNonQuery();
        }
    }

    /// <summary>A document that has its number from elsewhere, whole, inside somebody's transaction.</summary>
    public static async Task Insert(DbConnection connection, DocumentHeader header, IReadOnlyList<DocumentLine> lines, CancellationToken cancel)
    {
        foreach (var child in lines.GroupBy(line => line.Child)) Require(new ChildLines(child.Key, [.. child]));
        InsertRows(connection, [header]);
        await using var find = connection.Sql("select id from documents where key = @key").With("key", header.Key);
        var id = await find.Number(cancel) ?? throw new InvalidOperationException($"Document '{header.Key}' was not stored.");
        InsertLines(connection, lines.Select(line => (id, line)));
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
            foreach (var text in (string[])[line.Child, line.Customer, line.Description, line.Body]) Commands.RequireText(text, "A line");
        }
    }

    static DocumentLine ReadLine(DbDataReader reader) => new(reader.GetInt32(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3),
        reader.GetString(4), reader.GetDecimal(5), reader.DecimalOrNull(6), reader.GetDecimal(7), reader.GetString(8), reader.GetDecimal(9),
        reader.Date(10), reader.Date(11), reader.GetString(12));

    sealed record ChildrenReport(string Key, IReadOnlyList<ChildLines> Children);
}
