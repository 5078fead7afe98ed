// Documents: reading and discarding; drafts, lines and issuing stand in files of their own.
using System.Data.Common;
using System.Text.Json;
using Npgsql;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore : IDocumentStore
{
    const string Columns = """
        key, number, kind, status, seller, buyer, agreement, calendar, period, period_from, period_to, currency,
        issue_date, due_date, net, tax, total, outstanding, payment_reference, body, created_at, paid_on
        """;

    readonly Database database;
    readonly CrashPoints crash;
    readonly GroupCommit<DocumentHeader, DocumentHeader> drafts;
    readonly GroupCommit<ChildrenReport, DraftSums> reports;
    readonly GroupCommit<TotalsOf, bool> totals;

    public DocumentStore(Database database, CrashPoints crash)
    {
        (this.database, this.crash) = (database, crash);
        drafts = new(Limits.DocumentQueueMax, Limits.DocumentBatchMax, WriteDrafts);
        reports = new(Limits.DocumentQueueMax, Limits.ReportBatchMax, WriteReports);
        totals = new(Limits.DocumentQueueMax, Limits.DocumentBatchMax, WriteTotals);
    }

    public Task Drain() => Task.WhenAll(drafts.Drain(), reports.Drain(), totals.Drain());

    public Task DiscardDraft(string documentKey, CancellationToken cancel) => database.Write(async connection =>
    {
        var locked = await Lock(connection, [documentKey]);
        if (!locked.TryGetValue(documentKey, out var draft) || draft.IsIssued) return;
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
            Add(filter.Agreement, "agreement", "agreement = @agreement");
            Add(filter.Kind, "kind", "kind = @kind");
            Add(filter.Status, "status", "status = @status");
            Add(filter.Period, "period", "period = @period");
            Add(filter.Month, "month", "substr(period, 1, 7) = @month");
            var visible = database.IsPostgres ? "(select json_array_elements_text(@visible::json))" : "(select value from json_each(@visible))";
            Add(filter.VisibleTo is null ? null : JsonSerializer.Serialize(filter.VisibleTo), "visible", $"(seller in {visible} or buyer in {visible})");
            Add(afterNumber, "after",
                "(issue_date, length(number), number) < ((select issue_date from documents where number = @after), length(@after), @after)");
            // By length first: within a series the millionth number has a digit more, and comes after the one before it.
            command.CommandText = $"""
                select {Columns} from documents where {string.Join(" and ", where)} order by issue_date desc, length(number) desc, number desc limit @limit
                """;
            command.With("limit", Math.Min(limit, Limits.StorePageMax));
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

    // The row locks serialise what is done to one document; others go on. Taken in key order, or two batches could wait for each other in a
    // circle. SQLite has one writer anyway.
    async Task<Dictionary<string, LockedDocument>> Lock(DbConnection connection, IEnumerable<string> keys)
    {
        await using var command = connection.Sql(database.IsPostgres
            ? "select key, id, number is not null, sums from documents where key = any(@keys) order by key for update"
            : "select key, id, number is not null, sums from documents where key in (select value from json_each(@keys))");
        AddKeys(command, keys);
        var rows = await command.List(reader => (Key: reader.GetString(0),
            new LockedDocument(reader.GetInt64(1), reader.GetBoolean(2), DraftSums.Read(reader.Text(3)))), CancellationToken.None);
        return rows.ToDictionary(row => row.Key, row => row.Item2);
    }

    static void AddKeys(DbCommand command, IEnumerable<string> keys)
    {
        if (command is NpgsqlCommand postgres) postgres.Parameters.Add(new NpgsqlParameter<string[]>("keys", keys.Distinct().ToArray()));
        else command.With("keys", JsonSerializer.Serialize(keys.Distinct()));
    }

    static DocumentHeader ReadHeader(DbDataReader reader) => new(
        reader.GetString(0), reader.Text(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetString(6),
        reader.GetString(7), reader.GetString(8), reader.Date(9), reader.Date(10), reader.GetString(11), reader.DateOrNull(12), reader.DateOrNull(13),
        reader.DecimalOrNull(14), reader.DecimalOrNull(15), reader.DecimalOrNull(16), reader.DecimalOrNull(17), reader.Text(18), reader.GetString(19),
        reader.Moment(20), reader.DateOrNull(21));

    sealed record LockedDocument(long Id, bool IsIssued, DraftSums Sums);
}
