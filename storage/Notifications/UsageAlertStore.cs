// Usage alerts in a table.
using OrleansBilling.Billing;
using OrleansBilling.Billing.Catalogue;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Notifications;

sealed class UsageAlertStore(Database database) : IUsageAlertStore
{
    const string Columns = "id, party, body, version";

    public Task<int> Put(string id, string party, string body, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var put = connection.Sql("""
            insert into usage_alerts (id, party, above, body, version) values (@id, @party,
                (select parent from definitions where kind = @customer and id = @party), @body, 1)
            on conflict (id) do update set party = excluded.party, above = excluded.above, body = excluded.body, version = usage_alerts.version + 1
                where usage_alerts.body <> excluded.body
            """).With("id", id).With("party", party).With("body", body).With("customer", DefinitionKinds.Customer);
        await put.ExecuteNonQueryAsync(cancel);
        await using var select = connection.Sql("select version from usage_alerts where id = @id").With("id", id);
        return (int)(await select.Number(cancel) ?? 0);
    }, cancel);

    public Task<UsageAlertRow?> Get(string id, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from usage_alerts where id = @id").With("id", id);
        return await command.First(Read, cancel);
    }, cancel);

    public Task<IReadOnlyList<UsageAlertRow>> List(string? party, string? afterId, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        var ofParty = party is null ? "" : " and (party = @party or above = @party)";
        await using var command = connection.Sql($"select {Columns} from usage_alerts where id > @after{ofParty} order by id limit @limit")
            .With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        if (party is not null) command.With("party", party);
        return await command.List(Read, cancel);
    }, cancel);

    public Task<bool> Delete(string id, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("delete from usage_alerts where id = @id").With("id", id);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }, cancel);

    static UsageAlertRow Read(System.Data.Common.DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3));
}
