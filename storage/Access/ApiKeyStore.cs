// API keys as rows: a hash, whose they are and what they may do.
using System.Data.Common;
using NodaTime;
using OrleansBilling.Billing;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Access;

sealed class ApiKeyStore(Database database) : IApiKeyStore
{
    const string Columns = "id, secret_hash, party, scopes, name, created_at, revoked_at, session";

    public Task<bool> Add(ApiKeyRecord key, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql($"""
            insert into api_keys ({Columns}) values (@id, @hash, @party, @scopes, @name, @created, @revoked, @session) on conflict do nothing
            """).With("id", key.Id).With("hash", key.SecretHash).With("party", key.Party).With("scopes", key.Scopes).With("name", key.Name)
            .With("created", key.CreatedAt).With("revoked", key.RevokedAt).With("session", key.Session);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }, cancel);

    public Task<ApiKeyRecord?> Get(string id, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from api_keys where id = @id").With("id", id);
        return await command.First(Read, cancel);
    }, cancel);

    // The first revocation stands: repeating it must not move its time.
    public Task<bool> Revoke(string id, Instant at, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            update api_keys set revoked_at = case when revoked_at <= @at then revoked_at else @at end where id = @id
            """).With("at", at).With("id", id);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }, cancel);

    public Task<IReadOnlyList<ApiKeyRecord>> List(string? party, string? afterId, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql(party is null
            ? $"select {Columns} from api_keys where id > @after order by id limit @limit"
            : $"select {Columns} from api_keys where party = @party and id > @after order by id limit @limit")
            .With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        if (party is not null) command.With("party", party);
        return await command.List(Read, cancel);
    }, cancel);

    public Task<IReadOnlyList<ApiKeyRecord>> Sessions(string? afterId, int limit, CancellationToken cancel) => database.Read(async connection =>
    {
        await using var command = connection.Sql($"select {Columns} from api_keys where session is not null and id > @after order by id limit @limit")
            .With("after", afterId ?? "").With("limit", Math.Min(limit, Limits.StorePageMax));
        return await command.List(Read, cancel);
    }, cancel);

    static ApiKeyRecord Read(DbDataReader reader) => new(reader.GetString(0), reader.GetString(1), reader.Text(2), reader.GetString(3),
        reader.GetString(4), reader.Moment(5), reader.MomentOrNull(6), reader.Text(7));
}
