// Notifications in a table whose key is unique.
using System.Data.Common;
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Notifications;

sealed class NotificationStore(Database database) : INotificationStore
{
    const string Columns = "number, key, at, kind, party, body";

    public Task Add(IReadOnlyList<NewNotification> told, CancellationToken cancel) => database.Write(async connection =>
    {
        foreach (var one in told)
        {
            // A customer's partner never changes, so it is kept beside the party.
            await using var command = connection.Sql("""
                insert into notifications (key, at, kind, party, above, body) values (@key, @at, @kind, @party,
                    (select parent from definitions where kind = @customer and id = @party), @body)
                on conflict (key) do nothing
                """).With("key", one.Key).With("at", one.At).With("kind", one.Kind).With("party", one.Party).With("body", one.Body)
                .With("customer", DefinitionKinds.Customer);
            if (await command.ExecuteNonQueryAsync(cancel) == 1) await WebhookStore.Queue(connection, one, cancel);
        }
    }, cancel);

    public Task<Notification?> Get(string key, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from notifications where key = @key").With("key", key);
        return await command.First(Read, cancel);
    }, cancel);

    public Task<IReadOnlyList<Notification>> List(string? party, long? before, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        // Each half ends at the limit by its index; nobody is both the party and above itself.
        string Of(string name, string which) =>
            $"select * from (select {Columns} from notifications where number < @before{which} order by number desc limit @limit) as {name}";
        var rows = party is null ? Of("everybody", "") : $"{Of("own", " and party = @party")} union all {Of("below", " and above = @party")}";
        await using var command = connection.Sql($"{rows} order by number desc limit @limit").With("before", before ?? long.MaxValue)
            .With("limit", Math.Min(limit, Limits.StorePageMax));
        if (party is not null) command.With("party", party);
        return await command.List(Read, cancel);
    }, cancel);

    internal static Notification Read(DbDataReader reader) => new(reader.GetInt64(0), reader.GetString(1), reader.Moment(2), reader.GetString(3),
        reader.GetString(4), reader.GetString(5));
}
