// Drafts and their totals: what thousands of partners do at the same time shares transactions.
using System.Data.Common;
using Npgsql;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore
{
    public Task<DocumentHeader> CreateDraft(DocumentHeader draft, CancellationToken cancel)
    {
        if (draft.Number is not null) throw new ArgumentException("A draft has no number: numbers are given by Issue.");
        foreach (var amount in (decimal?[])[draft.Net, draft.Tax, draft.Total, draft.Outstanding]) Commands.RequireStorable(amount ?? 0);
        foreach (var text in (string?[])[draft.Key, draft.Seller, draft.Buyer, draft.Body]) Commands.RequireText(text, "A draft");
        return drafts.Add(draft, cancel);
    }

    public Task SetTotals(string documentKey, DocumentTotals newTotals, CancellationToken cancel)
    {
        foreach (var amount in (decimal[])[newTotals.Net, newTotals.Tax, newTotals.Total]) Commands.RequireStorable(amount);
        Commands.RequireText(newTotals.Body, "The body of the totals");
        return totals.Add(new(documentKey, newTotals), cancel);
    }

    Task<IReadOnlyList<DocumentHeader>> WriteDrafts(IReadOnlyList<DocumentHeader> batch) => database.Write<IReadOnlyList<DocumentHeader>>(async connection =>
    {
        if (connection is NpgsqlConnection postgres) await InsertArrays(postgres, batch);
        else InsertRows(connection, batch);
        await using var select = connection.Sql(database.IsPostgres
            ? $"select {Columns} from documents where key = any(@keys)"
            : $"select {Columns} from documents where key in (select value from json_each(@keys))");
        AddKeys(select, batch.Select(draft => draft.Key));
        var stored = (await select.List(ReadHeader, CancellationToken.None)).ToDictionary(header => header.Key);
        return batch.Select(draft => stored[draft.Key]).ToList();
    }, CancellationToken.None);

    static async Task InsertArrays(NpgsqlConnection connection, IReadOnlyList<DocumentHeader> batch)
    {
        await using var command = new NpgsqlCommand($"""
            insert into documents ({Columns})
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) as draft (key)
            order by draft.key on conflict (key) do nothing
            """, connection);
        command.Parameters.Texts(batch.Select(draft => draft.Key)).Texts(batch.Select(draft => draft.Number)).Texts(batch.Select(draft => draft.Kind))
            .Texts(batch.Select(draft => draft.Status)).Texts(batch.Select(draft => draft.Seller)).Texts(batch.Select(draft => draft.Buyer))
            .Texts(batch.Select(draft => draft.Agreement)).Texts(batch.Select(draft => draft.Calendar)).Texts(batch.Select(draft => draft.Period))
            .Texts(batch.Select(draft => draft.PeriodFrom.ToText())).Texts(batch.Select(draft => draft.PeriodTo.ToText()))
            .Texts(batch.Select(draft => draft.Currency)).Texts(batch.Select(draft => draft.IssueDate?.ToText()))
            .Texts(batch.Select(draft => draft.DueDate?.ToText())).Decimals(batch.Select(draft => draft.Net)).Decimals(batch.Select(draft => draft.Tax))
            .Decimals(batch.Select(draft => draft.Total)).Decimals(batch.Select(draft => draft.Outstanding))
            .Texts(batch.Select(draft => draft.PaymentReference)).Texts(batch.Select(draft => draft.Body))
            .Longs(batch.Select(draft => draft.CreatedAt.ToMicroseconds())).Texts(batch.Select(draft => draft.PaidOn?.ToText()));
        await command.ExecuteNonQueryAsync();
    }

    static void InsertRows(DbConnection connection, IReadOnlyList<DocumentHeader> batch)
    {
        foreach (var draft in batch)
        {
            using var insert = connection.Sql($"""
                insert into documents ({Columns}) values (@key, @number, @kind, @status, @seller, @buyer, @agreement, @calendar, @period, @from, @to,
                    @currency, @issued, @due, @net, @tax, @total, @outstanding, @reference, @body, @created, @paid)
                on conflict (key) do nothing
                """).With("key", draft.Key).With("number", draft.Number).With("kind", draft.Kind).With("status", draft.Status).With("seller", draft.Seller)
                .With("buyer", draft.Buyer).With("agreement", draft.Agreement).With("calendar", draft.Calendar).With("period", draft.Period)
                .With("from", draft.PeriodFrom).With("to", draft.PeriodTo).With("currency", draft.Currency).With("issued", draft.IssueDate)
                .With("due", draft.DueDate).With("net", draft.Net).With("tax", draft.Tax).With("total", draft.Total)
                .With("outstanding", draft.Outstanding).With("reference", draft.PaymentReference).With("body", draft.Body).With("created", draft.CreatedAt)
                .With("paid", draft.PaidOn);
            insert.ExecuteNonQuery();
        }
    }

    async Task<IReadOnlyList<bool>> WriteTotals(IReadOnlyList<TotalsOf> batch)
    {
        // Of several totals of one draft the last ones stand, as if they had come one by one.
        var newest = batch.GroupBy(item => item.Key).Select(group => group.Last()).OrderBy(item => item.Key, StringComparer.Ordinal).ToList();
        await database.Write(async connection =>
        {
            await Lock(connection, newest.Select(item => item.Key));
            if (connection is NpgsqlConnection postgres) await UpdateArrays(postgres, newest);
            else UpdateRows(connection, newest);
        }, CancellationToken.None);
        return new bool[batch.Count];
    }

    static async Task UpdateArrays(NpgsqlConnection connection, IReadOnlyList<TotalsOf> batch)
    {
        await using var command = new NpgsqlCommand("""
            update documents set net = given.net, tax = given.tax, total = given.total, body = given.body
            from unnest($1, $2, $3, $4, $5) as given (key, net, tax, total, body)
            where documents.key = given.key and documents.number is null
            """, connection);
        command.Parameters.Texts(batch.Select(item => item.Key)).Decimals(batch.Select(item => (decimal?)item.Totals.Net))
            .Decimals(batch.Select(item => (decimal?)item.Totals.Tax)).Decimals(batch.Select(item => (decimal?)item.Totals.Total))
            .Texts(batch.Select(item => item.Totals.Body));
        await command.ExecuteNonQueryAsync();
    }

    static void UpdateRows(DbConnection connection, IReadOnlyList<TotalsOf> batch)
    {
        foreach (var (key, given) in batch)
        {
            using var command = connection.Sql("""
                update documents set net = @net, tax = @tax, total = @total, body = @body where key = @key and number is null
                """).With("net", (decimal?)given.Net).With("tax", (decimal?)given.Tax).With("total", (decimal?)given.Total)
                .With("body", given.Body).With("key", key);
            command.ExecuteNonQuery();
        }
    }

    sealed record TotalsOf(string Key, DocumentTotals Totals);
}
