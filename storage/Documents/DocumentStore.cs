// Documents: drafts, their totals, and reading; lines and issuing stand in files of their own.
using System.Data.Common;
using System.Text.Json;
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore(Database database) : IDocumentStore
{
    const string Columns = """
        key, number, kind, status, seller, buyer, agreement, calendar, period, period_from, period_to, currency,
        issue_date, due_date, net, tax, total, outstanding, payment_reference, body, created_at
        """;

    public Task<DocumentHeader> CreateDraft(DocumentHeader draft, CancellationToken cancel) => database.Write(async connection =>
    {
        if (draft.Number is not null) throw new ArgumentException("A draft has no number: numbers are given by Issue.");
        await using var insert = connection.Sql($"""
            insert into documents ({Columns}) values (@key, @number, @kind, @status, @seller, @buyer, @agreement, @calendar, @period, @from, @to,
                @currency, @issued, @due, @net, @tax, @total, @outstanding, @reference, @body, @created)
            on conflict (key) do nothing
            """).With("key", draft.Key).With("number", draft.Number).With("kind", draft.Kind).With("status", draft.Status).With("seller", draft.Seller)
            .With("buyer", draft.Buyer).With("agreement", draft.Agreement).With("calendar", draft.Calendar).With("period", draft.Period)
            .With("from", draft.PeriodFrom).With("to", draft.PeriodTo).With("currency", draft.Currency).With("issued", draft.IssueDate)
            .With("due", draft.DueDate).With("net", draft.Net).With("tax", draft.Tax).With("total", draft.Total)
            .With("outstanding", draft.Outstanding).With("reference", draft.PaymentReference).With("body", draft.Body).With("created", draft.CreatedAt);
        if (await insert.ExecuteNonQueryAsync(cancel) == 1) return draft;
        return await FindByKey(connection, draft.Key, cancel) ?? draft;
    }, cancel);

    public Task SetTotals(string documentKey, DocumentTotals totals, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            update documents set net = @net, tax = @tax, total = @total, body = @body where key = @key and number is null
            """).With("net", totals.Net).With("tax", totals.Tax).With("total", totals.Total).With("body", totals.Body).With("key", documentKey);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task DiscardDraft(string documentKey, CancellationToken cancel) => database.Write(async connection =>
    {
        var draft = await Lock(connection, documentKey, cancel);
        if (draft is null || draft.IsIssued) return;
        await using var lines = connection.Sql("select 1 from document_lines where document = @id limit 1").With("id", draft.Id);
        if (await lines.Number(cancel) is not null) return;
        await using var children = connection.Sql("delete from document_children where document = @id").With("id", draft.Id);
        await children.ExecuteNonQueryAsync(cancel);
        await using var document = connection.Sql("delete from documents where id = @id").With("id", draft.Id);
        await document.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task<DocumentHeader?> Get(string number, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from documents where number = @number").With("number", number);
        return await command.First(ReadHeader, cancel);
    }, cancel);

    public Task<DocumentHeader?> GetByKey(string documentKey, CancellationToken cancel) =>
        database.Read(connection => FindByKey(connection, documentKey, cancel), cancel);

    public Task<IReadOnlyList<DocumentHeader>> List(DocumentFilter filter, string? afterNumber, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            // Only fixed conditions are put together; every value is a parameter.
            var where = new List<string> { "number is not null" };
            await using var command = connection.CreateCommand();
            Add(filter.Party, "party", "(seller = @party or buyer = @party)");
            Add(filter.Kind, "kind", "kind = @kind");
            Add(filter.Status, "status", "status = @status");
            Add(filter.Period, "period", "period = @period");
            var visible = database.IsPostgres ? "(select json_array_elements_text(@visible::json))" : "(select value from json_each(@visible))";
            Add(filter.VisibleTo is null ? null : JsonSerializer.Serialize(filter.VisibleTo), "visible", $"(seller in {visible} or buyer in {visible})");
            Add(afterNumber, "after", """
                (issue_date < (select issue_date from documents where number = @after)
                 or (issue_date = (select issue_date from documents where number = @after) and number > @after))
                """);
            command.CommandText = $"select {Columns} from documents where {string.Join(" and ", where)} order by issue_date desc, number limit @limit";
            command.With("limit", Math.Min(limit, Limits.PageMax));
            return await command.List(ReadHeader, cancel);

            void Add(string? value, string name, string condition)
            {
                if (value is null) return;
                where.Add(condition);
                command.With(name, value);
            }
        }, cancel);

    static async Task<DocumentHeader?> FindByKey(DbConnection connection, string key, CancellationToken cancel)
    {
        await using var command = connection.Sql($"select {Columns} from documents where key = @key").With("key", key);
        return await command.First(ReadHeader, cancel);
    }

    // The row lock serialises what is done to one document; other documents go on. SQLite has one writer anyway.
    async Task<LockedDocument?> Lock(DbConnection connection, string key, CancellationToken cancel)
    {
        await using var command = connection.Sql("select id, number is not null, children from documents where key = @key" + (database.IsPostgres ? " for update" : ""))
            .With("key", key);
        return await command.First(reader => new LockedDocument(reader.GetInt64(0), reader.GetBoolean(1), reader.GetInt64(2)), cancel);
    }

    static DocumentHeader ReadHeader(DbDataReader reader) => new(
        reader.GetString(0), reader.Text(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetString(6),
        reader.GetString(7), reader.GetString(8), reader.Date(9), reader.Date(10), reader.GetString(11), reader.DateOrNull(12), reader.DateOrNull(13),
        reader.DecimalOrNull(14), reader.DecimalOrNull(15), reader.DecimalOrNull(16), reader.DecimalOrNull(17), reader.Text(18), reader.GetString(19),
        reader.Moment(20));

    sealed record LockedDocument(long Id, bool IsIssued, long Children);
}
