// Drafts that are looked at before they are issued.
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Documents;

sealed partial class DocumentStore
{
    // The words are those of the partial index.
    const string IsReviewed = "number is null and status <> 'draft' and status <> 'credited'";

    public Task<bool> Review(string documentKey, string from, string to, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("update documents set status = @to where key = @key and number is null and status = @from")
            .With("to", to).With("key", documentKey).With("from", from);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }, cancel);

    public Task<IReadOnlyList<DocumentHeader>> Reviewed(string agreement, string status, string orStatus, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql($"""
                select {Columns} from documents where {IsReviewed} and agreement = @agreement and status in (@one, @other) order by period_from, key
                """).With("agreement", agreement).With("one", status).With("other", orStatus);
            return await command.List(ReadHeader, cancel);
        }, cancel);

    public Task<IReadOnlyList<DocumentHeader>> Unopened(string account, string seller, string buyer, string currency, int limit,
        CancellationToken cancel) => database.Read(async connection =>
        {
            await using var command = connection.Sql($"""
                select {Columns} from documents
                where kind = 'invoice' and number is not null and seller = @seller and buyer = @buyer and currency = @currency and not exists (
                    select 1 from account_facts where account = @account and kind = 'document_opened' and fact_id = documents.number)
                order by issue_date, length(number), number limit @limit
                """).With("seller", seller).With("buyer", buyer).With("currency", currency).With("account", account)
                .With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(ReadHeader, cancel);
        }, cancel);

    public Task<IReadOnlyList<DocumentHeader>> Estimates(EstimateFilter filter, string? afterKey, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            // Only fixed conditions are put together; every value is a parameter.
            var where = IsReviewed + " and key > @after";
            await using var command = connection.CreateCommand();
            command.With("after", afterKey ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            Add(filter.Buyer, "buyer", "buyer = @buyer");
            Add(filter.Status, "status", "status = @status");
            Add(filter.Calendar, "calendar", "calendar = @calendar");
            Add(filter.VisibleTo, "visible", "(seller = @visible or buyer = @visible)");
            command.CommandText = $"select {Columns} from documents where {where} order by key limit @limit";
            return await command.List(ReadHeader, cancel);

            void Add(string? value, string name, string condition)
            {
                if (value is null) return;
                where += " and " + condition;
                command.With(name, value);
            }
        }, cancel);
}
