// Parked delivery reports in one table, found by subscription and message.
using System.Data.Common;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Deliveries;

sealed class ParkedReportStore(Database database) : IParkedReportStore
{
    const string Columns = "subscription, id, message, body, parked_at, orphaned_at";
    const string Behind = "(subscription > @behind or (subscription = @behind and id > @behind_id))";

    public Task<ParkedReport?> Park(ParkedReport report, int most, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var put = connection.Sql($"""
            insert into parked_reports ({Columns})
            select @subscription, @id, @message, @body, @at, null
            where (select count(*) from parked_reports where subscription = @subscription and orphaned_at is null) < @most
            on conflict (subscription, id) do nothing
            """).With("subscription", report.Subscription).With("id", report.Id).With("message", report.Message).With("body", report.Body)
            .With("at", (Instant?)report.ParkedAt).With("most", most);
        await put.ExecuteNonQueryAsync(cancel);
        return await Row(connection, report.Subscription, report.Id, cancel);
    }, cancel);

    public Task<ParkedReport?> Get(string subscription, string id, CancellationToken cancel) =>
        database.Read(connection => Row(connection, subscription, id, cancel), cancel);

    public Task<IReadOnlyList<ParkedReport>> Of(string subscription, IReadOnlyList<string> messages, CancellationToken cancel) =>
        database.Read(async connection =>
    {
        var found = new List<ParkedReport>();
        foreach (var message in messages)
        {
            await using var command = connection.Sql($"select {Columns} from parked_reports where subscription = @subscription and message = @message and orphaned_at is null order by parked_at, id limit @limit")
                .With("subscription", subscription).With("message", message).With("limit", Limits.PageMax);
            found.AddRange(await command.List(Read, cancel));
        }

        return (IReadOnlyList<ParkedReport>)found;
    }, cancel);

    public Task<IReadOnlyList<ParkedReport>> Waiting(Instant through, (string Subscription, string Id)? after, int limit, CancellationToken cancel) =>
        database.Read(async connection =>
        {
            await using var command = connection.Sql($"select {Columns} from parked_reports where orphaned_at is null and parked_at <= @through and {Behind} order by subscription, id limit @limit")
                .With("through", (Instant?)through).With("limit", Math.Min(limit, Limits.StorePageMax));
            return await After(command, after).List(Read, cancel);
        }, cancel);

    public Task<IReadOnlyList<string>> Subscriptions(string? after, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql("select distinct subscription from parked_reports where orphaned_at is null and subscription > @after order by subscription limit @limit")
            .With("after", after ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        return await command.List(reader => reader.GetString(0), cancel);
    }, cancel);

    public Task Applied(string subscription, string id, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("delete from parked_reports where subscription = @subscription and id = @id and orphaned_at is null")
            .With("subscription", subscription).With("id", id);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task Orphaned(string subscription, string id, Instant at, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("update parked_reports set orphaned_at = @at where subscription = @subscription and id = @id and orphaned_at is null")
            .With("subscription", subscription).With("id", id).With("at", (Instant?)at);
        await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    public Task<IReadOnlyList<ParkedReport>> Orphans(Instant from, Instant to, string? subscription, (string Subscription, string Id)? after, int limit,
        CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from parked_reports where orphaned_at >= @from and orphaned_at < @to"
            + (subscription is null ? "" : " and subscription = @subscription") + $" and {Behind} order by subscription, id limit @limit")
            .With("from", (Instant?)from).With("to", (Instant?)to).With("limit", Math.Min(limit, Limits.StorePageMax));
        if (subscription is not null) command.With("subscription", subscription);
        return await After(command, after).List(Read, cancel);
    }, cancel);

    static DbCommand After(DbCommand command, (string Subscription, string Id)? after) =>
        command.With("behind", after?.Subscription ?? "").With("behind_id", after?.Id ?? "");

    static async Task<ParkedReport?> Row(DbConnection connection, string subscription, string id, CancellationToken cancel)
    {
        await using var command = connection.Sql($"select {Columns} from parked_reports where subscription = @subscription and id = @id")
            .With("subscription", subscription).With("id", id);
        return await command.First(Read, cancel);
    }

    static ParkedReport Read(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.Moment(4),
        reader.MomentOrNull(5));
}
