// Price corrections in two tables: one row each, and one for every subscription that is concerned.
using System.Data.Common;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.PriceCorrections;

sealed class PriceCorrectionStore(Database database) : IPriceCorrectionStore
{
    const string Columns = "id, party, body, state, created_at";

    public Task<PriceCorrectionRow> Add(PriceCorrectionRow row, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var put = connection.Sql($"insert into price_corrections ({Columns}) values (@id, @party, @body, @state, @at) on conflict (id) do nothing")
            .With("id", row.Id).With("party", row.Party).With("body", row.Body).With("state", row.State).With("at", (NodaTime.Instant?)row.CreatedAt);
        await put.ExecuteNonQueryAsync(cancel);
        return (await Row(connection, row.Id, cancel))!;
    }, cancel);

    public Task<PriceCorrectionRow?> Get(string id, CancellationToken cancel) => database.Read(connection => Row(connection, id, cancel), cancel);

    public Task<IReadOnlyList<PriceCorrectionRow>> List(string? party, string? afterId, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from price_corrections where id > @after"
            + (party is null ? "" : " and party = @party") + " order by id limit @limit")
            .With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        if (party is not null) command.With("party", party);
        return await command.List(Read, cancel);
    }, cancel);

    public Task Join(string id, IReadOnlyList<string> subscriptions, CancellationToken cancel) => database.Write(async connection =>
    {
        foreach (var subscription in subscriptions)
        {
            await using var put = connection.Sql(
                "insert into price_correction_parts (correction, subscription, done, after_version, report) values (@id, @subscription, 0, 0, '') on conflict do nothing")
                .With("id", id).With("subscription", subscription);
            await put.ExecuteNonQueryAsync(cancel);
        }
    }, cancel);

    public Task Move(string id, string state, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var move = connection.Sql("update price_corrections set state = @state where id = @id and state <> 'done'")
            .With("id", id).With("state", state);
        await move.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task<IReadOnlyList<PriceCorrectionPart>> Parts(string id, bool open, string? after, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql("select subscription, done, after_version, report from price_correction_parts where correction = @id and subscription > @after"
                + (open ? " and done = 0" : "") + " order by subscription limit @limit")
                .With("id", id).With("after", after ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(reader => new PriceCorrectionPart(reader.GetString(0), reader.GetInt64(1) != 0, reader.GetInt64(2),
                reader.GetString(3)), cancel);
        }, cancel);

    public Task Report(string id, PriceCorrectionPart part, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            update price_correction_parts set done = @done, after_version = @after, report = @report
            where correction = @id and subscription = @subscription and done = 0 and after_version <= @after
            """).With("id", id).With("subscription", part.Subscription).With("done", part.IsDone ? 1 : 0).With("after", part.After).With("report", part.Report);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    static async Task<PriceCorrectionRow?> Row(DbConnection connection, string id, CancellationToken cancel)
    {
        await using var command = connection.Sql($"select {Columns} from price_corrections where id = @id").With("id", id);
        return await command.First(Read, cancel);
    }

    static PriceCorrectionRow Read(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
        reader.Moment(4));
}
