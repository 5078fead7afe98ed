// First answers of commands.
using System.Data.Common;
using NodaTime;
using OrleansBilling.Storage.Databases;

namespace OrleansBilling.Storage.Access;

sealed class IdempotencyStore(Database database) : IIdempotencyStore
{
    const string Columns = "caller, key, body_hash, status, content_type, body, at";

    public Task<IdempotentAnswer?> Get(string caller, string key, CancellationToken cancel) =>
        database.Read(connection => Find(connection, caller, key, cancel), cancel);

    public async Task<IdempotentAnswer> Keep(IdempotentAnswer answer, CancellationToken cancel)
    {
        var kept = await database.Write(async connection =>
        {
            await using var command = connection.Sql($"""
                insert into idempotent_answers ({Columns}) values (@caller, @key, @hash, @status, @type, @body, @at) on conflict do nothing
                """).With("caller", answer.Caller).With("key", answer.Key).With("hash", answer.BodyHash).With("status", answer.Status)
                .With("type", answer.ContentType).With("body", answer.Body).With("at", answer.At);
            return await command.ExecuteNonQueryAsync(cancel) == 1;
        }, cancel);
        // Asked again outside: what stood in the way has committed, or the insert would have waited for it.
        return kept ? answer : await Get(answer.Caller, answer.Key, cancel) ?? answer;
    }

    public Task<int> Purge(Instant before, int most, CancellationToken cancel) => database.Write(async connection =>
    {
        await using var command = connection.Sql("""
            delete from idempotent_answers where (caller, key) in (select caller, key from idempotent_answers where at < @before order by at limit @most)
            """).With("before", before).With("most", most);
        return await command.ExecuteNonQueryAsync(cancel);
    }, cancel);

    static async Task<IdempotentAnswer?> Find(DbConnection connection, string caller, string key, CancellationToken cancel)
    {
        await using var command = connection.Sql($"select {Columns} from idempotent_answers where caller = @caller and key = @key")
            .With("caller", caller).With("key", key);
        return await command.First(reader => new IdempotentAnswer(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3),
            reader.GetString(4), reader.GetString(5), reader.Moment(6)), cancel);
    }
}
