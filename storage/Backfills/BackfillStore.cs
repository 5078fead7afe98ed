// Backfills in two tables: one row each, and one for every subscription that takes part.
using System.Data.Common;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Backfills;

sealed class BackfillStore(Database database) : IBackfillStore
{
    const string Columns = "id, reason, state, opened_at, changed_at, subscriptions";

    // By what may follow what: a state moves to a later one only.
    static readonly string[] Order = [BackfillStates.Open, BackfillStates.Closed, BackfillStates.Reverting, BackfillStates.Reverted];

    public Task<BackfillRow> Open(string id, string reason, Instant at, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var put = connection.Sql("""
            insert into backfills (id, reason, state, stage, opened_at, changed_at, subscriptions) values (@id, @reason, 'open', 0, @at, @at, 0)
            on conflict (id) do nothing
            """).With("id", id).With("reason", reason).With("at", (Instant?)at);
        await put.ExecuteNonQueryAsync(cancel);
        return (await Row(connection, id, cancel))!;
    }, cancel);

    public Task<BackfillRow?> Get(string id, CancellationToken cancel) => database.Read(connection => Row(connection, id, cancel), cancel);

    public Task<IReadOnlyList<BackfillRow>> List(string? afterId, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from backfills where id > @after order by id limit @limit")
            .With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        return await command.List(Read, cancel);
    }, cancel);

    public async Task<bool> Join(string id, IReadOnlyList<string> subscriptions, int most, CancellationToken cancel)
    {
        try
        {
            await database.Write(connection => Join(connection, id, subscriptions, most, cancel), cancel);
            return true;
        }
        catch (NotJoinedException)
        {
            return false;
        }
    }

    public Task<BackfillRow?> Move(string id, string state, Instant at, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var move = connection.Sql("update backfills set state = @state, stage = @stage, changed_at = @at where id = @id and stage < @stage")
            .With("id", id).With("state", state).With("stage", Array.IndexOf(Order, state)).With("at", (Instant?)at);
        await move.ExecuteNonQueryAsync(cancel);
        return await Row(connection, id, cancel);
    }, cancel);

    public Task<IReadOnlyList<string>> Members(string id, bool standing, string? after, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql("select subscription from backfill_subscriptions where backfill = @id and subscription > @after"
                + (standing ? " and reverted = 0" : "") + " order by subscription limit @limit")
                .With("id", id).With("after", after ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
            return await command.List(reader => reader.GetString(0), cancel);
        }, cancel);

    public Task Reverted(string id, string subscription, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("update backfill_subscriptions set reverted = 1 where backfill = @id and subscription = @subscription")
            .With("id", id).With("subscription", subscription);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    // The row of the backfill is locked first, so whoever begins to revert comes before all of this or after it.
    static async Task Join(DbConnection connection, string id, IReadOnlyList<string> subscriptions, int most, CancellationToken cancel)
    {
        await using var hold = connection.Sql("update backfills set subscriptions = subscriptions where id = @id and stage = 0").With("id", id);
        if (await hold.ExecuteNonQueryAsync(cancel) == 0)
            throw new NotJoinedException();
        var joined = 0;
        foreach (var subscription in subscriptions)
        {
            await using var put = connection.Sql(
                "insert into backfill_subscriptions (backfill, subscription, reverted) values (@id, @subscription, 0) on conflict do nothing")
                .With("id", id).With("subscription", subscription);
            joined += await put.ExecuteNonQueryAsync(cancel);
        }

        await using var count = connection.Sql(
            "update backfills set subscriptions = subscriptions + @joined where id = @id and subscriptions + @joined <= @most")
            .With("id", id).With("joined", joined).With("most", most);
        if (await count.ExecuteNonQueryAsync(cancel) == 0)
            throw new NotJoinedException();
    }

    static async Task<BackfillRow?> Row(DbConnection connection, string id, CancellationToken cancel)
    {
        await using var command = connection.Sql($"select {Columns} from backfills where id = @id").With("id", id);
        return await command.First(Read, cancel);
    }

    static BackfillRow Read(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.Moment(3), reader.Moment(4),
        reader.GetInt64(5));

    // Rolls back what was noted.
    sealed class NotJoinedException : Exception;
}
